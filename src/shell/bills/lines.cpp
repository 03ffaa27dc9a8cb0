#include "shell/bills/lines.h"

#include <algorithm>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "base/text.h"
#include "base/wide.h"
#include "format/bill/bill_sums.h"
#include "shell/bills/energy.h"

namespace penstock::bills {

namespace {

constexpr Wide kNanos = 1'000'000'000;
constexpr std::size_t kLabelMax = 200;
/// The subject of lines about usage that was never reported.
constexpr const char* kEstimate = "estimate";

/// "1.5" as billionths; nothing where it is no such number, or does not fit.
std::optional<Wide> nanos_of(std::string_view text) {
    const bool negative = text.starts_with('-');
    if (negative) text.remove_prefix(1);
    Wide nanos = 0;
    int decimals = -1;
    for (const char sign : text) {
        if (sign == '.' && decimals < 0) {
            decimals = 0;
            continue;
        }
        if (sign < '0' || sign > '9' || decimals == 9) return std::nullopt;
        nanos = nanos * 10 + (sign - '0');
        if (decimals >= 0) ++decimals;
        if (nanos > Wide{std::numeric_limits<std::int64_t>::max()} * kNanos) return std::nullopt;
    }
    for (int i = std::max(decimals, 0); i < 9; ++i) nanos *= 10;
    return negative ? -nanos : nanos;
}

v1::SettlementLineKind line_kind(v1::PlanChargeKind kind) {
    switch (kind) {
        case v1::PLAN_CHARGE_COVERED:
        case v1::PLAN_CHARGE_ESTIMATE_COVERED:
            return v1::SETTLEMENT_LINE_COVERED;
        case v1::PLAN_CHARGE_RERATED:
        case v1::PLAN_CHARGE_ESTIMATE_RERATED:
            return v1::SETTLEMENT_LINE_RERATED;
        case v1::PLAN_CHARGE_BLOCK:
            return v1::SETTLEMENT_LINE_BLOCK;
        case v1::PLAN_CHARGE_ESTIMATED:
            return v1::SETTLEMENT_LINE_ESTIMATED;
        case v1::PLAN_CHARGE_SHORTFALL:
            return v1::SETTLEMENT_LINE_SHORTFALL;
        case v1::PLAN_CHARGE_SLA_CREDIT:
            return v1::SETTLEMENT_LINE_SLA_CREDIT;
        case v1::PLAN_CHARGE_RESULT_CREDIT:
            return v1::SETTLEMENT_LINE_RESULT_CREDIT;
        default:
            return v1::SETTLEMENT_LINE_USAGE;
    }
}

bool is_estimate(v1::PlanChargeKind kind) {
    return kind == v1::PLAN_CHARGE_ESTIMATE_COVERED || kind == v1::PLAN_CHARGE_ESTIMATE_RERATED;
}

/// The tier, the band of time, or the size of a block, where the component has several.
std::string band_of(const std::optional<v1::PricePlan>& plan, const v1::PlanCharge& charge) {
    if (!plan) return {};
    const auto& components = plan->components();
    const auto found = std::ranges::find(components, charge.component(), &v1::PriceComponent::name);
    if (found == components.end()) return {};
    if (charge.kind() == v1::PLAN_CHARGE_BLOCK)
        return "× " + std::to_string(found->blocks().units_per_block());
    if (charge.kind() == v1::PLAN_CHARGE_SHORTFALL) return {};
    const auto place = static_cast<int>(charge.place());
    if (found->bands_size() > 0)
        return place >= 1 && place <= found->bands_size() ? found->bands(place - 1).name() : "";
    if (found->tiers_size() < 2 || place >= found->tiers_size()) return {};
    const std::int64_t from = place == 0 ? 0 : found->tiers(place - 1).up_to_units();
    const std::int64_t to = found->tiers(place).up_to_units();
    return to == 0 ? "> " + std::to_string(from) : std::to_string(from) + "–" + std::to_string(to);
}

/// A line while charges are added to it; its amount and number of charges stand in it.
struct Sum {
    v1::SettlementLine line;
    std::optional<Wide> quantity_nanos = 0;
    std::string component;  ///< As the plan names it.
};

/// Quantity and price go where they cannot be held against the amount: a quantity that does not
/// fit, or an amount that the contract's limit has cut.
void finish(Sum& sum, const projection::BillSources& sources) {
    v1::SettlementLine& line = sum.line;
    if (line.charges() == 1) line.clear_charges();
    if (line.unit() == v1::PRICE_UNIT_UNSPECIFIED) return;
    const auto& quantity = sum.quantity_nanos;
    const bool is_used = line.subject() != kEstimate;
    if (quantity && is_used) {
        add_work(sources.rate.gemm_fp64_mflops_per_core(), *quantity, line);
        if (sources.plan) add_energy(*sources.plan, sum.component, *quantity, line);
    }
    const bool fits = quantity && *quantity <= std::numeric_limits<std::int64_t>::max() &&
                      *quantity >= std::numeric_limits<std::int64_t>::min();
    if (fits) line.set_quantity_nanos(static_cast<std::int64_t>(*quantity));
    if (fits && format::is_priced(line)) return;
    line.clear_unit();
    line.clear_quantity_nanos();
    line.clear_unit_price_micros();
}

/// Lines by what may be added up, in the order in which they first came.
template <class Key>
class Sums {
  public:
    Sum& of(const Key& key) {
        const auto [found, is_new] = places_.emplace(key, sums_.size());
        if (is_new) sums_.emplace_back();
        return sums_[found->second];
    }
    void write(const projection::BillSources& sources, v1::SettlementBill& bill) {
        for (Sum& sum : sums_) {
            finish(sum, sources);
            *bill.add_lines() = std::move(sum.line);
        }
    }

