#pragma once

#include <cstdint>
#include <string_view>

#include "core/exchange/context.h"
#include "penstock/v1/sub_account.pb.h"

namespace penstock::exchange {

/// Who a party is among the sub-accounts: the operator's money is the exchange's own.
PartyId holder_of(const State& state, PartyId party);

/// What ledger and bank say of every sub-account, and of each party that has none.
/// O(accounts of the ledger + what is open at the bank).
custody::SubAccounts::Positions positions_of(const State& state);

/// Whether no entry waits to be explained that a change of the holder's number would leave on a
/// number of another: on the one it has, or on the one it gets. What came on that one while nobody
/// had it may wait for its owner there.
/// @retval SUB_ACCOUNT_IN_USE (field "number")
Result<void> check_explained(const State& state, PartyId holder, const std::string& number);

/// Whether the bank can pay a withdrawal out of the party's sub-account.
/// @retval SUB_ACCOUNT_TOO_LOW (field "withdrawal")
Result<void> check_can_pay(const State& state, const custody::Withdrawal& withdrawal);

void describe(const custody::Instruction& instruction, InstructionId id,
              v1::TransferInstruction* out);
void emit_instruction(Context& context, InstructionId id, const custody::Instruction& instruction,
                      custody::InstructionState state, std::string_view note = {});
/// A statement, or officers, say which entry of the bank is a side of it.
void show_instruction(Context& context, InstructionId id, bool is_own);

struct Batch {
    std::uint64_t number = 0;  ///< 0: there was nothing to move.
    std::uint32_t count = 0;
    bool is_full = false;  ///< More may be to move.
};
Batch issue_batch(Context& context);

/// Has instructions issued each day from now on.
void start_daily_instructions(Context& context);
/// The day is over, or the last batch was full.
void issue_daily_instructions(Context& context);

}  // namespace penstock::exchange
