#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <map>
#include <utility>

#include "base/money.h"
#include "base/wide.h"
#include "format/bill/bill_sums.h"
#include "format/bill/test_bill.h"

namespace penstock::format {
namespace {

std::int64_t in_range(std::int64_t low, std::int64_t high) {
    return *rc::gen::resize(1'000, rc::gen::inRange(low, high));
}

std::uint32_t any_rate() {
    return static_cast<std::uint32_t>(*rc::gen::element(0, 300, 600, 900, 1'300, 10'000));
}

v1::SettlementLine any_line() {
    v1::SettlementLine line = test_line(*rc::gen::element("ctr_1", "ctr_2", ""), 0, 0,
                                        in_range(-1'000'000'000, 1'000'000'000'000), any_rate());
    line.clear_unit();
    return line;
}

v1::SettlementBill any_bill() {
    v1::SettlementBill bill = test_bill();
    bill.clear_lines();
    const std::int64_t count = in_range(1, 30);
    for (std::int64_t i = 0; i < count; ++i) *bill.add_lines() = any_line();
    bill.set_tax_basis(*rc::gen::element(v1::TAX_BASIS_EXCLUDED, v1::TAX_BASIS_INCLUDED));
    return bill;
}

RC_GTEST_PROP(BillSumsProperty, the_parts_make_the_whole, ()) {
    v1::SettlementBill bill = any_bill();
    RC_ASSERT(add_up(bill).has_value());
    RC_ASSERT(parts_make_the_whole(bill));
    for (const auto& part : bill.taxes()) RC_ASSERT(part.tax_micros() % kMicrosPerFen == 0);
    RC_ASSERT(bill.payable_micros() % kMicrosPerFen == 0);
    RC_ASSERT(2 * std::abs(bill.rounding_micros()) <= kMicrosPerFen);
    if (bill.payable_micros() >= 0) RC_ASSERT(check_bill(bill).has_value());
}

RC_GTEST_PROP(BillSumsProperty, a_line_split_in_two_changes_no_sum, ()) {
    v1::SettlementBill whole = any_bill();
    v1::SettlementBill split = whole;
    const auto at = static_cast<int>(in_range(0, whole.lines_size()));
    const std::int64_t amount = whole.lines(at).amount_micros();
    const std::int64_t part =
        in_range(std::min<std::int64_t>(amount, 0), std::max<std::int64_t>(amount, 0) + 1);
    *split.add_lines() = whole.lines(at);
    split.mutable_lines(at)->set_amount_micros(part);
    split.mutable_lines(whole.lines_size())->set_amount_micros(amount - part);
    RC_ASSERT(add_up(whole).has_value());
    RC_ASSERT(add_up(split).has_value());
    whole.clear_lines();
    split.clear_lines();
    RC_ASSERT(split.SerializeAsString() == whole.SerializeAsString());
}

RC_GTEST_PROP(BillSumsProperty, the_order_of_lines_changes_no_sum, ()) {
    v1::SettlementBill bill = any_bill();
    v1::SettlementBill turned = bill;
    std::reverse(turned.mutable_lines()->begin(), turned.mutable_lines()->end());
    RC_ASSERT(add_up(bill).has_value());
    RC_ASSERT(add_up(turned).has_value());
    bill.clear_lines();
    turned.clear_lines();
    RC_ASSERT(turned.SerializeAsString() == bill.SerializeAsString());
}

RC_GTEST_PROP(BillSumsProperty, a_line_off_by_a_micro_is_never_taken, ()) {
    v1::SettlementBill bill = any_bill();
    RC_ASSERT(add_up(bill).has_value());
    RC_PRE(bill.payable_micros() >= 0);
    const auto at = static_cast<int>(in_range(0, bill.lines_size()));
    const std::int64_t change = *rc::gen::element<std::int64_t>(-1, 1, 10'000);
    bill.mutable_lines(at)->set_amount_micros(bill.lines(at).amount_micros() + change);
    RC_ASSERT(!check_bill(bill).has_value());
}

}  // namespace
}  // namespace penstock::format
