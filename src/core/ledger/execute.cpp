// How the ledger carries transfers out, and takes back those of a chain that was refused.
#include <algorithm>
#include <string>
#include <utility>

#include "base/assert.h"
#include "base/try.h"
#include "core/ledger/error.h"
#include "core/ledger/ledger.h"

namespace penstock::ledger {
namespace {

bool is_hold(const Transfer& transfer) {
    return transfer.kind == TransferKind::hold;
}
bool is_closing(const Transfer& transfer) {
    return transfer.closing_debit || transfer.closing_credit;
}

/// What a posting or a hold may say, whatever the accounts are.
Result<void> check_form(const Transfer& transfer) {
    const Money least = is_hold(transfer) && is_closing(transfer) ? Money{0} : Money{1};
    if (transfer.amount < least) return reject(kAmountNotPositive);
    if (transfer.amount > kMoneyMax) return reject(kAmountTooLarge);
    if (transfer.hold || transfer.hold_id) return reject(kHoldNotExpected);
    if (!is_hold(transfer) && transfer.timeout != Duration{}) return reject(kTimeoutNotExpected);
    if (transfer.timeout < Duration{} || transfer.timeout > kHoldTimeoutMax)
        return reject(kTimeoutOutOfRange);
    if (!is_hold(transfer) && is_closing(transfer)) return reject(kFlagNotForKind);
    return {};
}

/// The amount that a balancing transfer comes to.
Money balanced(const Transfer& transfer, const Account& debit, const Account& credit) {
    Money amount = transfer.amount;
    if (transfer.balancing_debit) amount = std::min(amount, debit.available());
    if (transfer.balancing_credit) {
        const Money room = credit.debits_posted - credit.credits_posted - credit.credits_pending;
        amount = std::min(amount, room);
    }
    return std::max(amount, Money{0});
}

/// Held and posted transfers are judged alike: what is pending already counts against the limits,
/// so that posting a hold can never fail for want of money.
Result<void> check_limits(const Account& debit, const Account& credit, Money amount) {
    const Money debits = debit.debits_pending + debit.debits_posted + amount;
    const Money credits = credit.credits_pending + credit.credits_posted + amount;
    if (debits > debits_max(debit.kind) || credits > kCreditsMax) return reject(kAccountOverflow);
    if (debit.flags.debits_must_not_exceed_credits && debits > debit.credits_posted)
        return reject(kInsufficientFunds);
    if (credit.flags.credits_must_not_exceed_debits && credits > credit.debits_posted)
        return reject(kExceedsDebits);
    return {};
}

/// Says which transfer of a chain was refused.
std::unexpected<Error> refused_at(std::size_t index, std::size_t count, const Error& error) {
    return reject(error.rejection(), error.field(),
                  "(Transfer " + std::to_string(index + 1) + " of " + std::to_string(count) + ".)");
}

/// The first field in which a transfer differs from what its id was chosen for.
std::string difference(const Transfer& now, const Transfer& before) {
    if (now.kind != before.kind) return "kind";
    if (now.debit != before.debit) return "debit";
    if (now.credit != before.credit) return "credit";
    if (now.amount != before.amount) return "amount";
    if (now.hold != before.hold) return "hold";
    if (now.hold_id != before.hold_id) return "hold_id";
    if (now.timeout != before.timeout) return "timeout";
    if (now.code != before.code) return "code";
    if (!(now.user_data == before.user_data)) return "user_data";
    return now == before ? "" : "flags";
}

}  // namespace

void Ledger::record(Account& debit, Account& credit, Money amount, Stage stage) {
    (stage == Stage::pending ? debit.debits_pending : debit.debits_posted) += amount;
    (stage == Stage::pending ? credit.credits_pending : credit.credits_posted) += amount;
}

Result<Recorded> Ledger::move(const Transfer& transfer, Instant now) {
    TRY(check_form(transfer));
    Account* debit = accounts_.find(transfer.debit);
    Account* credit = accounts_.find(transfer.credit);
    if (debit == nullptr || credit == nullptr) return reject(kAccountNotFound);
    if (transfer.debit == transfer.credit) return reject(kAccountsMustDiffer);
    if (debit->currency != credit->currency) return reject(kCurrencyMismatch);
    if (debit->flags.is_closed() || credit->flags.is_closed()) return reject(kAccountClosed);
    const Money amount = balanced(transfer, *debit, *credit);
    if (amount == Money{0} && !is_closing(transfer)) {
        const bool for_debit = transfer.balancing_debit && debit->available() <= Money{0};
        return reject(for_debit ? kInsufficientFunds : kExceedsDebits);
    }
    TRY(check_limits(*debit, *credit, amount));

    record(*debit, *credit, amount, is_hold(transfer) ? Stage::pending : Stage::posted);
    Recorded recorded{.debit = transfer.debit, .credit = transfer.credit, .amount = amount};
    if (!is_hold(transfer)) {
        recorded.id = held_.skip();
        return recorded;
    }
    debit->flags.closed_by_hold = transfer.closing_debit;
    credit->flags.closed_by_hold = transfer.closing_credit;
    recorded.id =
        held_
            .add({.debit = transfer.debit,
                  .credit = transfer.credit,
                  .amount = amount,
                  .expires_at = transfer.timeout == Duration{} ? Instant{} : now + transfer.timeout,
                  .chosen = transfer.id,
                  .code = transfer.code,
                  .closes_debit = transfer.closing_debit,
                  .closes_credit = transfer.closing_credit})
            .first;
    return recorded;
}

Result<TransferId> Ledger::find_hold(const Transfer& transfer) const {
    if (!transfer.hold_id) return transfer.hold;
    if (transfer.hold) return reject(kHoldNotExpected);
    const ChosenIds::Use* use = chosen_.find(transfer.hold_id);
    if (use == nullptr && chosen_.is_forgotten(transfer.hold_id))
        return reject(kIdTooOld, "hold_id");
    if (use == nullptr || use->asked.kind != TransferKind::hold) return reject(kHoldNotFound);
    switch (use->fate) {
        case ChosenIds::Fate::done:
            return use->recorded.id;
        case ChosenIds::Fate::posted:
            return reject(kHoldAlreadyPosted);
        case ChosenIds::Fate::voided:
            return reject(kHoldAlreadyVoided);
        case ChosenIds::Fate::expired:
            return reject(kHoldExpired);
    }
    PENSTOCK_ASSERT(false && "a hold of no fate");
}

Result<void> Ledger::check_end(const Transfer& transfer, const HeldTransfer& held,
                               Instant now) const {
    if (held.has_expired(now)) return reject(kHoldExpired);
    if (transfer.timeout != Duration{}) return reject(kTimeoutNotExpected);
    if (is_closing(transfer) || transfer.balancing_debit || transfer.balancing_credit)
        return reject(kFlagNotForKind);
    if ((transfer.debit && transfer.debit != held.debit) ||
        (transfer.credit && transfer.credit != held.credit))
        return reject(kHoldHasDifferentAccounts);
    if (transfer.code != 0 && transfer.code != held.code) return reject(kHoldHasDifferentCode);
    if (transfer.kind == TransferKind::void_held) {
        const bool fits = transfer.amount == Money{0} || transfer.amount == held.amount;
        return fits ? Result<void>() : reject(kHoldHasDifferentAmount);
    }
    const bool may_be_zero = transfer.amount == held.amount;
    if (transfer.amount < Money{0} || (transfer.amount == Money{0} && !may_be_zero))
        return reject(kAmountNotPositive);
    if (transfer.amount > held.amount && transfer.amount != kAllOfHold)
        return reject(kExceedsHeldAmount);
    // What the hold itself has closed is closed for others.
    const AccountFlags& debit = account(held.debit).flags;
    const AccountFlags& credit = account(held.credit).flags;
    if (debit.closed || (debit.closed_by_hold && !held.closes_debit) || credit.closed ||
        (credit.closed_by_hold && !held.closes_credit))
        return reject(kAccountClosed);
    return {};
}

Result<Recorded> Ledger::end_hold(const Transfer& transfer, Instant now, Ended& ended) {
    TRY_ASSIGN(const TransferId hold, find_hold(transfer));
    const HeldTransfer* found = held_.find(hold);
    if (found == nullptr) return reject(kHoldNotFound);
    TRY(check_end(transfer, *found, now));
    ended = {hold, *found, account(found->debit).flags, account(found->credit).flags};
    const bool is_posted = transfer.kind == TransferKind::post_held;
    release(hold, is_posted ? ChosenIds::Fate::posted : ChosenIds::Fate::voided);
    const HeldTransfer& held = ended.held;
    Recorded recorded{
        .id = hold, .debit = held.debit, .credit = held.credit, .amount = held.amount};
    if (!is_posted) return recorded;
    recorded.id = held_.skip();
    recorded.amount = std::min(transfer.amount, held.amount);
    record(accounts_.at(held.debit), accounts_.at(held.credit), recorded.amount, Stage::posted);
    return recorded;
}

void Ledger::release(TransferId hold, ChosenIds::Fate fate) {
    const HeldTransfer held = held_.at(hold);
    Account& debit = accounts_.at(held.debit);
    Account& credit = accounts_.at(held.credit);
    record(debit, credit, -held.amount, Stage::pending);
    // What a posted hold has closed stays closed.
    const bool is_posted = fate == ChosenIds::Fate::posted;
    if (held.closes_debit) debit.flags = debit.flags.after_hold(is_posted);
    if (held.closes_credit) credit.flags = credit.flags.after_hold(is_posted);
    if (held.chosen) chosen_.set_fate(held.chosen, fate);
    held_.erase(hold);
}

Result<Recorded> Ledger::do_one(const Transfer& transfer, Instant now, Ended& ended) {
    if (transfer.id) {
        TRY(chosen_.check(transfer.id, now));
        if (const ChosenIds::Use* use = chosen_.find(transfer.id)) {
            const std::string field = difference(transfer, use->asked);
            if (!field.empty()) return reject(kIdUsedOtherwise, field);
            Recorded again = use->recorded;
            again.existed = true;
            return again;
        }
    }
    const bool ends =
        transfer.kind == TransferKind::post_held || transfer.kind == TransferKind::void_held;
    TRY_ASSIGN(const Recorded recorded,
               ends ? end_hold(transfer, now, ended) : move(transfer, now));
    if (transfer.id) chosen_.remember(transfer, recorded);
    return recorded;
}

void Ledger::undo(const Transfer& transfer, const Recorded& recorded, const Ended& ended) {
    if (recorded.existed) return;
    if (transfer.id) chosen_.erase(transfer.id);
    Account& debit = accounts_.at(recorded.debit);
    Account& credit = accounts_.at(recorded.credit);
    switch (transfer.kind) {
        case TransferKind::post:
            record(debit, credit, -recorded.amount, Stage::posted);
            return;
        case TransferKind::hold:
            // Both were open, or there would be no hold.
            release(recorded.id, ChosenIds::Fate::voided);
            return;
        case TransferKind::post_held:
        case TransferKind::void_held:
            if (transfer.kind == TransferKind::post_held)
                record(debit, credit, -recorded.amount, Stage::posted);
            record(debit, credit, ended.held.amount, Stage::pending);
            if (ended.held.closes_debit) debit.flags = ended.debit_flags;
            if (ended.held.closes_credit) credit.flags = ended.credit_flags;
            if (ended.held.chosen) chosen_.set_fate(ended.held.chosen, ChosenIds::Fate::done);
            held_.put_back(ended.hold, ended.held);
            return;
    }
}

Result<Recorded> Ledger::execute(const Transfer& transfer, Instant now) {
    Ended ended;
    TRY_ASSIGN(const Recorded recorded, do_one(transfer, now, ended));
    if (transfer.id && !recorded.existed) chosen_.forget(now);
    return recorded;
}

Result<std::vector<Recorded>> Ledger::execute(std::span<const Transfer> chain, Instant now) {
    const TransferId first = next_transfer();
    std::vector<Recorded> recorded;
    std::vector<Ended> ended(chain.size());
    recorded.reserve(chain.size());
    const auto take_back = [&] {
        for (std::size_t back = recorded.size(); back-- > 0;)
            undo(chain[back], recorded[back], ended[back]);
        held_.rewind(first);
    };
    for (std::size_t i = 0; i < chain.size(); ++i) {
        const auto done = do_one(chain[i], now, ended[i]);
        if (done) {
            recorded.push_back(*done);
            continue;
        }
        take_back();
        return refused_at(i, chain.size(), done.error());
    }
    const auto existed = std::ranges::count(recorded, true, &Recorded::existed);
    if (existed > 0 && std::cmp_less(existed, chain.size())) {
        take_back();
        return reject(kChainPartlyDone);
    }
    if (existed == 0 && std::ranges::any_of(chain, &Transfer::has_id)) chosen_.forget(now);
    return recorded;
}

Result<void> Ledger::expire(TransferId hold, Instant now) {
    const HeldTransfer* held = held_.find(hold);
    if (held == nullptr || !held->has_expired(now)) return reject(kHoldNotFound);
    release(hold, ChosenIds::Fate::expired);
    return {};
}

}  // namespace penstock::ledger
