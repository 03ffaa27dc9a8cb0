// Hourly series and lists of jobs: no text makes their readers fail otherwise than by an error, and
// what they take is within bounds and can be scheduled by every policy. Before a line "%%" stands
// the series, after it the jobs.
#include <cstdint>
#include <string_view>

#include "advise/carbon/replay.h"
#include "base/assert.h"
#include "crypto/bytes.h"

using namespace penstock;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text = crypto::text_of({data, size});
    const std::size_t cut = text.find("%%\n");
    if (cut == std::string_view::npos) return 0;
    const auto series = carbon::HourlySeries::parse(text.substr(0, cut), "s.csv");
    const auto list = carbon::JobList::parse(text.substr(cut + 3), "j.csv");
    if (!series || !list) return 0;
    PENSTOCK_ASSERT(series->hours() > 0 && !list->jobs.empty());
    for (std::int64_t hour = 0; hour < series->hours(); ++hour) {
        const std::int64_t value = series->hour(hour);
        PENSTOCK_ASSERT(value >= 0 && value <= carbon::HourlySeries::kValueMax);
    }
    if (list->jobs.size() > 4) return 0;
    const auto least = carbon::replay(*series, *list, carbon::Policy::wait_awhile);
    for (const carbon::PolicyFacts& facts : carbon::kPolicies) {
        const auto outcome = carbon::replay(*series, *list, facts.policy);
        PENSTOCK_ASSERT(outcome.has_value() == least.has_value());
        PENSTOCK_ASSERT(!outcome || (outcome->emitted >= least->emitted && outcome->waited >= 0));
    }
    return 0;
}
