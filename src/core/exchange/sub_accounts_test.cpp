// A sub-account of the bank for each party: what comes in on it, and what the bank must move.
#include <gtest/gtest.h>

#include "core/exchange/sub_accounts_world.h"

namespace penstock::exchange {
namespace {

TEST_F(Bank, is_set_to_sub_accounts_by_two_officers_before_the_first_statement) {
    v1::SetCustodyRequest request = custody(1);
    request.mutable_custody()->set_mode(static_cast<v1::CustodyMode>(3));
    EXPECT_EQ(world_.refused(anna_, "CustodyService/SetCustody", request), "CUSTODY_INVALID");
    request.mutable_custody()->set_mode(v1::CUSTODY_SUB_ACCOUNTS);
    EXPECT_EQ(world_.refused(world_.operator_key, "CustodyService/SetCustody", request),
              "OFFICER_NEEDED");
    import(bo_, statement("2026-11-01"));
    EXPECT_EQ(world_.refused(anna_, "CustodyService/SetCustody", request), "CUSTODY_MODE_FIXED");
    v1::SetSubAccountRequest naming;
    naming.set_party(world_.buyer);
    naming.set_number("22-01");
    EXPECT_EQ(world_.refused(world_.operator_key, "SubAccountService/SetSubAccount", naming),
              "SUB_ACCOUNTS_NOT_USED");
    EXPECT_EQ(world_.refused(world_.operator_key, "SubAccountService/IssueInstructions",
                             v1::IssueInstructionsRequest{}),
              "SUB_ACCOUNTS_NOT_USED");
}

TEST_F(Bank, that_is_prepaid_does_not_look_at_sub_accounts) {
    auto day = statement("2026-11-01");
    add(day, 7'000'000, "in-1");
    day.mutable_entries(0)->set_sub_account("22-01");
    import(bo_, day);
    EXPECT_EQ(unmatched().entries_size(), 1);
    EXPECT_EQ(unmatched().entries(0).sub_account(), "");
}

TEST_F(SubAccountsAtBank, credits_a_party_with_what_comes_in_on_its_own) {
    const std::string announced = announce(50'000'000);
    auto day = statement("2026-11-01");
    add_on(day, kBuyers, kPaidIn, "bank-1");
    add_on(day, kBuyers, 5'000'000, "in-1");
    add_on(day, kBuyers, 50'000'000, "in-2", announced);
    add_on(day, kSuppliers, 7'000'000, "in-3", "PSK-TOPUP-99");
    add_on(day, "22-77", 1'000'000, "in-4");
    const auto imported = import(bo_, day);
    EXPECT_EQ(imported.unexplained(), 1u);
    EXPECT_EQ(world_.available(world_.buyer_key), kPaidIn + 55'000'000);
    EXPECT_EQ(world_.available(world_.supplier_key), 7'000'000);
    ASSERT_EQ(unmatched().entries_size(), 1);
    EXPECT_EQ(unmatched().entries(0).reason(), v1::BANK_MATCH_SUB_ACCOUNT_UNKNOWN);
    EXPECT_EQ(position(kBuyers).bank_micros(), kPaidIn + 55'000'000);
    EXPECT_EQ(position(kBuyers).to_move_micros(), 0);
    EXPECT_EQ(position("22-77").suspense_micros(), 1'000'000);
    EXPECT_EQ(issue().count(), 0u);

    // Nobody's money is sent away only because nobody has explained it; explained, it is.
    auto explanation = explain(unmatched().entries(0).entry(), v1::ENTRY_CREDITS_PARTY);
    explanation.set_party(world_.supplier);
    resolve(explanation);
    EXPECT_EQ(position("22-77").to_move_micros(), -1'000'000);
    EXPECT_EQ(position(kSuppliers).to_move_micros(), 1'000'000);
    EXPECT_EQ(issue().count(), 2u);
}

TEST_F(SubAccountsAtBank, has_the_bank_move_what_moved_in_the_ledger) {
    show_first_money();
    trade();
    const std::int64_t earned = position(kSuppliers).to_move_micros();
    ASSERT_GT(earned, 0);
    EXPECT_LT(position(kBuyers).to_move_micros(), -earned) << "the fee goes with it";
    EXPECT_EQ(issue().count(), 2u);
    EXPECT_EQ(issue().count(), 0u) << "never twice for the same money";
    const auto moves = under_way();
    ASSERT_EQ(moves.instructions_size(), 2);
    EXPECT_LT(moves.instructions(0).amount_micros(), 0) << "what leaves comes first";
    EXPECT_EQ(moves.instructions(0).amount_micros() % kFen, 0);
    EXPECT_EQ(position(kSuppliers).under_way_micros(), moves.instructions(1).amount_micros());

    auto day = statement("2026-11-02");
    add_moves(day);
    EXPECT_EQ(import(bo_, day).unexplained(), 0u);
    EXPECT_EQ(under_way().instructions_size(), 0);
    const v1::SubAccountPosition supplier = position(kSuppliers);
    EXPECT_EQ(supplier.bank_micros(), supplier.ledger_micros() / kFen * kFen);
    EXPECT_LT(supplier.to_move_micros(), kFen);
    EXPECT_EQ(world_.recorder.last(v1::Event::kInstructionChanged).instruction_changed().state(),
              v1::INSTRUCTION_CONFIRMED);
}

TEST_F(SubAccountsAtBank, issues_instructions_each_day) {
    show_first_money();
    trade();
    EXPECT_EQ(under_way().instructions_size(), 0);
    world_.pass(seconds(86'400));
    EXPECT_EQ(under_way().instructions_size(), 2);
    EXPECT_EQ(under_way().instructions(0).batch(), 1u);
    world_.pass(seconds(86'400));
    EXPECT_EQ(under_way().instructions_size(), 2);
}

TEST_F(SubAccountsAtBank, takes_from_nobody_what_the_bank_has_not_got) {
    trade();  // Of money that no statement has shown.
    EXPECT_EQ(issue().count(), 0u);
    show_first_money();
    EXPECT_EQ(issue().count(), 2u);
}

TEST_F(SubAccountsAtBank, pays_withdrawals_out_of_the_party_s_own) {
    show_first_money();
    trade();
    v1::RequestWithdrawalResponse asked;
    world_.must(world_.supplier_key, "CustodyService/RequestWithdrawal", withdrawal_of(1'000'000),
                asked);
    EXPECT_EQ(world_.refused(anna_, "CustodyService/ApproveWithdrawal",
                             on<v1::ApproveWithdrawalRequest>(asked.withdrawal())),
              "SUB_ACCOUNT_TOO_LOW");
    issue();
    auto day = statement("2026-11-02");
    add_moves(day);
    import(bo_, day);
    approve(anna_, asked.withdrawal());
    auto next = statement("2026-11-03");
    add_on(next, "", -1'000'000, "out-1", asked.reference());
    add_on(next, kSuppliers, -1'000'000, "out-2", asked.reference());
    EXPECT_EQ(import(bo_, next).settled(), 1u);
    ASSERT_EQ(unmatched().entries_size(), 1);
    EXPECT_EQ(unmatched().entries(0).reason(), v1::BANK_MATCH_SUB_ACCOUNT_DIFFERS);
    EXPECT_LT(position(kSuppliers).to_move_micros(), kFen);
}

TEST_F(SubAccountsAtBank, owes_again_what_the_bank_did_not_do) {
    show_first_money();
    trade();
    issue();
    const v1::TransferInstruction late = under_way().instructions(0);
    const std::string& first = late.id();
    EXPECT_EQ(
        world_.refused(world_.operator_key, "SubAccountService/FailInstruction", failing(first)),
        "OFFICER_NEEDED");
    v1::FailInstructionResponse response;
    world_.must(anna_, "SubAccountService/FailInstruction", failing(first), response);
    EXPECT_TRUE(response.awaits_second_officer());
    EXPECT_EQ(under_way().instructions_size(), 2);
    world_.must(bo_, "SubAccountService/FailInstruction", failing(first), response);
    EXPECT_EQ(under_way().instructions_size(), 1);
    EXPECT_EQ(world_.refused(anna_, "SubAccountService/FailInstruction", failing(first)),
              "INSTRUCTION_NOT_FOUND");
    EXPECT_EQ(issue().count(), 1u);
    // The bank did it in the end, and said so late: it is moved back then.
    auto day = statement("2026-11-02");
    add_moves(day);
    add_move(day, late);
    EXPECT_EQ(import(bo_, day).unexplained(), 2u);
    EXPECT_EQ(issue().count(), 0u) << "nobody has explained it";
    offset(0, 1);
    EXPECT_EQ(issue().count(), 1u);
    const v1::TransferInstruction back = under_way().instructions(0);
    EXPECT_EQ(back.sub_account(), kBuyers);
    EXPECT_LE(back.amount_micros(), -late.amount_micros());
    EXPECT_GT(back.amount_micros(), -late.amount_micros() - 2 * kFen);
}

TEST_F(SubAccountsAtBank, knows_the_two_sides_of_an_instruction_apart) {
    show_first_money();
    trade();
    issue();
    const v1::TransferInstruction move = under_way().instructions(0);
    auto day = statement("2026-11-02");
    add_on(day, kBuyers, move.amount_micros(), "m-1", move.reference());
    add_on(day, kBuyers, move.amount_micros(), "m-2", move.reference());  // Once more.
    add_on(day, "", -move.amount_micros() + kFen, "m-3", move.reference());
    import(bo_, day);
    EXPECT_EQ(last_statement().in_transit_micros(), -move.amount_micros());
    ASSERT_EQ(unmatched().entries_size(), 2);
    EXPECT_EQ(world_.refused(anna_, "SubAccountService/FailInstruction", failing(move.id())),
              "INSTRUCTION_SHOWN");
    auto explanation = explain(unmatched().entries(1).entry(), v1::ENTRY_MOVES);
    explanation.set_instruction(move.id());
    EXPECT_EQ(world_.refused(anna_, "CustodyService/ResolveEntry", explanation),
              "ENTRY_AMOUNT_DIFFERS");
    auto next = statement("2026-11-03");
    add_on(next, "", -move.amount_micros(), "m-4");  // The bank forgot the reference.
    import(bo_, next);
    explanation.set_entry(unmatched().entries(2).entry());
    resolve(explanation);
    EXPECT_EQ(under_way().instructions_size(), 1);
}

TEST_F(SubAccountsAtBank, refuses_numbers_that_are_others) {
    const auto refused = [&](const std::string& party, const std::string& number) {
        return world_.refused(world_.operator_key, "SubAccountService/SetSubAccount",
                              naming(party, number));
    };
    EXPECT_EQ(refused(world_.supplier, kBuyers), "SUB_ACCOUNT_TAKEN");
    EXPECT_EQ(refused(world_.supplier, "main account"), "SUB_ACCOUNT_INVALID");
    EXPECT_EQ(refused("party_99", "22-09"), "PARTY_NOT_FOUND");
    show_first_money();
    EXPECT_EQ(refused(world_.buyer, "22-09"), "SUB_ACCOUNT_IN_USE");
}

TEST_F(SubAccountsAtBank, are_the_same_after_a_snapshot) {
    show_first_money();
    trade();
    issue();
    const std::string before = world_.exchange.snapshot();
    const auto other = Exchange::restore(before);
    ASSERT_TRUE(other);
    EXPECT_EQ(other->snapshot(), before);
    EXPECT_EQ(other->broken_invariants(), std::vector<std::string>{});
}

}  // namespace
}  // namespace penstock::exchange
