#include "core/billing/bills.h"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "base/archive.h"
#include "core/billing/error.h"
#include "core/billing/test_bill.h"

namespace penstock::billing {
namespace {

TEST(Bills, are_numbered_without_a_gap) {
    Bills bills;
    EXPECT_EQ(bills.issue(test_bill()).text(), "bill_1");
    EXPECT_EQ(bills.issue(test_bill()).text(), "bill_2");
    bills.pay(BillId{1});
    bills.settle(BillId{1});
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

Dispute dispute_of(BillId id, Money amount) {
    Dispute dispute;
    dispute.bill = id;
    dispute.currency = *Currency::parse("CNY");
    dispute.amount = amount;
    dispute.reason = "Not used.";
    dispute.opened_at = kIssued;
    return dispute;
}

TEST(Bills, do_not_pay_what_is_disputed) {
    Bills bills;
    const BillId id = bills.issue(test_bill());
    const DisputeId dispute = bills.open_dispute(dispute_of(id, fen(4'000)));
    EXPECT_EQ(dispute.text(), "dsp_1");
    EXPECT_EQ(bills.at(id).payable(), fen(6'000));
    EXPECT_EQ(bills.pay(id).supplier, fen(5'820));
    bills.settle(id);
    EXPECT_TRUE(broken_invariants(bills).empty());
    EXPECT_EQ(bills.end_dispute(dispute, DisputeStep::decide, fen(1'000)).state,
              DisputeState::decided);
    EXPECT_EQ(bills.require_dispute(dispute).error().number(), kDisputeClosed.number);
    EXPECT_EQ(bills.at(id).payable(), fen(3'000));
    EXPECT_TRUE(broken_invariants(bills).empty());
    EXPECT_EQ(bills.pay(id).supplier, fen(2'910));
    EXPECT_EQ(bills.at(id).paid.fee + bills.at(id).paid.tax, fen(270)) << "3 in 100 of the rest";
    bills.settle(id);
}

TEST(Bills, refuse_disputes_that_cannot_be) {
    Bills bills;
    const BillId id = bills.issue(test_bill());
    const auto refused = [&](BillId bill, Money amount, Instant now) {
        const auto checked = bills.check_dispute(bill, amount, now);
        return checked ? std::string_view("not refused") : checked.error().reason();
    };
    EXPECT_EQ(refused(BillId{2}, fen(1), kIssued), "BILL_NOT_FOUND");
    EXPECT_EQ(refused(id, fen(10'000), kIssued), "not refused");
    EXPECT_EQ(refused(id, fen(10'001), kIssued), "DISPUTE_AMOUNT_INVALID");
    EXPECT_EQ(refused(id, fen(0), kIssued), "DISPUTE_AMOUNT_INVALID");
    EXPECT_EQ(refused(id, Money{10'001}, kIssued), "DISPUTE_AMOUNT_INVALID");
    EXPECT_EQ(refused(id, fen(1), kIssued + seconds(86'400)), "DISPUTE_WINDOW_OVER");
    bills.open_dispute(dispute_of(id, fen(9'000)));
    EXPECT_EQ(refused(id, fen(1'001), kIssued), "DISPUTE_AMOUNT_INVALID");
    for (std::uint32_t i = 1; i < kDisputesMax; ++i) bills.open_dispute(dispute_of(id, fen(1)));
    EXPECT_EQ(refused(id, fen(1), kIssued), "DISPUTES_EXHAUSTED");
    EXPECT_EQ(bills.require_dispute(DisputeId{99}).error().number(), kDisputeNotFound.number);
    const BillId paid = bills.issue(test_bill());
    while (bills.open_of().at(PartyId{}) < kOpenDisputesMax) {
        Dispute another = dispute_of(bills.issue(test_bill()), fen(1));
        bills.open_dispute(another);
    }
    Bill of_another = test_bill();
    of_another.buyer = PartyId{};
    EXPECT_EQ(refused(bills.issue(of_another), fen(1), kIssued), "OPEN_DISPUTES_EXHAUSTED");
    EXPECT_EQ(refused(paid, fen(1), kIssued), "not refused") << "others are not touched";
    bills.end_dispute(DisputeId{1}, DisputeStep::withdraw, Money{});
    EXPECT_EQ(refused(bills.issue(of_another), fen(1), kIssued), "not refused");
    EXPECT_TRUE(broken_invariants(bills).empty());
    bills.pay(paid);
    bills.settle(paid);
    bills.forget(paid);
    EXPECT_EQ(refused(paid, fen(1), kIssued), "BILL_SETTLED");
}

TEST(Bills, give_back_no_more_than_is_disputed) {
    const Dispute dispute = dispute_of(BillId{1}, fen(5));
    EXPECT_TRUE(check_decision(dispute, Money{}));
    EXPECT_TRUE(check_decision(dispute, fen(5)));
    EXPECT_EQ(check_decision(dispute, fen(6)).error().number(), kGivenBackInvalid.number);
    EXPECT_EQ(check_decision(dispute, Money{1}).error().number(), kGivenBackInvalid.number);
    EXPECT_EQ(check_decision(dispute, -fen(1)).error().number(), kGivenBackInvalid.number);
}

TEST(Bills, free_what_was_disputed_when_a_dispute_lapses) {
    Bills bills;
    const BillId id = bills.issue(test_bill());
    const DisputeId dispute = bills.open_dispute(dispute_of(id, fen(4'000)));
    EXPECT_EQ(bills.find_dispute(dispute)->lapses_at(), kIssued + seconds(30 * 86'400));
    EXPECT_EQ(bills.end_dispute(dispute, DisputeStep::lapse, Money{}).state, DisputeState::lapsed);
    EXPECT_EQ(bills.at(id).payable(), fen(10'000));
    EXPECT_TRUE(bills.open_of().empty());
}

TEST(Bills, take_a_reason_on_one_line) {
    EXPECT_TRUE(check_reason("It was down.", "reason"));
    EXPECT_TRUE(check_reason(std::string(200, 'x'), "reason"));
    for (const std::string& text : {std::string(), std::string(201, 'x'), std::string("a\nb")}) {
        const auto checked = check_reason(text, "note");
        ASSERT_FALSE(checked) << text;
        EXPECT_EQ(checked.error().number(), kReasonInvalid.number);
        EXPECT_EQ(checked.error().field(), "note");
    }
}

TEST(Bills, take_evidence_by_short_references) {
    EXPECT_EQ(read_evidence({"receipt 7", "sha256:00"}).value().size(), 2u);
    EXPECT_EQ(read_evidence({"a", ""}).error().field(), "evidence[1]");
    EXPECT_FALSE(read_evidence({"two\nlines"}));
    EXPECT_TRUE(read_evidence({std::string(128, 'x')}));
    EXPECT_FALSE(read_evidence({std::string(129, 'x')}));
    EXPECT_EQ(read_evidence(std::vector<std::string>(17, "a")).error().field(), "evidence");
}

TEST(Bills, are_settled_once_nothing_is_open) {
    Bills bills;
    const BillId id = bills.issue(test_bill());
    bills.settle(id);
    EXPECT_EQ(bills.at(id).state, BillState::open);
    bills.pay(id);
    bills.settle(id);
    EXPECT_EQ(bills.at(id).state, BillState::settled);
}

TEST(Bills, on_credit_are_overdue_until_they_are_paid_or_disputed) {
    Bills bills;
    Bill on_credit = test_bill();
    on_credit.post_paid = true;
    const BillId id = bills.issue(on_credit);
    bills.open_dispute(dispute_of(id, fen(4'000)));
    bills.fall_overdue(id, on_credit.due_at);
    EXPECT_EQ(bills.at(id).state, BillState::overdue);
    EXPECT_EQ(bills.overdue(on_credit.buyer), 1u);
    EXPECT_TRUE(broken_invariants(bills).empty());
    bills.settle(id);
    EXPECT_EQ(bills.at(id).state, BillState::overdue) << "nothing was paid";
    bills.pay(id);
    bills.settle(id);
    EXPECT_EQ(bills.at(id).state, BillState::open) << "the rest is disputed";
    EXPECT_EQ(bills.overdue(on_credit.buyer), 0u);
    EXPECT_TRUE(broken_invariants(bills).empty());
    bills.end_dispute(DisputeId{1}, DisputeStep::withdraw, Money{});
    bills.fall_overdue(id, on_credit.due_at + seconds(1));
    EXPECT_EQ(bills.at(id).overdue_since, on_credit.due_at + seconds(1));
    bills.pay(id);
    bills.settle(id);
    EXPECT_EQ(bills.at(id).state, BillState::settled);
    EXPECT_EQ(bills.overdue(on_credit.buyer), 0u);
}

TEST(Bills, that_do_not_add_up_are_not_read) {
    const auto is_read = [](void (*damage)(Bill&)) {
        // As Bills writes them.
        IdTable<BillId, Bill> bills;
        Bill bill = test_bill();
        damage(bill);
        bills.add(bill);
        IdTable<DisputeId, Dispute> disputes;
        disputes.add(dispute_of(BillId{1}, fen(4'000)));
        std::string bytes;
        ArchiveWriter writer(bytes);
        writer(bills, disputes);
        Bills read;
        ArchiveReader reader(bytes);
        read.visit(reader);
        return reader.finished();
    };
    EXPECT_TRUE(is_read([](Bill& bill) { bill.disputed = fen(4'000); }));
    EXPECT_FALSE(is_read([](Bill& bill) { bill.disputed = fen(3'999); }));
    EXPECT_FALSE(is_read([](Bill& bill) { bill.disputed = fen(10'001); }));
    EXPECT_FALSE(is_read([](Bill& bill) {
        bill.disputed = fen(4'000);
        bill.charged = Money{};
    }));
    EXPECT_FALSE(is_read([](Bill& bill) {
        bill.disputed = fen(4'000);
        bill.given_back = Money{INT64_MAX};
    }));
    EXPECT_FALSE(is_read([](Bill& bill) {
        bill.disputed = fen(4'000);
        bill.paid.rounding = Money{INT64_MIN};
    }));
}

TEST(BillStates, are_drawn_as_the_table_says) {
    std::ifstream file(PENSTOCK_BILL_STATES);
    std::stringstream text;
    text << file.rdbuf();
    const std::string guide = text.str();
    std::size_t edges = 0;
    const auto expect = [&](const auto& table) {
        for (const auto& edge : table) {
            const std::string row =
                "\n| " + std::string(name(edge.from)) + " | " + std::string(name(edge.step)) +
                " | " + std::string(name(edge.to)) + " | " + std::string(edge.meaning) + " |\n";
            EXPECT_NE(guide.find(row), std::string::npos) << row;
            ++edges;
        }
    };
    expect(kBillEdges);
    expect(kDisputeEdges);
    // And no row beside these: two headings and one line for each edge.
    std::size_t rows = 0;
    for (auto at = guide.find("\n| "); at != std::string::npos; at = guide.find("\n| ", at + 1))
        ++rows;
    EXPECT_EQ(rows, edges + 2) << PENSTOCK_BILL_STATES;
}

}  // namespace
}  // namespace penstock::billing
