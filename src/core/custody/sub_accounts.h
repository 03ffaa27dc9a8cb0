#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/id.h"
#include "base/id_table.h"
#include "base/money.h"
#include "base/time.h"
#include "core/custody/states.h"
#include "core/custody/types.h"

namespace penstock::custody {

/// How often instructions are issued by themselves.
inline constexpr Duration kInstructionsEvery = seconds(86'400);
/// So many instructions of one batch at most; what is left follows with the next one.
inline constexpr std::size_t kBatchMax = 1'000;

/// Where the parties' money is. Numbered as v1::CustodyMode.
enum class Mode : std::uint8_t { prepaid = 1, sub_accounts = 2 };

/// Money that the bank is to move between a sub-account and the exchange's own.
struct Instruction {
    std::uint64_t batch = 0;
    std::string sub_account{};
    PartyId party{};  ///< Whose it is; 0: nobody's that is known.
    Money amount{};   ///< Above zero from the exchange's own into it, below out of it; whole fen.
    Instant issued_at{};
    bool shown = false;      ///< A statement has shown the sub-account's entry …
    bool own_shown = false;  ///< … and the one of the exchange's own.

    template <class Archive>
    void visit(Archive& archive) {
        archive(batch, sub_account, party, amount, issued_at, shown, own_shown);
    }
};

/// What stands on both entries of an instruction: PSK-MOVE-7.
std::string instruction_reference(InstructionId instruction);
/// Whether a reference is, or was meant to be, an instruction's; issued or not. What stands under
/// it only changes its place: it is nobody's new money.
bool names_instruction(std::string_view reference);

/// What ledger and bank say of one sub-account.
struct Position {
    Money ledger{};      ///< What the ledger owes its owner.
    Money suspense{};    ///< Booked entries on it that nobody has explained.
    Money bank{};        ///< As of the last statement.
    Money in_transit{};  ///< Booked, and in no statement, less entries that are not booked.
    Money under_way{};   ///< By instructions.
    Money leaving{};     ///< What must stay on it for payments that the bank was told to do.

    /// What the bank has to move into it; below zero: out of it.
    Money to_move() const { return ledger + suspense - bank - in_transit - under_way; }
    /// What may be taken from it.
    Money at_hand() const { return bank - leaving; }
};

/// Who the sub-accounts at the bank belong to, what they hold, and what the bank was told to move
/// between them. The exchange's own one goes by the empty number.
class SubAccounts {
  public:
    struct Key {
        std::string number;  ///< Empty: the exchange's own, or of a party that has none.
        PartyId party{};     ///< 0: the exchange, or nobody that is known.

        auto operator<=>(const Key&) const = default;
    };
    using Positions = std::map<Key, Position>;

    Mode mode() const { return mode_; }
    bool are_used() const { return mode_ == Mode::sub_accounts; }
    void set_mode(Mode mode) { mode_ = mode; }
    /// Whether the daily timer must be set: it never is twice.
    bool start_timer();
    void stop_timer() { has_timer_ = false; }

    /// Whether a party may have this number now. The exchange itself is the party 0.
    /// @retval kSubAccountsNotUsed, kSubAccountInvalid, kSubAccountTaken, kSubAccountInUse
    ///         (field "number")
    Result<void> check_number(PartyId party, std::string_view number) const;
    void set_number(PartyId party, const std::string& number);
    /// Empty where a party has none, and the exchange's own.
    std::string number_of(PartyId party) const;
    /// Whose it is; 0: the exchange's, or nobody's that is known.
    PartyId party_of(const std::string& number) const;
    Key key_of(PartyId party) const { return {number_of(party), party}; }
    Key key_of(const std::string& number) const { return {number, party_of(number)}; }
    /// By which number it is kept here: the exchange's own may be written in two ways.
    std::string canonical(const std::string& number) const {
        return number == own_number_ ? std::string() : number;
    }

    void take(const std::string& number, Money amount);
    Money balance(const std::string& number) const;
    const std::map<std::string, Money>& balances() const { return balances_; }
    const std::map<PartyId, std::string>& numbers() const { return numbers_; }
    const std::string& own_number() const { return own_number_; }

    /// Adds what the bank has, and what instructions move.
    void add_to(Positions& positions) const;
    /// What the bank has to move now, and can: what leaves sub-accounts first, so that it is there
    /// for the others. Never more than is missing, so that no money is moved twice; and nothing
    /// that is another party's, though that has no sub-account yet.
    /// @param positions  With all that add_to() adds.
    /// @param most       So many instructions; where there are as many, more may be to do.
    static std::vector<Instruction> plan(const Positions& positions, std::size_t most = kBatchMax);
    /// The number of the next batch.
    std::uint64_t next_batch() { return ++batches_; }
    /// The number of the last batch; 0 before the first.
    std::uint64_t newest_batch() const { return batches_; }
    InstructionId issue(Instruction instruction) {
        return instructions_.add(std::move(instruction)).first;
    }
    /// Null when it is not under way.
    const Instruction* find(InstructionId id) const { return instructions_.find(id); }
    /// Whether there ever was such an instruction.
    bool was_issued(InstructionId id) const { return instructions_.was_issued(id); }
    /// Whether an entry is a side of the instruction that no statement has shown.
    static bool is_side(const Instruction& instruction, const std::string& number, Money amount);
    /// A statement shows one of its entries.
    /// @return As it is now; confirmed, and gone, when that was the second.
    Instruction show(InstructionId id, bool is_own);
    /// @retval kInstructionNotFound, kInstructionShown (field "instruction")
    Result<void> check_fail(InstructionId id) const;
    Instruction fail(InstructionId id);
    const IdTable<InstructionId, Instruction>& instructions() const { return instructions_; }
    /// The other sides of instructions that were shown by half.
    Money under_way() const;

    template <class Archive>
    void visit(Archive& archive) {
        archive(mode_, has_timer_, own_number_, numbers_, balances_, batches_, instructions_);
        if constexpr (Archive::kReads) index();
    }

  private:
    /// Works parties_ out.
    void index();
    bool is_in_use(const std::string& number) const;
    bool is_own_in_use() const;

    Mode mode_ = Mode::prepaid;
    bool has_timer_ = false;
    std::string own_number_;
    std::map<PartyId, std::string> numbers_;
    std::map<std::string, PartyId> parties_;
    std::map<std::string, Money> balances_;  ///< Other than zero.
    std::uint64_t batches_ = 0;
    IdTable<InstructionId, Instruction> instructions_;
};

}  // namespace penstock::custody
