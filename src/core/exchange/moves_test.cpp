// What the bank shows of transfer instructions when it is late, or wrong: never new money.
#include <gtest/gtest.h>

#include "core/exchange/sub_accounts_world.h"

namespace penstock::exchange {
namespace {

class MovesAtBank : public SubAccountsAtBank {
  protected:
    MovesAtBank() {
        show_first_money();
        trade();
        EXPECT_EQ(issue().count(), 2u);
        out_ = under_way().instructions(0);
        in_ = under_way().instructions(1);
        EXPECT_EQ(out_.sub_account(), kBuyers);
        EXPECT_EQ(in_.sub_account(), kSuppliers);
        buyer_has_ = world_.available(world_.buyer_key);
        supplier_has_ = world_.available(world_.supplier_key);
    }
    ~MovesAtBank() override {
        EXPECT_EQ(world_.available(world_.buyer_key), buyer_has_);
        EXPECT_EQ(world_.available(world_.supplier_key), supplier_has_);
    }

    v1::TransferInstruction out_, in_;
    std::int64_t buyer_has_ = 0;
    std::int64_t supplier_has_ = 0;
};

TEST_F(MovesAtBank, credit_nobody_when_they_come_after_they_failed) {
    fail(in_.id());
    EXPECT_EQ(issue().count(), 0u) << "what is to come out of the buyer's has not come yet";
    auto day = statement("2026-11-02");
    add_move(day, out_);
    import(bo_, day);
    EXPECT_EQ(issue().count(), 1u);
    auto next = statement("2026-11-03");
    add_moves(next);
    add_move(next, in_);
    EXPECT_EQ(import(bo_, next).unexplained(), 2u);
    EXPECT_EQ(reason(0), v1::BANK_MATCH_REFERENCE_USED);
    EXPECT_EQ(reason(1), v1::BANK_MATCH_REFERENCE_USED);
    EXPECT_EQ(position(kSuppliers).suspense_micros(), in_.amount_micros());
    EXPECT_EQ(issue().count(), 0u);
    offset(0, 1);
    EXPECT_EQ(balance(v1::ACCOUNT_SUSPENSE), 0);
    EXPECT_EQ(issue().count(), 1u);
    EXPECT_EQ(under_way().instructions(0).amount_micros(), -in_.amount_micros());
}

TEST_F(MovesAtBank, can_be_said_to_be_those_that_took_the_place_of_failed_ones) {
    auto day = statement("2026-11-02");
    add_move(day, out_);
    import(bo_, day);
    fail(in_.id());
    EXPECT_EQ(issue().count(), 1u);
    const std::string again = under_way().instructions(0).id();
    auto next = statement("2026-11-03");
    add_move(next, in_);
    import(bo_, next);
    for (int side = 0; side < 2; ++side) {
        auto explanation = explain(unmatched().entries(0).entry(), v1::ENTRY_MOVES);
        explanation.set_instruction(again);
        resolve(explanation);
    }
    EXPECT_EQ(under_way().instructions_size(), 0);
    EXPECT_EQ(balance(v1::ACCOUNT_SUSPENSE), 0);
    EXPECT_EQ(issue().count(), 0u);
}

TEST_F(MovesAtBank, credit_nobody_when_they_come_twice) {
    auto day = statement("2026-11-02");
    add_moves(day);
    add_on(day, kSuppliers, in_.amount_micros(), "m-1", in_.reference());
    EXPECT_EQ(import(bo_, day).unexplained(), 1u);
    auto next = statement("2026-11-03");
    add_on(next, kSuppliers, in_.amount_micros(), "m-2", in_.reference());
    EXPECT_EQ(import(bo_, next).unexplained(), 1u);
    EXPECT_EQ(reason(0), v1::BANK_MATCH_REFERENCE_USED);
    EXPECT_EQ(reason(1), v1::BANK_MATCH_REFERENCE_USED);
    EXPECT_EQ(under_way().instructions_size(), 0);
    EXPECT_EQ(under_way().newest_batch(), 1u) << "though all of it has ended";
}

TEST_F(MovesAtBank, credit_nobody_with_another_amount_or_on_another_s) {
    auto day = statement("2026-11-02");
    add_on(day, kSuppliers, in_.amount_micros() + kFen, "m-1", in_.reference());
    add_on(day, kBuyers, in_.amount_micros(), "m-2", in_.reference());
    add_on(day, kBuyers, kFen, "m-3", "PSK-MOVE-99");
    add_on(day, kBuyers, kFen, "m-4", "PSK-MOVE-");
    EXPECT_EQ(import(bo_, day).unexplained(), 4u);
    EXPECT_EQ(reason(0), v1::BANK_MATCH_AMOUNT_DIFFERS);
    EXPECT_EQ(reason(1), v1::BANK_MATCH_SUB_ACCOUNT_DIFFERS);
    EXPECT_EQ(reason(2), v1::BANK_MATCH_REFERENCE_UNKNOWN) << "it was never issued";
    EXPECT_EQ(reason(3), v1::BANK_MATCH_REFERENCE_UNKNOWN);
    EXPECT_EQ(under_way().instructions_size(), 2);
}

TEST_F(MovesAtBank, credit_nobody_when_they_are_sent_back) {
    auto day = statement("2026-11-02");
    add_moves(day);
    import(bo_, day);
    auto next = statement("2026-11-03");
    add_on(next, kBuyers, -out_.amount_micros(), "back-1", out_.reference());
    add_on(next, "", out_.amount_micros(), "back-1", out_.reference());
    EXPECT_EQ(import(bo_, next).unexplained(), 2u);
    offset(0, 1);
    EXPECT_LE(position(kBuyers).to_move_micros(), out_.amount_micros());
    EXPECT_EQ(issue().count(), 1u) << "it is owed again";
}

TEST_F(MovesAtBank, are_left_to_people_where_the_adviser_doubts) {
    auto day = statement("2026-11-02");
    add_on(day, kSuppliers, in_.amount_micros(), "m-1", in_.reference());
    add_on(day, kSuppliers, in_.amount_micros(), "m-2", in_.reference());
    day.mutable_entries(0)->set_proposal(v1::BANK_MATCH_SEVERAL_CANDIDATES);
    day.mutable_entries(1)->set_proposal(v1::BANK_MATCH_REVERSAL);
    EXPECT_EQ(import(bo_, day).unexplained(), 2u);
    EXPECT_EQ(reason(0), v1::BANK_MATCH_SEVERAL_CANDIDATES);
    EXPECT_EQ(reason(1), v1::BANK_MATCH_REVERSAL);
    EXPECT_EQ(under_way().instructions_size(), 2);
}

TEST_F(SubAccountsAtBank, goes_on_at_the_next_tick_when_a_batch_was_full) {
    constexpr int kOthers = custody::kBatchMax + 1;
    auto day = statement("2026-11-01");
    for (int i = 0; i < kOthers; ++i)
        add_on(day, "99-" + std::to_string(i), 1'000'000, "in-" + std::to_string(i));
    import(bo_, day);
    for (int i = 1; i <= kOthers; ++i) {
        auto explanation =
            explain(BankEntryId{static_cast<std::uint64_t>(i)}.text(), v1::ENTRY_CREDITS_PARTY);
        explanation.set_party(world_.supplier);
        world_.send(anna_, "CustodyService/ResolveEntry", explanation);
        world_.send(bo_, "CustodyService/ResolveEntry", explanation);
    }
    EXPECT_EQ(position(kSuppliers).to_move_micros(), kOthers * 1'000'000LL);
    world_.pass(seconds(86'400));
    EXPECT_EQ(position(kSuppliers).under_way_micros(), 0) << "the batch is full of what leaves";
    EXPECT_EQ(under_way().newest_batch(), 1u);
    world_.pass(seconds(1));
    EXPECT_EQ(under_way().newest_batch(), 2u);
    EXPECT_EQ(position(kSuppliers).under_way_micros(), 1'000'000) << "what is there for it";
    world_.pass(seconds(1));
    EXPECT_EQ(under_way().newest_batch(), 2u);
}

TEST_F(SubAccountsAtBank, keeps_the_exchange_s_own_number_while_its_entries_are_awaited) {
    const std::string operator_party = position("").party();
    name(operator_party, "22-00");
    show_first_money();
    trade();
    issue();
    const auto refused = [&] {
        return world_.refused(world_.operator_key, "SubAccountService/SetSubAccount",
                              naming(operator_party, "22-10"));
    };
    EXPECT_EQ(refused(), "SUB_ACCOUNT_IN_USE");
    auto day = statement("2026-11-02");
    const v1::ListInstructionsResponse moves = under_way();
    for (const v1::TransferInstruction& move : moves.instructions())
        add_on(day, move.sub_account(), move.amount_micros(), move.id(), move.reference());
    import(bo_, day);
    EXPECT_EQ(refused(), "SUB_ACCOUNT_IN_USE") << "the bank writes the old one on the other sides";
}

TEST_F(SubAccountsAtBank, passes_no_number_on_with_an_entry_that_nobody_has_explained) {
    const auto refused = [&](const std::string& number) {
        return world_.refused(world_.operator_key, "SubAccountService/SetSubAccount",
                              naming(world_.supplier, number));
    };
    auto day = statement("2026-11-01");
    add_on(day, kSuppliers, 5'000'000, "x-1");
    day.mutable_entries(0)->set_proposal(v1::BANK_MATCH_REVERSAL);
    add_on(day, kSuppliers, -5'000'000, "x-2");
    add_on(day, "22-77", 1'000'000, "x-3");
    add_on(day, "22-77", 1'000'000, "x-3");
    add_on(day, "22-78", 1'000'000, "x-4");
    EXPECT_EQ(import(bo_, day).unexplained(), 5u);
    EXPECT_EQ(refused("22-09"), "SUB_ACCOUNT_IN_USE") << "they would stay on nobody's";
    offset(0, 1);
    EXPECT_EQ(refused("22-77"), "SUB_ACCOUNT_IN_USE") << "one came twice, and may be another's";
    name(world_.supplier, "22-78");  // It came before its owner.
    EXPECT_EQ(position("22-78").suspense_micros(), 1'000'000);
}

TEST_F(SubAccountsAtBank, are_listed_page_by_page_though_they_change_meanwhile) {
    show_first_money();
    v1::ListSubAccountsRequest request;
    request.mutable_page()->set_size(2);
    const auto ask = [&] {
        return world_.ask<v1::ListSubAccountsResponse>(
            world_.operator_key, "SubAccountService/ListSubAccounts", request);
    };
    const v1::ListSubAccountsResponse first = ask();
    ASSERT_EQ(first.positions_size(), 2);
    EXPECT_EQ(first.to_move_micros(), 0);
    EXPECT_EQ(first.positions(1).number(), kBuyers);
    auto day = statement("2026-11-02");
    add_on(day, "21-00", 1'000'000, "in-1");  // Its place is before them.
    import(bo_, day);
    request.mutable_page()->set_cursor(first.page().next_cursor());
    const v1::ListSubAccountsResponse rest = ask();
    ASSERT_EQ(rest.positions_size(), 1);
    EXPECT_EQ(rest.positions(0).number(), kSuppliers);
    EXPECT_EQ(rest.page().next_cursor(), "");
    for (const char* cursor : {"2", "22-01/", "22-01/x"}) {
        request.mutable_page()->set_cursor(cursor);
        const auto answer =
            world_.exchange.query("SubAccountService/ListSubAccounts", world_.operator_key,
                                  world_.now, request.SerializeAsString());
        ASSERT_FALSE(answer) << cursor;
        EXPECT_EQ(answer.error().reason(), "PAGE_INVALID");
    }
}

}  // namespace
}  // namespace penstock::exchange
