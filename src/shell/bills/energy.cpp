#include "shell/bills/energy.h"

#include <algorithm>
#include <limits>
#include <optional>

namespace penstock::bills {

namespace {

constexpr Wide kNanos = 1'000'000'000;
constexpr Wide kThousand = 1'000;
constexpr Wide kMillion = 1'000'000;

std::optional<std::int64_t> narrow(Wide number) {
    if (number < std::numeric_limits<std::int64_t>::min() ||
        number > std::numeric_limits<std::int64_t>::max())
        return std::nullopt;
    return static_cast<std::int64_t>(number);
}

bool is_of_usage(const v1::SettlementLine& line) {
    return line.kind() == v1::SETTLEMENT_LINE_USAGE || line.kind() == v1::SETTLEMENT_LINE_COVERED;
}

}  // namespace

void add_energy(const v1::PricePlan& plan, const std::string& component, Wide quantity_nanos,
                v1::SettlementLine& line) {
    const auto stated = std::ranges::find(plan.energy(), component, &v1::StatedEnergy::component);
    if (stated == plan.energy().end() || !is_of_usage(line)) return;
    // A milliwatt-hour is a millionth of a kWh.
    const Wide for_a_unit = Wide{stated->milliwatt_hours()} * stated->pue_thousandths();
    const auto all = checked_product(quantity_nanos, for_a_unit);
    if (!all) return;
    const auto kwh_micros = narrow(divide_half_even(*all, kNanos * kThousand));
    if (!kwh_micros) return;
    line.set_energy_kwh_micros(*kwh_micros);
    if (!stated->has_carbon_milligrams_per_kwh()) return;
    const Wide carbon = Wide{*kwh_micros} * stated->carbon_milligrams_per_kwh();
    if (const auto kg_micros = narrow(divide_half_even(carbon, kMillion)))
        line.set_carbon_kg_micros(*kg_micros);
}

void add_work(std::int64_t mflops_per_core, Wide quantity_nanos, v1::SettlementLine& line) {
    if (mflops_per_core <= 0 || line.unit() != v1::PRICE_UNIT_CORE_HOUR || !is_of_usage(line))
        return;
    // A PFLOPS is 10^9 MFLOPS.
    const auto all = checked_product(quantity_nanos, mflops_per_core);
    if (!all) return;
    if (const auto micros = narrow(divide_half_even(*all, kNanos * kThousand)))
        line.set_pflop_hours_micros(*micros);
}

}  // namespace penstock::bills
