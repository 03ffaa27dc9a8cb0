#pragma once

#include "base/wide.h"
#include "format/bill/bill_sums.h"
#include "penstock/v1/settlement.pb.h"

namespace penstock::format {

inline constexpr std::int64_t kFebruary = 1'832'976'000'000'000'000;  // 2028-02-01, UTC+8.
inline constexpr std::int64_t kMarch = 1'835'481'600'000'000'000;

inline v1::SettlementLine test_line(const char* contract, std::int64_t quantity_nanos,
                                    std::int64_t price_micros, std::int64_t amount_micros,
                                    std::uint32_t rate) {
    v1::SettlementLine line;
    line.set_contract(contract);
    line.set_kind(v1::SETTLEMENT_LINE_USAGE);
    line.set_component("card time");
    line.set_unit(v1::PRICE_UNIT_CARD_HOUR);
    line.set_quantity_nanos(quantity_nanos);
    line.set_unit_price_micros(price_micros);
    line.set_amount_micros(amount_micros);
    line.set_tax_basis_points(rate);
    return line;
}

inline void add_contract(v1::SettlementBill& bill, const char* contract, const char* supplier,
                         v1::TradeRole role, const char* seller) {
    v1::BilledContract& added = *bill.add_contracts();
    added.set_contract(contract);
    added.set_supplier(supplier);
    added.set_role(role);
    added.set_seller(seller);
    added.mutable_term()->set_start_ns(kFebruary);
    added.mutable_term()->set_end_ns(kMarch);
}

/// A bill of one month from an agent's supplier and from the exchange as principal; not added up.
inline v1::SettlementBill test_bill() {
    v1::SettlementBill bill;
    bill.set_number(42);
    bill.set_kind(v1::SETTLEMENT_BILL);
    bill.set_issued_at_ns(kMarch);
    bill.set_utc_offset_minutes(480);
    bill.mutable_period()->set_start_ns(kFebruary);
    bill.mutable_period()->set_end_ns(kMarch);
    bill.mutable_issuer()->set_name("算力交易中心");
    bill.mutable_issuer()->set_party("party_1");
    bill.mutable_buyer()->set_name("Buyer");
    bill.mutable_buyer()->set_party("party_2");
    v1::PaperParty& supplier = *bill.add_suppliers();
    supplier.set_name("Supplier");
    supplier.set_party("party_3");
    bill.set_currency("CNY");
    bill.set_tax_basis(v1::TAX_BASIS_EXCLUDED);
    add_contract(bill, "ctr_1", "party_3", v1::TRADE_ROLE_AGENT, "party_3");
    add_contract(bill, "ctr_2", "party_3", v1::TRADE_ROLE_PRINCIPAL, "party_1");
    *bill.add_lines() = test_line("ctr_1", 2'500'000'000, 8'000'001, 20'000'002, 600);
    *bill.add_lines() = test_line("ctr_2", 1'000'000'000, 3'333'333, 3'333'333, 1'300);
    *bill.add_lines() = test_line("ctr_1", 1'000'000'000, 5'000'000, 5'000'000, 600);
    return bill;
}

/// Whether lines, taxes and rounding make what is payable.
inline bool parts_make_the_whole(const v1::SettlementBill& bill) {
    Wide lines = 0;
    for (const auto& line : bill.lines()) lines += line.amount_micros();
    Wide net = 0;
    Wide tax = 0;
    for (const auto& part : bill.taxes()) {
        net += part.net_micros();
        tax += part.tax_micros();
    }
    const bool within = bill.tax_basis() == v1::TAX_BASIS_INCLUDED;
    return bill.subtotal_micros() == lines && bill.tax_micros() == tax &&
           (within ? net + tax : net) == lines &&
           bill.payable_micros() == (within ? lines : lines + tax) + bill.rounding_micros();
}

}  // namespace penstock::format
