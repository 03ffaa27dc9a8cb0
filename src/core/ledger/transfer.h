#pragma once

#include <array>
#include <compare>
#include <cstdint>

#include "base/id.h"
#include "base/money.h"
#include "base/time.h"

namespace penstock::ledger {

/// What a transfer does.
enum class TransferKind : std::uint8_t {
    post = 1,       ///< Moves its amount at once.
    hold = 2,       ///< Sets it aside on both accounts.
    post_held = 3,  ///< Moves all or part of what a hold set aside, and releases the rest.
    void_held = 4,  ///< Releases all of it.
};

/// The number that whoever asks for a transfer chose for it, so that asking again is harmless: a
/// UUID of version 7 (RFC 9562), whose first 48 bits are milliseconds since 1970.
struct ChosenId {
    std::uint64_t high = 0;
    std::uint64_t low = 0;

    /// False for the id 0: none was chosen.
    explicit operator bool() const { return high != 0 || low != 0; }
    /// As its first bits say; kLastInstant for all that is later.
    Instant time() const;
    auto operator<=>(const ChosenId&) const = default;
    template <class Archive>
    void visit(Archive& archive) {
        archive(high, low);
    }
};

/// What the ledger keeps of a transfer and does not look at.
struct UserData {
    std::array<std::uint64_t, 2> data_128{};
    std::uint64_t data_64 = 0;
    std::uint32_t data_32 = 0;

    bool operator==(const UserData&) const = default;
    template <class Archive>
    void visit(Archive& archive) {
        archive(data_128[0], data_128[1], data_64, data_32);
    }
};

/// Longer than any hold should last.
inline constexpr Duration kHoldTimeoutMax = seconds(10LL * 366 * 86'400);
/// The amount that posts all of a hold.
inline constexpr Money kAllOfHold = kMoneyMax;

/// Money to be moved from `debit` (which pays) to `credit` (which receives).
struct Transfer {
    AccountId debit{};   ///< Where a hold ends: the id 0, or the hold's own.
    AccountId credit{};  ///< Likewise.
    /// Above zero, in the currency of both accounts; zero is enough for a hold that closes an
    /// account. Where a hold is posted: at most what is held, or kAllOfHold. Where one is voided:
    /// zero, or what is held.
    Money amount{};
    TransferKind kind = TransferKind::post;
    /// At most what the paying account may still be debited, as if it had to stay above zero.
    bool balancing_debit = false;
    /// At most what the receiving account may still be credited, as if it had to stay below zero.
    bool balancing_credit = false;
    bool closing_debit = false;   ///< The hold closes the account until it is voided.
    bool closing_credit = false;  ///< Likewise.
    std::uint16_t code = 0;       ///< What for; where a hold ends: 0, or the hold's own.
    Duration timeout{};           ///< After which a hold is void; zero: it has no end.
    TransferId hold{};            ///< Which hold ends, by the ledger's number …
    ChosenId hold_id{};           ///< … or by what was chosen for it.
    ChosenId id{};
    UserData user_data{};

    bool has_id() const { return static_cast<bool>(id); }
    bool operator==(const Transfer&) const = default;
    template <class Archive>
    void visit(Archive& archive) {
        archive(debit, credit, amount, kind, balancing_debit, balancing_credit, closing_debit,
                closing_credit, code, timeout, hold, hold_id, id, user_data);
    }
};

/// What became of a transfer.
struct Recorded {
    /// Unique for the life of the journal; the transfer itself is not kept. Where a hold is voided
    /// that hold's, since nothing moves.
    TransferId id{};
    AccountId debit{};
    AccountId credit{};
    Money amount{};  ///< What moved, was held or was released.
    /// The id was chosen for this very transfer before: nothing was done now.
    bool existed = false;

    bool operator==(const Recorded&) const = default;
    template <class Archive>
    void visit(Archive& archive) {
        archive(id, debit, credit, amount, existed);
    }
};

/// Money set aside on both accounts, to be posted or voided.
struct HeldTransfer {
    AccountId debit;
    AccountId credit;
    Money amount;
    Instant expires_at;  ///< Zero: never.
    ChosenId chosen;
    std::uint16_t code = 0;
    bool closes_debit = false;
    bool closes_credit = false;

    bool has_expired(Instant now) const { return expires_at != Instant{} && now >= expires_at; }
    template <class Archive>
    void visit(Archive& archive) {
        archive(debit, credit, amount, expires_at, chosen, code, closes_debit, closes_credit);
    }
};

}  // namespace penstock::ledger
