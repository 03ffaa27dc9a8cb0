#include "app/client/contract_text.h"

#include <fmt/core.h>

#include <charconv>

#include "app/client/error.h"
#include "app/client/print.h"

namespace penstock::client {

namespace {

/// "from 2027-02-02 00:00: 2 ports".
std::string planned_text(const v1::PlannedQuantities& planned) {
    std::string text = "from " + time_text(planned.from_ns()) + ":";
    const char* comma = "";
    for (const v1::PlanQuantity& quantity : planned.quantities()) {
        text += fmt::format("{} {} {}", comma, quantity.quantity(), quantity.component());
        comma = ",";
    }
    return text;
}

}  // namespace

RemoteResult<v1::PlanQuantity> read_quantity(const std::string& text) {
    v1::PlanQuantity quantity;
    const auto equals = text.rfind('=');
    const std::string number = equals == std::string::npos ? "" : text.substr(equals + 1);
    std::int64_t value = 0;
    const char* const last = number.data() + number.size();
    const auto [end, error] = std::from_chars(number.data(), last, value);
    if (number.empty() || error != std::errc{} || end != last)
        return refuse(kUsage, "quantity", "Give component=number, for instance nodes=2.");
    quantity.set_component(text.substr(0, equals));
    quantity.set_quantity(value);
    return quantity;
}

void print_changes(const v1::Contract& contract) {
    const v1::PlanPurchase& by_plan = contract.by_plan();
    if (by_plan.has_planned()) fmt::print("then          {}\n", planned_text(by_plan.planned()));
    if (by_plan.has_notice())
        fmt::print("notice        by the {}: it ends {}\n",
                   by_plan.notice().party() == contract.supplier() ? "supplier" : "buyer",
                   time_text(by_plan.notice().ends_at_ns()));
    if (!by_plan.has_change_order()) return;
    const v1::ChangeOrder& change = by_plan.change_order();
    fmt::print("change order  {}, to be answered before {}\n", change.id(),
               time_text(change.lapses_at_ns()));
    if (change.term().end_ns() != contract.term().end_ns())
        fmt::print("  ends        {}\n", time_text(change.term().end_ns()));
    if (change.has_quantities())
        fmt::print("  buys        {}\n", planned_text(change.quantities()));
    const bool costs_less = change.released().micros() > 0;
    fmt::print("  costs       at most {} {}\n",
               money_text(costs_less ? change.released() : change.additional()),
               costs_less ? "less" : "more");
}

void print_money(const v1::Contract& contract) {
    const bool is_over =
        contract.state() == v1::CONTRACT_SETTLED || contract.state() == v1::CONTRACT_CANCELLED;
    const bool is_on_credit = contract.by_plan().post_paid();
    const auto line = [](const char* what, const std::string& amount) {
        fmt::print("{:<14}{}\n", what, amount);
    };
    const char* aside = is_over ? "was set aside" : "set aside";
    line(is_on_credit ? "credit taken" : aside, money_text(contract.escrow()));
    if (!is_over) line("accrued", exact_text(contract.accrued()));
    // What is charged on credit is paid bill by bill.
    line(is_over && !is_on_credit ? "paid" : "charged", money_text(contract.charged()));
    if (is_over) line(is_on_credit ? "not needed" : "came back", money_text(contract.refunded()));
}

}  // namespace penstock::client
