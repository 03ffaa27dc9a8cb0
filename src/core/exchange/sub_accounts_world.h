#pragma once

#include <string>

#include "core/exchange/bank_world.h"
#include "penstock/v1/sub_account.pb.h"

namespace penstock::exchange {

inline constexpr const char* kBuyers = "22-01";
inline constexpr const char* kSuppliers = "22-02";

/// A bank that keeps a sub-account for the world's buyer and one for its supplier.
class SubAccountsAtBank : public Bank {
  protected:
    SubAccountsAtBank() {
        v1::SetCustodyResponse set;
        world_.must(anna_, "CustodyService/SetCustody", sub_accounts(), set);
        EXPECT_TRUE(set.awaits_second_officer());
        world_.must(bo_, "CustodyService/SetCustody", sub_accounts(), set);
        EXPECT_FALSE(set.awaits_second_officer());
        name(world_.buyer, kBuyers);
        name(world_.supplier, kSuppliers);
    }

    static v1::SetCustodyRequest sub_accounts() {
        v1::SetCustodyRequest request = custody(1);
        request.mutable_custody()->set_mode(v1::CUSTODY_SUB_ACCOUNTS);
        return request;
    }
    static v1::SetSubAccountRequest naming(const std::string& party, const std::string& number) {
        v1::SetSubAccountRequest request;
        request.set_party(party);
        request.set_number(number);
        return request;
    }
    void name(const std::string& party, const std::string& number) {
        v1::SetSubAccountResponse response;
        world_.must(world_.operator_key, "SubAccountService/SetSubAccount", naming(party, number),
                    response);
    }
    static void add_on(v1::ImportStatementRequest& request, const std::string& number,
                       std::int64_t micros, const std::string& bank_reference,
                       const std::string& reference = "") {
        add(request, micros, bank_reference, reference);
        request.mutable_entries(request.entries_size() - 1)->set_sub_account(number);
    }
    v1::SubAccountPosition position(const std::string& number) {
        const auto list = world_.ask<v1::ListSubAccountsResponse>(
            world_.operator_key, "SubAccountService/ListSubAccounts", v1::ListSubAccountsRequest{});
        for (const v1::SubAccountPosition& found : list.positions())
            if (found.number() == number) return found;
        ADD_FAILURE() << "no sub-account " << number;
        return {};
    }
    v1::ListInstructionsResponse under_way() {
        return world_.ask<v1::ListInstructionsResponse>(world_.operator_key,
                                                        "SubAccountService/ListInstructions",
                                                        v1::ListInstructionsRequest{});
    }
    v1::IssueInstructionsResponse issue() {
        v1::IssueInstructionsResponse response;
        world_.must(world_.operator_key, "SubAccountService/IssueInstructions",
                    v1::IssueInstructionsRequest{}, response);
        return response;
    }
    /// The bank does what it was told: both entries of each instruction.
    void add_moves(v1::ImportStatementRequest& request) {
        const v1::ListInstructionsResponse open = under_way();
        for (const v1::TransferInstruction& instruction : open.instructions()) {
            const std::string number = "bank-move-" + instruction.id();
            add_on(request, instruction.sub_account(), instruction.amount_micros(), number,
                   instruction.reference());
            add_on(request, "", -instruction.amount_micros(), number, instruction.reference());
        }
    }
    /// The buyer's first money has come on its sub-account.
    void show_first_money() {
        auto day = statement("2026-11-01");
        add_on(day, kBuyers, kPaidIn, "bank-1");
        import(bo_, day);
    }
    /// The buyer pays the supplier through a contract.
    void trade() {
        world_.submit(world_.place(2), 1);
        world_.accept();
        const auto work = world_.work();
        ASSERT_EQ(work.assignments_size(), 1);
        world_.pass(seconds(1'800));
        world_.finish(work.assignments(0), seconds(1'800));
        world_.pass(seconds(3'600));
    }
    /// Both of its entries, whether or not the bank was still to do it.
    static void add_move(v1::ImportStatementRequest& request, const v1::TransferInstruction& move) {
        const std::string number = "bank again " + move.id();
        add_on(request, move.sub_account(), move.amount_micros(), number, move.reference());
        add_on(request, "", -move.amount_micros(), number, move.reference());
    }
    v1::BankMatchKind reason(int index) { return unmatched().entries(index).reason(); }
    /// Two officers say that one entry takes the other back.
    void offset(int index, int other) {
        const v1::ListUnmatchedResponse waiting = unmatched();
        auto explanation = explain(waiting.entries(index).entry(), v1::ENTRY_OFFSETS);
        explanation.set_other_entry(waiting.entries(other).entry());
        resolve(explanation);
    }
    static v1::FailInstructionRequest failing(const std::string& instruction) {
        v1::FailInstructionRequest request;
        request.set_instruction(instruction);
        request.set_note("The bank sent it back.");
        return request;
    }
    void fail(const std::string& instruction) {
        v1::FailInstructionResponse response;
        world_.must(anna_, "SubAccountService/FailInstruction", failing(instruction), response);
        world_.must(bo_, "SubAccountService/FailInstruction", failing(instruction), response);
        EXPECT_FALSE(response.awaits_second_officer());
    }
};

}  // namespace penstock::exchange
