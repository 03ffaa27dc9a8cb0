// Measured delays and places: no text makes their readers fail otherwise than by an error, and what
// they take is found again and comes before the model.
#include <cstdint>
#include <string_view>

#include "advise/delay/estimate.h"
#include "base/assert.h"
#include "crypto/bytes.h"

using namespace penstock;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text = crypto::text_of({data, size});
    const delay::Places& shipped = delay::Places::shipped();
    if (const auto places = delay::Places::parse(text, "p.csv")) {
        for (std::size_t i = 0; i < places->all().size(); ++i) {
            PENSTOCK_ASSERT(places->find(places->all()[i].name_zh) == i);
            PENSTOCK_ASSERT(places->find(places->all()[i].name_en) == i);
            const std::int64_t metres = delay::great_circle_m(places->all()[i], shipped.all()[0]);
            PENSTOCK_ASSERT(metres >= 0 && metres <= 20'015'088);
        }
    }
    (void)shipped.find(text.substr(0, 200));
    const auto read = delay::Measurements::parse(text, shipped, "m.csv");
    if (!read) return 0;
    for (const delay::Measurement& row : read->all()) {
        const auto* newest = read->find(row.from, row.to, row.way, row.network);
        PENSTOCK_ASSERT(newest != nullptr && newest->measured_on >= row.measured_on);
        const auto delays = delay::estimate(shipped, *read, delay::shipped_models().front(),
                                            {row.from, row.to, row.network});
        const auto& one = row.way == delay::Way::one_way ? delays.one_way : delays.round_trip;
        PENSTOCK_ASSERT(one.basis == delay::Basis::measured && one.us == newest->delay_us);
    }
    return 0;
}