  private:
    std::map<Key, std::size_t> places_;
    std::vector<Sum> sums_;
};

void widen(const v1::Interval& interval, v1::SettlementLine& line) {
    if (interval.start_ns() >= interval.end_ns()) return;
    v1::Interval& used = *line.mutable_used();
    const bool is_first = used.end_ns() == 0;
    used.set_start_ns(is_first ? interval.start_ns()
                               : std::min(used.start_ns(), interval.start_ns()));
    used.set_end_ns(std::max(used.end_ns(), interval.end_ns()));
}

void add_by_plan(const projection::BillSources& sources, v1::SettlementBill& bill) {
    using Key = std::tuple<std::string, int, std::uint32_t, int, std::int64_t>;
    Sums<Key> sums;
    for (const v1::PlanCharged& charged : sources.by_plan) {
        for (const v1::PlanCharge& charge : charged.charges()) {
            Sum& sum = sums.of({charge.component(), charge.kind(), charge.place(), charge.unit(),
                                charge.unit_price().micros()});
            v1::SettlementLine& line = sum.line;
            line.set_contract(charged.contract());
            line.set_kind(line_kind(charge.kind()));
            line.set_component(label_or(charge.component(), charged.contract()));
            sum.component = charge.component();
            line.set_band(label_or(band_of(sources.plan, charge), ""));
            if (is_estimate(charge.kind())) line.set_subject(kEstimate);
            line.set_unit(charge.unit());
            line.set_unit_price_micros(charge.unit_price().micros());
            line.set_amount_micros(line.amount_micros() + charge.amount().micros());
            line.set_charges(line.charges() + 1);
            line.set_tax_basis_points(sources.issued.tax_basis_points());
            widen(charge.interval(), line);
            const auto nanos = charge.unit() == v1::PRICE_UNIT_UNSPECIFIED
                                   ? std::optional<Wide>(0)
                                   : nanos_of(charge.quantity());
            if (nanos && sum.quantity_nanos)
                *sum.quantity_nanos += *nanos;
            else
                sum.quantity_nanos.reset();
        }
    }
    sums.write(sources, bill);
}

/// Widens the numbers of that agent's batches by one.
void add_usage(const std::string& agent, std::uint64_t number, v1::SettlementLine& line) {
    if (agent.empty() || number == 0) return;
    for (v1::UsageNumbers& usage : *line.mutable_usage()) {
        if (usage.agent() != agent) continue;
        usage.set_first(std::min(usage.first(), number));
        usage.set_last(std::max(usage.last(), number));
        return;
    }
    v1::UsageNumbers& usage = *line.add_usage();
    usage.set_agent(agent);
    usage.set_first(number);
    usage.set_last(number);
}

void add_by_core(const projection::BillSources& sources, v1::SettlementBill& bill) {
    constexpr Wide kSecondsPerHour = 3'600;
    const bool each = sources.by_core.size() <= kAttemptLinesMax;
    using Key = std::tuple<std::size_t, std::int64_t>;
    Sums<Key> sums;
    for (std::size_t i = 0; i < sources.by_core.size(); ++i) {
        const auto& [charge, agent] = sources.by_core[i];
        const std::int64_t price = charge.price_per_core_hour().micros();
        Sum& sum = sums.of({each ? i : 0, price});
        v1::SettlementLine& line = sum.line;
        line.set_contract(charge.contract());
        line.set_kind(v1::SETTLEMENT_LINE_USAGE);
        line.set_component("core time");
        if (each) line.set_subject(charge.attempt());
        line.set_unit(v1::PRICE_UNIT_CORE_HOUR);
        line.set_unit_price_micros(price);
        line.set_amount_micros(line.amount_micros() + charge.amount().micros());
        line.set_charges(line.charges() + 1);
        line.set_tax_basis_points(sources.issued.tax_basis_points());
        add_usage(agent, charge.usage_number(), line);
        *sum.quantity_nanos += Wide{charge.cores()} * charge.wall_ns() / kSecondsPerHour;
    }
    sums.write(sources, bill);
}

}  // namespace

std::string label_or(const std::string& text, const std::string& otherwise) {
    return is_label(text, {.minimum = 1, .maximum = kLabelMax}) ? text : otherwise;
}

void add_lines(const projection::BillSources& sources, v1::SettlementBill& bill) {
    add_by_core(sources, bill);
    add_by_plan(sources, bill);
}

}  // namespace penstock::bills
