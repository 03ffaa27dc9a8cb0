#pragma once

#include <string>

#include "shell/bills/compose.h"

namespace penstock::bills {

inline constexpr std::int64_t kStart = 1'832'976'000'000'000'000;
inline constexpr std::int64_t kHour = 3'600'000'000'000;

inline void set(v1::Money& money, std::int64_t micros) {
    money.set_micros(micros);
    money.set_currency("CNY");
}

inline v1::Party issuer() {
    v1::Party party;
    party.set_id("party_1");
    party.set_name("算力交易中心");
    return party;
}

/// Bill 7 of contract 3, with nothing charged yet.
inline projection::BillSources sources() {
    projection::BillSources made;
    v1::IssuedBill& issued = made.issued;
    issued.set_id("bill_7");
    issued.set_kind(v1::SETTLEMENT_BILL);
    issued.set_contract("ctr_3");
    issued.set_order("ord_2");
    issued.set_buyer("party_4");
    issued.set_supplier("party_5");
    issued.mutable_period()->set_start_ns(kStart);
    issued.mutable_period()->set_end_ns(kStart + 24 * kHour);
    issued.set_issued_at_ns(kStart + 25 * kHour);
    issued.set_due_at_ns(kStart + 49 * kHour);
    issued.set_role(v1::TRADE_ROLE_AGENT);
    issued.set_tax_basis_points(600);
    set(*issued.mutable_charged(), 0);
    made.contract.set_id("ctr_3");
    made.contract.set_product("prod_8");
    made.contract.set_price_version(2);
    *made.contract.mutable_term() = issued.period();
    made.product = "Cores";
    made.buyer = "某某智能";
    made.supplier = "Pudong Compute";
    return made;
}

inline v1::PlanCharge& add_charge(projection::BillSources& to, const char* component,
                                  v1::PlanChargeKind kind, const char* quantity, std::int64_t price,
                                  std::int64_t amount) {
    v1::PlanCharged& charged = to.by_plan.emplace_back();
    charged.set_contract("ctr_3");
    v1::PlanCharge& charge = *charged.add_charges();
    charge.set_component(component);
    charge.set_kind(kind);
    charge.set_quantity(quantity);
    charge.set_unit(v1::PRICE_UNIT_CARD_HOUR);
    set(*charge.mutable_unit_price(), price);
    set(*charge.mutable_amount(), amount);
    *charge.mutable_interval() = to.issued.period();
    return charge;
}

inline void add_attempt(projection::BillSources& to, std::uint32_t cores, std::int64_t wall_ns,
                        std::int64_t price, std::int64_t amount, std::uint64_t usage) {
    projection::BillSources::ByCore& charge = to.by_core.emplace_back();
    charge.agent = "agent_6";
    charge.line.set_contract("ctr_3");
    charge.line.set_attempt("att_" + std::to_string(to.by_core.size()));
    charge.line.set_cores(cores);
    charge.line.set_wall_ns(wall_ns);
    set(*charge.line.mutable_price_per_core_hour(), price);
    set(*charge.line.mutable_amount(), amount);
    charge.line.set_usage_number(usage);
}

}  // namespace penstock::bills
