#include "core/custody/sub_accounts.h"

#include <gtest/gtest.h>

#include "core/custody/error.h"

namespace penstock::custody {
namespace {

constexpr PartyId kAnn{4};
constexpr PartyId kBob{5};
constexpr Money kYuan{1'000'000};

Money yuan(std::int64_t count) {
    return Money{count * kYuan.micros};
}

std::string_view reason(const Result<void>& result) {
    return result ? "accepted" : result.error().reason();
}

class Numbers : public testing::Test {
  protected:
    Numbers() {
        accounts_.set_mode(Mode::sub_accounts);
        accounts_.set_number(kAnn, "01");
    }
    SubAccounts accounts_;
};

TEST_F(Numbers, are_one_party_s_each) {
    EXPECT_EQ(reason(accounts_.check_number(kBob, "01")), "SUB_ACCOUNT_TAKEN");
    EXPECT_EQ(reason(accounts_.check_number({}, "01")), "SUB_ACCOUNT_TAKEN");
    EXPECT_EQ(reason(accounts_.check_number(kBob, "Bob's")), "SUB_ACCOUNT_INVALID");
    EXPECT_EQ(reason(accounts_.check_number(kBob, "")), "SUB_ACCOUNT_INVALID");
    EXPECT_EQ(reason(accounts_.check_number(kAnn, "01")), "accepted");
    accounts_.set_number({}, "00");
    EXPECT_EQ(reason(accounts_.check_number(kBob, "00")), "SUB_ACCOUNT_TAKEN");
    EXPECT_EQ(accounts_.canonical("00"), "");
    EXPECT_EQ(reason(SubAccounts{}.check_number(kAnn, "01")), "SUB_ACCOUNTS_NOT_USED");
}

TEST_F(Numbers, change_only_while_nothing_is_on_them) {
    accounts_.take("01", yuan(1));
    EXPECT_EQ(reason(accounts_.check_number(kAnn, "02")), "SUB_ACCOUNT_IN_USE");
    accounts_.take("01", -yuan(1));
    EXPECT_EQ(reason(accounts_.check_number(kAnn, "02")), "accepted");
    const InstructionId id = accounts_.issue({.sub_account = "01", .party = kAnn, .amount = kYuan});
    EXPECT_EQ(reason(accounts_.check_number(kAnn, "02")), "SUB_ACCOUNT_IN_USE");
    accounts_.fail(id);
    accounts_.set_number(kAnn, "02");
    EXPECT_EQ(accounts_.party_of("01"), PartyId{});
    EXPECT_EQ(accounts_.party_of("02"), kAnn);
    accounts_.take("09", yuan(1));
    EXPECT_EQ(reason(accounts_.check_number({}, "09")), "SUB_ACCOUNT_IN_USE");
    EXPECT_EQ(reason(accounts_.check_number(kBob, "09")), "accepted") << "it came before its owner";
}

TEST_F(Numbers, of_the_exchange_s_own_changes_only_while_nothing_is_awaited_on_it) {
    accounts_.set_number({}, "00");
    const InstructionId id = accounts_.issue({.sub_account = "01", .party = kAnn, .amount = kYuan});
    EXPECT_EQ(reason(accounts_.check_number({}, "10")), "SUB_ACCOUNT_IN_USE");
    accounts_.show(id, false);
    EXPECT_EQ(reason(accounts_.check_number({}, "10")), "SUB_ACCOUNT_IN_USE");
    const InstructionId other =
        accounts_.issue({.sub_account = "01", .party = kAnn, .amount = kYuan});
    accounts_.show(id, true);
    accounts_.show(other, true);
    EXPECT_EQ(reason(accounts_.check_number({}, "10")), "accepted");
    accounts_.take("", yuan(1));
    EXPECT_EQ(reason(accounts_.check_number({}, "10")), "SUB_ACCOUNT_IN_USE");
}

TEST(Plan, moves_what_is_missing_out_of_what_is_there) {
    SubAccounts::Positions positions;
    positions[{}];
    positions[{"01", kAnn}] = {.ledger = yuan(2), .bank = yuan(10)};
    positions[{"02", kBob}] = {.ledger = yuan(7)};
    positions[{}].ledger = yuan(1);
    auto plan = SubAccounts::plan(positions);
    ASSERT_EQ(plan.size(), 2u);
    EXPECT_EQ(plan[0].sub_account, "01");
    EXPECT_EQ(plan[0].amount, -yuan(8));
    EXPECT_EQ(plan[1].party, kBob);
    EXPECT_EQ(plan[1].amount, yuan(7));

    // What waits to leave is not taken, and what is not there is not promised to others.
    positions[{"01", kAnn}].leaving = yuan(5);
    plan = SubAccounts::plan(positions);
    ASSERT_EQ(plan.size(), 2u);
    EXPECT_EQ(plan[0].amount, -yuan(5));
    EXPECT_EQ(plan[1].amount, yuan(5));
}

TEST(Plan, leaves_what_is_less_than_a_fen_and_parties_without_a_sub_account) {
    SubAccounts::Positions positions;
    positions[{}] = {.bank = yuan(9)};
    positions[{"", kBob}] = {.ledger = yuan(8)};
    positions[{"01", kAnn}] = {.ledger = Money{kMicrosPerFen - 1}};
    EXPECT_TRUE(SubAccounts::plan(positions).empty());
    positions[{"01", kAnn}].ledger += Money{1};
    const auto plan = SubAccounts::plan(positions);
    ASSERT_EQ(plan.size(), 1u);
    EXPECT_EQ(plan[0].amount, Money{kMicrosPerFen});
}

TEST(Plan, lends_nobody_the_money_of_parties_without_a_sub_account) {
    constexpr PartyId kCid{6};
    SubAccounts::Positions positions;
    positions[{}] = {.bank = yuan(8)};
    positions[{"", kBob}] = {.ledger = yuan(8)};
    positions[{"01", kAnn}] = {.ledger = yuan(5)};
    positions[{"02", kCid}] = {.in_transit = yuan(5)};  // Paid to Ann, and not at the bank yet.
    EXPECT_TRUE(SubAccounts::plan(positions).empty());

    // What comes in for Bob goes to nobody else either.
    positions[{}].bank = {};
    positions[{"03", PartyId{7}}] = {.bank = yuan(9), .leaving = yuan(1)};
    positions[{}].ledger = yuan(1);
    auto plan = SubAccounts::plan(positions);
    ASSERT_EQ(plan.size(), 1u);
    EXPECT_EQ(plan[0].amount, -yuan(8));
    positions[{"03", PartyId{7}}].leaving = {};
    plan = SubAccounts::plan(positions);
    ASSERT_EQ(plan.size(), 2u);
    EXPECT_EQ(plan[1].amount, yuan(1));
}

TEST(Plan, makes_so_many_instructions_at_most) {
    SubAccounts::Positions positions;
    positions[{}];
    positions[{"01", kAnn}] = {.bank = yuan(3)};
    positions[{"02", kBob}] = {.ledger = yuan(3)};
    ASSERT_EQ(SubAccounts::plan(positions, 2).size(), 2u);
    const auto plan = SubAccounts::plan(positions, 1);
    ASSERT_EQ(plan.size(), 1u);
    EXPECT_EQ(plan[0].sub_account, "01");
}

TEST(Instructions, are_named_by_whatever_begins_like_their_references) {
    EXPECT_TRUE(names_instruction(instruction_reference(InstructionId{7})));
    EXPECT_TRUE(names_instruction("PSK-MOVE-007"));
    EXPECT_FALSE(names_instruction("PSK-TOPUP-7"));
    EXPECT_FALSE(names_instruction(""));
    SubAccounts accounts;
    const InstructionId id = accounts.issue({.sub_account = "01", .amount = kYuan});
    accounts.fail(id);
    EXPECT_TRUE(accounts.was_issued(id));
    EXPECT_FALSE(accounts.was_issued(InstructionId{2}));
}

TEST(Instructions, end_when_both_entries_were_shown) {
    SubAccounts accounts;
    const InstructionId id = accounts.issue({.sub_account = "01", .amount = kYuan});
    EXPECT_EQ(instruction_reference(id), "PSK-MOVE-1");
    EXPECT_TRUE(SubAccounts::is_side(*accounts.find(id), "01", kYuan));
    EXPECT_TRUE(SubAccounts::is_side(*accounts.find(id), "", -kYuan));
    EXPECT_FALSE(SubAccounts::is_side(*accounts.find(id), "", kYuan));
    EXPECT_FALSE(SubAccounts::is_side(*accounts.find(id), "02", kYuan));
    EXPECT_EQ(accounts.under_way(), Money{});
    accounts.show(id, false);
    EXPECT_EQ(accounts.under_way(), -kYuan);
    EXPECT_FALSE(SubAccounts::is_side(*accounts.find(id), "01", kYuan));
    EXPECT_EQ(reason(accounts.check_fail(id)), "INSTRUCTION_SHOWN");
    accounts.show(id, true);
    EXPECT_EQ(accounts.find(id), nullptr);
    EXPECT_EQ(reason(accounts.check_fail(id)), "INSTRUCTION_NOT_FOUND");
}

}  // namespace
}  // namespace penstock::custody
