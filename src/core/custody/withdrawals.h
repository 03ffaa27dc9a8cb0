#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/id.h"
#include "base/id_table.h"
#include "base/money.h"
#include "base/time.h"
#include "core/custody/states.h"
#include "core/custody/types.h"

namespace penstock::custody {

/// How long a withdrawal waits to be approved.
inline constexpr Duration kDecisionWindow = seconds(7 * 86'400);
inline constexpr std::size_t kOpenWithdrawalsMax = 10;
inline constexpr std::size_t kNoteMax = 200;
/// How many digits a payee has at most: the last ones of an account, and never all of them.
inline constexpr std::ptrdiff_t kPayeeDigitsMax = 6;

/// Money that a party wants on its own bank account. The ledger holds it meanwhile.
struct Withdrawal {
    PartyId party;
    Money amount;
    Currency currency;
    std::string payee;  ///< Which of the accounts that the operator has on file.
    Instant requested_at;
    Instant expires_at;  ///< Unless decided before.
    TransferId hold{};
    WithdrawalState state = WithdrawalState::requested;
    UserId approved_by{};

    template <class Archive>
    void visit(Archive& archive) {
        archive(party, amount, currency, payee, requested_at, expires_at, hold, state, approved_by);
    }
};

/// What stands on the payment order: PSK-WITHDRAWAL-7.
std::string withdrawal_reference(WithdrawalId withdrawal);
/// 1 to 200 bytes on one line, which show as they are.
/// @retval kNoteInvalid
Result<void> check_note(std::string_view text, std::string_view field);

/// The open withdrawals. Each step is asked for with check() first, and cannot fail then.
class Withdrawals {
  public:
    /// @retval kAmountNotPayable (field "amount"), kPayeeInvalid (field "payee"),
    ///         kTooManyWithdrawals
    Result<void> check_request(PartyId party, Money amount, std::string_view payee) const;
    /// @param withdrawal  Whose money is held already.
    WithdrawalId request(Withdrawal withdrawal);

    /// Whether a step may be taken now.
    /// @param officer  Who takes it; 0: nobody, such as the party or time.
    /// @retval kWithdrawalNotFound, kWithdrawalState (field "withdrawal"), kSecondOfficerNeeded
    /// when
    ///         who approved it would also take the last step.
    Result<void> check(WithdrawalId id, Step step, UserId officer) const;
    /// @param hold  What holds the money from now on.
    void approve(WithdrawalId id, UserId officer, TransferId hold);
    /// Ends it by any other step.
    /// @return As it was when it ended.
    Withdrawal end(WithdrawalId id, Step step);

    /// Null when there is none, or it has ended.
    const Withdrawal* find(WithdrawalId id) const { return open_.find(id); }
    const IdTable<WithdrawalId, Withdrawal>& open() const { return open_; }
    const std::map<PartyId, std::uint32_t>& open_of() const { return open_of_; }

    template <class Archive>
    void visit(Archive& archive) {
        archive(open_);
        if constexpr (Archive::kReads) count();
    }

  private:
    /// Works open_of_ out.
    void count();

    IdTable<WithdrawalId, Withdrawal> open_;
    std::map<PartyId, std::uint32_t> open_of_;  ///< How many; parties with none are not in it.
};

}  // namespace penstock::custody
