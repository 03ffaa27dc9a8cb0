#pragma once

#include "core/billing/bills.h"

/// A bill for the tests.
namespace penstock::billing {

inline constexpr Instant kIssued{1'800'000'000'000'000'000};
inline constexpr Money kFen{kMicrosPerFen};

constexpr Money fen(std::int64_t count) {
    return Money{count * kMicrosPerFen};
}

/// Of 100 yuan, of which 3 are a fee that includes 6 % VAT; due after a day.
inline Bill test_bill() {
    Bill bill;
    bill.contract = ContractId{7};
    bill.order = OrderId{5};
    bill.buyer = PartyId{2};
    bill.supplier = PartyId{3};
    bill.currency = *Currency::parse("CNY");
    bill.period = {kIssued - seconds(3'600), kIssued};
    bill.issued_at = kIssued;
    bill.disputable_until = kIssued + seconds(86'400);
    bill.due_at = bill.disputable_until;
    bill.tax_basis_points = 1'300;
    bill.fee_tax_basis_points = 600;
    bill.charged = fen(10'000);
    bill.supplier_share = fen(9'700);
    bill.fee_share = fen(300);
    return bill;
}

}  // namespace penstock::billing
