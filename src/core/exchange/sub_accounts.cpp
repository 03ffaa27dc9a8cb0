#include "core/exchange/sub_accounts.h"

#include <string>

#include "core/custody/error.h"

namespace penstock::exchange {
namespace {

using custody::Position;
using custody::SubAccounts;
using ledger::AccountKind;

/// Whether a balance is money that somebody has at the bank. Suspense goes by its entries.
bool is_at_bank(AccountKind kind) {
    return kind != AccountKind::bank && kind != AccountKind::suspense &&
           kind != AccountKind::credit && kind != AccountKind::commitment &&
           kind != AccountKind::credit_granted;
}

void add_payment(Position& position, Money amount) {
    position.in_transit += amount;
    if (amount < Money{}) position.leaving -= amount;
}

/// What is promised to be paid out, or was and has not shown.
void add_payments(const State& state, SubAccounts::Positions& positions) {
    const SubAccounts& accounts = state.sub_accounts;
    for (const auto& [reference, transit] : state.bank_book.transit())
        add_payment(positions[accounts.key_of(holder_of(state, transit.party))], transit.amount);
    state.withdrawals.open().for_each([&](WithdrawalId, const custody::Withdrawal& withdrawal) {
        if (withdrawal.state != custody::WithdrawalState::approved) return;
        positions[accounts.key_of(holder_of(state, withdrawal.party))].leaving += withdrawal.amount;
    });
}

/// One batch a tick at most: it may be large.
constexpr Duration kNextTick{1};

void issue_instructions_after(Context& context, Duration wait) {
    if (context.state.sub_accounts.start_timer())
        context.state.timers.set(context.now + wait, TimerKind::instructions_due, 0);
}

}  // namespace

PartyId holder_of(const State& state, PartyId party) {
    return party == state.settings.exchange_operator ? PartyId{} : party;
}

SubAccounts::Positions positions_of(const State& state) {
    const SubAccounts& accounts = state.sub_accounts;
    SubAccounts::Positions positions;
    positions[{}];
    accounts.add_to(positions);
    state.ledger.accounts().for_each([&](AccountId, const ledger::Account& account) {
        if (!is_at_bank(account.kind) || account.currency != state.settings.currency) return;
        // A fee that is owed is booked as income, and no money yet.
        const PartyId holder = account.kind == AccountKind::fee_receivable
                                   ? PartyId{}
                                   : holder_of(state, account.party);
        positions[accounts.key_of(holder)].ledger += account.balance();
    });
    state.bank_book.unexplained().for_each([&](BankEntryId, const custody::Unexplained& entry) {
        Position& position = positions[accounts.key_of(accounts.canonical(entry.sub_account))];
        if (entry.is_booked)
            position.suspense += entry.remaining;
        else
            position.in_transit -= entry.remaining;
    });
    add_payments(state, positions);
    return positions;
}

Result<void> check_explained(const State& state, PartyId holder, const std::string& number) {
    const SubAccounts& accounts = state.sub_accounts;
    const std::string before = holder ? accounts.number_of(holder) : accounts.own_number();
    if (number == before) return {};
    const std::string old = holder ? before : std::string();  // As entries name it.
    bool waits = false;
    state.bank_book.unexplained().for_each([&](BankEntryId, const custody::Unexplained& entry) {
        const bool is_the_owner_s = holder && entry.reason == custody::Reason::sub_account_unknown;
        waits |= !before.empty() && entry.sub_account == old;
        waits |= entry.sub_account == number && !is_the_owner_s;
    });
    if (waits) return reject(custody::kSubAccountInUse, "number");
    return {};
}

Result<void> check_can_pay(const State& state, const custody::Withdrawal& withdrawal) {
    const SubAccounts& accounts = state.sub_accounts;
    if (!accounts.are_used()) return {};
    const PartyId holder = holder_of(state, withdrawal.party);
    const SubAccounts::Key key = accounts.key_of(holder);
    SubAccounts::Positions positions;
    accounts.add_to(positions);
    add_payments(state, positions);
    if (positions[key].at_hand() < withdrawal.amount)
        return reject(custody::kSubAccountTooLow, "withdrawal");
    return {};
}

void describe(const custody::Instruction& instruction, InstructionId id,
              v1::TransferInstruction* out) {
    out->set_id(id.text());
    out->set_batch(instruction.batch);
    out->set_sub_account(instruction.sub_account);
    if (instruction.party) out->set_party(instruction.party.text());
    out->set_amount_micros(instruction.amount.micros);
    out->set_reference(custody::instruction_reference(id));
    out->set_state(v1::INSTRUCTION_ISSUED);
    out->set_issued_at_ns(instruction.issued_at.ns);
    out->set_shown(instruction.shown);
    out->set_own_shown(instruction.own_shown);
}

void emit_instruction(Context& context, InstructionId id, const custody::Instruction& instruction,
                      custody::InstructionState state, std::string_view note) {
    v1::TransferInstruction body;
    describe(instruction, id, &body);
    body.set_state(static_cast<v1::InstructionState>(state));
    body.set_note(std::string(note));
    context.events.emit_message(v1::Event::kInstructionChanged, body);
}

void show_instruction(Context& context, InstructionId id, bool is_own) {
    const custody::Instruction now = context.state.sub_accounts.show(id, is_own);
    const bool is_done = now.shown && now.own_shown;
    emit_instruction(
        context, id, now,
        is_done ? custody::InstructionState::confirmed : custody::InstructionState::issued);
}

Batch issue_batch(Context& context) {
    SubAccounts& accounts = context.state.sub_accounts;
    const auto plan = SubAccounts::plan(positions_of(context.state));
    if (plan.empty()) return {};
    const Batch batch{accounts.next_batch(), static_cast<std::uint32_t>(plan.size()),
                      plan.size() == custody::kBatchMax};
    for (custody::Instruction instruction : plan) {
        instruction.batch = batch.number;
        instruction.issued_at = context.now;
        emit_instruction(context, accounts.issue(instruction), instruction,
                         custody::InstructionState::issued);
    }
    return batch;
}

void start_daily_instructions(Context& context) {
    issue_instructions_after(context, custody::kInstructionsEvery);
}

void issue_daily_instructions(Context& context) {
    SubAccounts& accounts = context.state.sub_accounts;
    accounts.stop_timer();
    if (!accounts.are_used()) return;
    // What leaves comes first, so that payments in would wait as long as batches are full of it.
    const bool is_full = issue_batch(context).is_full;
    issue_instructions_after(context, is_full ? kNextTick : custody::kInstructionsEvery);
}

}  // namespace penstock::exchange
