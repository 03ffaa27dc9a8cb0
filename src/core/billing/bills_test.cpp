#include "core/billing/bills.h"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>
#include <string>

#include "core/billing/test_bill.h"

namespace penstock::billing {
namespace {

TEST(Bills, are_numbered_without_a_gap) {
    Bills bills;
    EXPECT_EQ(bills.issue(test_bill()).text(), "bill_1");
    EXPECT_EQ(bills.issue(test_bill()).text(), "bill_2");
    bills.pay(BillId{1});
    ASSERT_TRUE(bills.settle(BillId{1}));
    bills.forget(BillId{1});
    EXPECT_EQ(bills.find(BillId{1}), nullptr);
    EXPECT_TRUE(bills.was_issued(BillId{1}));
    EXPECT_EQ(bills.issue(test_bill()).text(), "bill_3");
    EXPECT_FALSE(bills.was_issued(BillId{4}));
}

TEST(Bills, are_paid_to_supplier_fee_and_tax) {
    Bills bills;
    const BillId id = bills.issue(test_bill());
    EXPECT_TRUE(broken_invariants(bills).empty());
    const Parts parts = bills.pay(id);
    EXPECT_EQ(parts.supplier, fen(9'700));
    EXPECT_EQ(parts.tax, fen(17)) << "300 × 6 ÷ 106 = 16.98";
    EXPECT_EQ(parts.fee, fen(283));
    EXPECT_EQ(parts.rounding, Money{});
    EXPECT_EQ(bills.pay(id), Parts{}) << "nothing twice";
}

TEST(Bills, what_rounding_took_or_gave_is_paid_with_the_rest) {
    for (const std::int64_t rounding : {-2, -1, 1, 2}) {
        Bill bill = test_bill();
        bill.charged = fen(10);
        bill.fee_share = fen(1);
        bill.supplier_share = fen(9 - rounding);
        const Parts whole = parts_of(bill, bill.charged);
        EXPECT_EQ(whole.supplier, bill.supplier_share);
        EXPECT_EQ(whole.fee + whole.tax, bill.fee_share);
        EXPECT_EQ(whole.rounding, fen(rounding));
    }
}

TEST(Bills, are_settled_once_nothing_is_open) {
    Bills bills;
    const BillId id = bills.issue(test_bill());
    EXPECT_FALSE(bills.settle(id));
    EXPECT_EQ(bills.at(id).state, BillState::open);
    bills.pay(id);
    EXPECT_TRUE(bills.settle(id));
    EXPECT_EQ(bills.at(id).state, BillState::settled);
}

TEST(BillStates, are_drawn_as_the_table_says) {
    std::ifstream file(PENSTOCK_BILL_STATES);
    std::stringstream text;
    text << file.rdbuf();
    const std::string guide = text.str();
    for (const BillEdge& edge : kBillEdges) {
        const std::string row = "\n| " + std::string(name(edge.from)) + " | " +
                                std::string(name(edge.step)) + " | " + std::string(name(edge.to)) +
                                " | " + std::string(edge.meaning) + " |\n";
        EXPECT_NE(guide.find(row), std::string::npos) << row;
    }
    // And no row beside these: a heading and one line for each edge.
    std::size_t rows = 0;
    for (auto at = guide.find("\n| "); at != std::string::npos; at = guide.find("\n| ", at + 1))
        ++rows;
    EXPECT_EQ(rows, kBillEdges.size() + 1) << PENSTOCK_BILL_STATES;
}

}  // namespace
}  // namespace penstock::billing
