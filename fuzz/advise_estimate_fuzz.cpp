// What estimates read: amounts, names of chips, and tables of runs. No text makes them fail
// otherwise than by a rejection; what is taken is in range, and every run that has an estimate has
// a finite one.
#include <cmath>
#include <cstdint>
#include <string>

#include "advise/estimate/amount.h"
#include "advise/estimate/runs.h"
#include "base/assert.h"

using namespace penstock;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const auto kEstimator = estimate::Estimator::shipped();
    PENSTOCK_ASSERT(kEstimator);
    const std::string text(reinterpret_cast<const char*>(data), size);

    const estimate::AmountRange range{1e3, 1e16};
    if (const auto amount = estimate::parse_amount(text, range, "params"))
        PENSTOCK_ASSERT(*amount >= range.least && *amount <= range.most);

    if (const auto chip = kEstimator->chips.find(text)) PENSTOCK_ASSERT(!chip->model.empty());
    if (const auto model = kEstimator->architectures.find(text))
        PENSTOCK_ASSERT(model->active_parameters > 0);

    const auto runs = estimate::read_runs(text, "f.csv", *kEstimator);
    if (!runs || runs->size() > 8) return 0;
    for (const auto& row : check_runs(*kEstimator, *runs).rows) {
        if (!row.estimate) continue;
        const estimate::Span& hours = row.estimate->device_hours;
        PENSTOCK_ASSERT(std::isfinite(hours.high) && hours.low > 0);
        PENSTOCK_ASSERT(hours.low <= hours.expected && hours.expected <= hours.high);
    }
    return 0;
}
