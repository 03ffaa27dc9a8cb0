// What officers say of bank entries that nobody had explained.
#include <string>
#include <utility>
#include <vector>

#include "base/try.h"
#include "core/custody/error.h"
#include "core/exchange/audit.h"
#include "core/exchange/custody.h"
#include "core/exchange/emit.h"
#include "core/exchange/handlers.h"
#include "core/exchange/ids.h"
#include "core/exchange/sub_accounts.h"
#include "core/ledger/error.h"

namespace penstock::exchange {
namespace {

using ledger::AccountKind;
using ledger::Transfer;
using ledger::TransferKind;

/// What an explanation does.
struct Explanation {
    std::vector<Transfer> chain;
    Money part;  ///< Of the entry, that it explains.
    std::string subject;
    WithdrawalId withdrawal{};    ///< That it paid.
    BankEntryId other{};          ///< That goes with it.
    InstructionId instruction{};  ///< Of which it is a side.
    std::string settled{};        ///< The bank reference that is in transit no more.
    /// Entries that the last transfers of the chain book, since the books had no room before.
    std::vector<BankEntryId> booked{};

    bool books(std::size_t transfer) const { return transfer + booked.size() >= chain.size(); }
};

AccountId own_account(const State& state, AccountKind kind) {
    return state.ledger.find(kind, PartyId{}, state.settings.currency);
}

/// Takes money off suspense, or puts it there, until `amount` of the entry is explained.
Transfer off_suspense(const State& state, AccountId other, Money amount) {
    const AccountId suspense = own_account(state, AccountKind::suspense);
    return amount > Money{} ? Transfer{.debit = suspense, .credit = other, .amount = amount}
                            : Transfer{.debit = other, .credit = suspense, .amount = -amount};
}

Result<Explanation> credits_party(const State& state, const custody::Unexplained& entry,
                                  const v1::ResolveEntryRequest& request) {
    TRY_ASSIGN(const PartyId party, read_id<PartyId>(request.party(), "party"));
    if (entry.remaining < Money{}) return reject(custody::kResolutionInvalid, "resolution");
    const AccountId cash = state.ledger.find(AccountKind::cash, party, state.settings.currency);
    if (!cash) return reject(ledger::kAccountNotFound, "party");
    return Explanation{{off_suspense(state, cash, entry.remaining)}, entry.remaining, party.text()};
}

Result<Explanation> pays_withdrawal(const State& state, const custody::Unexplained& entry,
                                    const v1::ResolveEntryRequest& request) {
    TRY_ASSIGN(const WithdrawalId id, read_id<WithdrawalId>(request.withdrawal(), "withdrawal"));
    // Two officers say so in any case: the one who approved it may be one of them.
    TRY(state.withdrawals.check(id, custody::Step::pay, UserId{}));
    const custody::Withdrawal& withdrawal = *state.withdrawals.find(id);
    if (entry.remaining != -withdrawal.amount)
        return reject(custody::kEntryAmountDiffers, "withdrawal");
    const AccountId cash = state.ledger.find_held(withdrawal.hold)->debit;
    Explanation explanation{{{.kind = TransferKind::void_held, .hold = withdrawal.hold},
                             off_suspense(state, cash, entry.remaining)},
                            entry.remaining,
                            id.text()};
    explanation.withdrawal = id;
    return explanation;
}

Result<Explanation> was_in_transit(const State& state, const custody::Unexplained& entry,
                                   const v1::ResolveEntryRequest& request) {
    const custody::Transit* transit = state.bank_book.find_transit(request.bank_reference());
    if (transit == nullptr) return reject(custody::kNotInTransit, "bank_reference");
    const bool fits = transit->amount > Money{} ? transit->amount <= entry.remaining
                                                : transit->amount >= entry.remaining;
    if (!fits) return reject(custody::kEntryAmountDiffers, "bank_reference");
    // It was booked twice: when it was confirmed, and when its statement came.
    Explanation explanation{
        {off_suspense(state, own_account(state, AccountKind::bank), transit->amount)},
        transit->amount,
        request.bank_reference()};
    explanation.settled = request.bank_reference();
    return explanation;
}

Result<Explanation> offsets(const State& state, BankEntryId id, const custody::Unexplained& entry,
                            const v1::ResolveEntryRequest& request) {
    TRY_ASSIGN(const BankEntryId other, read_id<BankEntryId>(request.other_entry(), "other_entry"));
    const custody::Unexplained* found = state.bank_book.find(other);
    if (found == nullptr || other == id) return reject(custody::kBankEntryNotFound, "other_entry");
    if (found->remaining != -entry.remaining)
        return reject(custody::kEntryAmountDiffers, "other_entry");
    Explanation explanation{{}, entry.remaining, other.text()};
    explanation.other = other;
    return explanation;
}

Result<Explanation> moves_by_instruction(const State& state, const custody::Unexplained& entry,
                                         const v1::ResolveEntryRequest& request) {
    TRY_ASSIGN(const InstructionId id,
               read_id<InstructionId>(request.instruction(), "instruction"));
    const custody::Instruction* instruction = state.sub_accounts.find(id);
    if (instruction == nullptr) return reject(custody::kInstructionNotFound, "instruction");
    if (!custody::SubAccounts::is_side(*instruction, entry.sub_account, entry.remaining))
        return reject(custody::kEntryAmountDiffers, "instruction");
    // No money came or went: what suspense has of it was never the exchange's to book.
    Explanation explanation{
        {off_suspense(state, own_account(state, AccountKind::bank), entry.remaining)},
        entry.remaining,
        id.text()};
    explanation.instruction = id;
    return explanation;
}

Result<Explanation> explanation_of(const State& state, BankEntryId id,
                                   const custody::Unexplained& entry,
                                   const v1::ResolveEntryRequest& request) {
    switch (request.resolution()) {
        case v1::ENTRY_CREDITS_PARTY:
            return credits_party(state, entry, request);
        case v1::ENTRY_PAYS_WITHDRAWAL:
            return pays_withdrawal(state, entry, request);
        case v1::ENTRY_IN_TRANSIT:
            return was_in_transit(state, entry, request);
        case v1::ENTRY_OFFSETS:
            return offsets(state, id, entry, request);
        case v1::ENTRY_MOVES:
            return moves_by_instruction(state, entry, request);
        case v1::ENTRY_IS_OPERATORS:
            return Explanation{
                {off_suspense(state, own_account(state, AccountKind::fee), entry.remaining)},
                entry.remaining,
                state.settings.exchange_operator.text()};
        default:
            return reject(custody::kResolutionInvalid, "resolution");
    }
}

/// Books an entry that is not booked yet, after all that may make room for it.
void book(const State& state, BankEntryId id, Explanation& explanation) {
    const custody::Unexplained& entry = *state.bank_book.find(id);
    if (entry.is_booked) return;
    const AccountId bank = own_account(state, AccountKind::bank);
    explanation.chain.push_back(off_suspense(state, bank, -entry.remaining));
    explanation.booked.push_back(id);
}

Result<Explanation> explain(const State& state, BankEntryId id, const custody::Unexplained& entry,
                            const v1::ResolveEntryRequest& request) {
    TRY_ASSIGN(Explanation explanation, explanation_of(state, id, entry, request));
    book(state, id, explanation);
    if (explanation.other) book(state, explanation.other, explanation);
    return explanation;
}

/// Moves the money of an explanation.
Result<void> move(Context& context, BankEntryId id, const Explanation& explanation) {
    State& state = context.state;
    const auto moved = state.ledger.execute(explanation.chain, context.now);
    if (!moved)
        return reject(moved.error().rejection(), "entry",
                      explanation.booked.empty()
                          ? ""
                          : "Open withdrawals take all that the bank has; wait for one to end.");
    for (std::size_t i = 0; i < moved->size(); ++i) {
        if (explanation.chain[i].kind != TransferKind::post) continue;
        const ledger::Recorded& recorded = (*moved)[i];
        emit_transfer(context, {recorded.id, recorded.debit, recorded.credit, recorded.amount},
                      explanation.books(i)     ? "suspense"
                      : explanation.withdrawal ? "withdrawal"
                                               : "explanation",
                      id.text());
    }
    for (const BankEntryId booked : explanation.booked) state.bank_book.set_booked(booked);
    return {};
}

void tell(Context& context, BankEntryId id, const custody::Unexplained& was,
          const std::string& subject) {
    const custody::Unexplained* left = context.state.bank_book.find(id);
    v1::BankEntryChanged body;
    body.set_id(id.text());
    body.set_statement(was.statement.text());
    body.set_booking_day(was.day);
    body.set_amount_micros(was.amount.micros);
    body.set_bank_reference(was.bank_reference);
    body.set_state(left == nullptr ? v1::BANK_ENTRY_EXPLAINED : v1::BANK_ENTRY_UNEXPLAINED);
    body.set_reason(static_cast<v1::BankMatchKind>(was.reason));
    body.set_subject(subject);
    body.set_sub_account(was.sub_account);
    if (left != nullptr) body.set_remaining_micros(left->remaining.micros);
    context.events.emit_message(v1::Event::kBankEntryChanged, body);
}

}  // namespace

Result<void> resolve_entry(Context& context, const v1::ResolveEntryRequest& request,
                           v1::ResolveEntryResponse& response) {
    State& state = context.state;
    TRY_ASSIGN(const BankEntryId id, read_id<BankEntryId>(request.entry(), "entry"));
    const custody::Unexplained* found = state.bank_book.find(id);
    if (found == nullptr) return reject(custody::kBankEntryNotFound, "entry");
    const custody::Unexplained entry = *found;
    response.set_remaining_micros(entry.remaining.micros);
    TRY_ASSIGN(const Explanation explanation, explain(state, id, entry, request));
    TRY_ASSIGN(const Agreement agreement,
               hear(context, "ResolveEntry", request, std::to_string(entry.remaining.micros)));
    response.set_awaits_second_officer(!agreement.is_complete());
    if (!agreement.is_complete()) {
        note(context, agreement);
        return {};
    }
    TRY(move(context, id, explanation));
    note(context, agreement);
    state.bank_book.explain(id, explanation.part);
    if (!explanation.settled.empty()) state.bank_book.settle(explanation.settled);
    if (explanation.withdrawal) {
        const auto ended = state.withdrawals.end(explanation.withdrawal, custody::Step::pay);
        emit_withdrawal(
            context, explanation.withdrawal, ended,
            {.decided_by = context.caller.user, .bank_reference = entry.bank_reference});
    }
    if (explanation.instruction)
        show_instruction(context, explanation.instruction, entry.sub_account.empty());
    if (explanation.other) {
        const custody::Unexplained other = *state.bank_book.find(explanation.other);
        state.bank_book.explain(explanation.other, other.remaining);
        tell(context, explanation.other, other, id.text());
    }
    tell(context, id, entry, explanation.subject);
    emit_act(context, {.kind = v1::ACT_BANK_ENTRY_EXPLAINED,
                       .subject = id.text(),
                       .detail = v1::EntryResolution_Name(request.resolution())});
    const custody::Unexplained* left = state.bank_book.find(id);
    response.set_remaining_micros(left == nullptr ? 0 : left->remaining.micros);
    return {};
}

}  // namespace penstock::exchange
