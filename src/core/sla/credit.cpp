#include "core/sla/credit.h"

#include <algorithm>
#include <optional>

#include "base/assert.h"

namespace penstock::sla {

namespace {

std::optional<CreditStep> step_below(const Objective& objective, const Share& attained) {
    std::optional<CreditStep> last;
    for (const CreditStep& step : objective.steps) {
        if (!attained.is_below(step.below_ppm)) break;
        last = step;
    }
    return last;
}

Money part_of(Money charged, std::uint32_t basis_points) {
    const Wide fen = divide_half_even(Wide{charged.micros} * basis_points,
                                      Wide{kWholeBasisPoints} * kMicrosPerFen);
    return Money{static_cast<std::int64_t>(fen) * kMicrosPerFen};
}

}  // namespace

std::vector<Breach> find_breaches(const ServiceLevel& level, const ServiceRecord& record,
                                  Money charged) {
    PENSTOCK_ASSERT(charged >= Money{} && charged <= kMoneyMax &&
                    charged.micros % kMicrosPerFen == 0);
    std::vector<Breach> breaches;
    std::uint32_t basis_points = 0;
    Money credited;
    for (const Objective& objective : level.objectives()) {
        const Share attained = record.attained(objective.kind);
        const auto step = step_below(objective, attained);
        if (!step) continue;
        basis_points =
            std::min(basis_points + step->credit_basis_points, level.credit_cap_basis_points());
        const Money upto = part_of(charged, basis_points);
        breaches.push_back({objective.kind, *step, attained.ppm(), upto - credited});
        credited = upto;
    }
    return breaches;
}

}  // namespace penstock::sla
