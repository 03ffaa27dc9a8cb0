#include <map>
#include <set>
#include <string>
#include <utility>

#include "core/capacity/invariants.h"
#include "core/catalog/invariants.h"
#include "core/custody/invariants.h"
#include "core/exchange/by_plan.h"
#include "core/exchange/change.h"
#include "core/exchange/credit.h"
#include "core/exchange/exchange.h"
#include "core/exchange/rolling_escrow.h"
#include "core/exchange/state.h"
#include "core/exchange/sub_accounts.h"
#include "core/ledger/invariants.h"
#include "core/party/invariants.h"

namespace penstock::exchange {
namespace {

using Broken = std::vector<std::string>;

/// Every buyer's escrow account, or its commitment, holds what its active contracts set aside and
/// were not billed for, and what is open of its bills; and its holds are those of its ordered
/// contracts and its change orders.
void check_set_aside(const State& state, bool post_paid, Broken& broken) {
    const auto kind = post_paid ? ledger::AccountKind::commitment : ledger::AccountKind::escrow;
    std::map<PartyId, Money> set_aside;
    std::map<PartyId, Money> held;
    state.contracts.contracts().for_each([&](ContractId, const contract::Contract& contract) {
        if (contract.terms.post_paid != post_paid) return;
        if (contract.state == contract::State::ordered)
            held[contract.terms.buyer] += contract.escrow;
        else if (!contract.is_final())
            set_aside[contract.terms.buyer] += contract.escrow - contract.charged;
        if (const auto* change = state.change_orders.find(contract.change_order))
            held[contract.terms.buyer] += change->additional;
    });
    state.bills.bills().for_each([&](BillId, const billing::Bill& bill) {
        if (bill.post_paid == post_paid) set_aside[bill.buyer] += bill.open();
    });
    state.ledger.accounts().for_each([&](AccountId id, const ledger::Account& account) {
        if (account.kind != kind) return;
        if (account.balance() != set_aside[account.party])
            broken.push_back(id.text() + ": differs from what contracts and bills set aside");
        if (account.credits_pending != held[account.party])
            broken.push_back(id.text() + ": holds differ from those of ordered contracts");
    });
}

/// What periods with rolling escrow may cost is set aside before they begin.
void check_covered(const State& state, Broken& broken) {
    for (const auto& [id, window] : state.escrow_windows) {
        if (!is_covered(state, id))
            broken.push_back(id.text() + ": its escrow does not cover what it says");
    }
    if (!escrow_windows_fit(state)) broken.emplace_back("a window is not one of its contract");
}

/// Of what parties were granted each has the rest that nothing is ordered on, and what orders and
/// bills take; it exceeds a lowered limit only by what these take.
void check_credit(const State& state, Broken& broken) {
    Money granted;
    Money taken;
    state.ledger.accounts().for_each([&](AccountId id, const ledger::Account& account) {
        if (account.kind == ledger::AccountKind::credit_granted) granted -= account.balance();
        if (account.kind == ledger::AccountKind::commitment) taken += account.balance();
        if (account.kind != ledger::AccountKind::credit) return;
        taken += account.balance();
        const Money excess =
            credit_granted(state, account.party) - credit_limit(state, account.party);
        if (excess < Money{0} || (excess > Money{0} && account.available() > Money{0}))
            broken.push_back(id.text() + ": differs from the limit of its party");
    });
    if (granted != taken) broken.emplace_back("credit: is not what was granted");
}

/// The cores that attempts occupy are those that their contracts count as busy.
void check_busy_cores(const State& state, Broken& broken) {
    std::map<ContractId, std::uint64_t> busy;
    state.tasks.attempts().for_each(
        [&](AttemptId, const task::Attempt& attempt) { busy[attempt.contract] += attempt.cores; });
    state.contracts.contracts().for_each([&](ContractId id, const contract::Contract& contract) {
        if (busy[id] != contract.cores_busy)
            broken.push_back(id.text() + ": busy cores differ from its attempts'");
    });
}

/// What is promised of a product is the sum over its contracts, now and at every later step.
void check_promises(const State& state, Broken& broken) {
    std::map<ProductId, StepFunction> expected;
    state.contracts.contracts().for_each([&](ContractId, const contract::Contract& contract) {
        if (contract.is_final()) return;
        StepFunction& of_product = expected[contract.terms.product];
        for (const capacity::Reservation& promise : promises_of(contract))
            of_product.add(promise.interval, promise.cores);
        if (const auto* change = state.change_orders.find(contract.change_order)) {
            for (const capacity::Reservation& more : added_by(contract, *change))
                of_product.add(more.interval, more.cores);
        }
    });
    for (const auto& [id, product] : state.capacity.products()) {
        const StepFunction& promised = product.schedule.promised();
        const auto differs = [&](Instant at) {
            return at >= state.time && promised.at(at) != expected[id].at(at);
        };
        bool wrong = differs(state.time);
        for (const auto& [at, level] : promised.steps()) wrong |= differs(at);
        for (const auto& [at, level] : expected[id].steps()) wrong |= differs(at);
        if (wrong) broken.push_back(id.text() + ": promises differ from its contracts");
    }
}

/// Products and contracts are priced by versions of a plan that are kept, and as these say.
void check_prices(const State& state, Broken& broken) {
    const auto agrees = [&](ProductId id, std::uint32_t version, Money price) {
        if (version == 0) return true;
        const auto history = state.price_plans.find(id);
        const auto* plan =
            history == state.price_plans.end() ? nullptr : history->second.find(version);
        if (plan == nullptr) return false;
        const auto sole = plan->sole_price(pricing::Unit::core_hour);
        return price == Money{} ? !sole || !catalog::Catalog::can_sell_at(*sole) : price == sole;
    };
    state.catalog.products().for_each([&](ProductId id, const catalog::Product& product) {
        if (!agrees(id, product.plan_version, product.price_per_core_hour))
            broken.push_back(id.text() + ": its price is not its plan's");
    });
    state.contracts.contracts().for_each([&](ContractId id, const contract::Contract& contract) {
        const contract::Terms& terms = contract.terms;
        if (!agrees(terms.product, terms.plan_version, terms.price_per_core_hour))
            broken.push_back(id.text() + ": its price is not that of the plan it froze");
    });
}

void check_desks(const State& state, Broken& broken) {
    state.contracts.contracts().for_each([&](ContractId id, const contract::Contract& contract) {
        const auto desk = state.desks.find(contract.terms.agent);
        const bool on_desk = desk != state.desks.end() && desk->second.contracts.contains(id);
        const bool agent_gone = state.directory.agent(contract.terms.agent).revoked;
        if (!agent_gone && on_desk == contract.is_final())
            broken.push_back(id.text() + ": its agent's desk does not agree");
    });
}

/// The sub-accounts are the whole account, and what the bank is to move adds up to nothing: what
/// one party lacks, others or the exchange have too much. No instruction moves what is not there.
void check_sub_accounts(const State& state, Broken& broken) {
    const custody::SubAccounts& accounts = state.sub_accounts;
    if (!accounts.are_used()) {
        if (!accounts.balances().empty() || accounts.instructions().size() > 0)
            broken.emplace_back("sub-accounts: are not used, and hold money");
        return;
    }
    custody::Position all;
    for (const auto& [key, position] : positions_of(state)) {
        all.ledger += position.to_move();
        all.bank += position.bank;
    }
    if (all.bank != state.bank_book.closing())
        broken.emplace_back("sub-accounts: are not the whole account");
    if (all.ledger != Money{})
        broken.emplace_back("sub-accounts: what is to move does not add up to nothing");
    accounts.instructions().for_each([&](InstructionId id, const custody::Instruction& open) {
        if (open.amount.micros % kMicrosPerFen != 0 || open.amount == Money{} ||
            open.sub_account.empty() || (open.shown && open.own_shown))
            broken.push_back(id.text() + ": is no instruction under way");
    });
    std::set<std::string> numbers{accounts.own_number()};
    for (const auto& [party, number] : accounts.numbers())
        if (!numbers.insert(number).second)
            broken.push_back(party.text() + ": shares its sub-account");
}

/// The mirror of the bank is the last closing balance and what is in transit; suspense is what
/// nobody has explained; each entry was counted once; and each open withdrawal's money is held.
void check_custody(const State& state, Broken& broken) {
    const auto balance = [&](ledger::AccountKind kind) {
        const AccountId id = state.ledger.find(kind, PartyId{}, state.settings.currency);
        return id ? state.ledger.account(id).balance() : Money{};
    };
    const custody::BankBook& book = state.bank_book;
    if (-balance(ledger::AccountKind::bank) !=
        book.closing() + book.in_transit() + state.sub_accounts.under_way())
        broken.emplace_back("bank: the mirror is not closing balance and items in transit");
    Money unexplained;
    book.unexplained().for_each([&](BankEntryId, const custody::Unexplained& entry) {
        if (entry.is_booked) unexplained += entry.remaining;
    });
    if (balance(ledger::AccountKind::suspense) != unexplained)
        broken.emplace_back("suspense: is not what is unexplained");
    // The first opening balance may have been one more.
    const std::uint64_t counted = book.next_entry().value - 1;
    if (counted != book.known() && counted != book.known() + 1)
        broken.emplace_back("bank: its entries are not those that were counted");
    check_sub_accounts(state, broken);
    state.withdrawals.open().for_each([&](WithdrawalId id, const custody::Withdrawal& withdrawal) {
        const ledger::HeldTransfer* held = state.ledger.find_held(withdrawal.hold);
        if (held == nullptr || held->amount != withdrawal.amount ||
            state.ledger.account(held->debit).party != withdrawal.party)
            broken.push_back(id.text() + ": its money is not held");
        const bool has_end = held != nullptr && held->expires_at != Instant{};
        if (has_end != (withdrawal.state == custody::WithdrawalState::requested))
            broken.push_back(id.text() + ": its hold's end does not fit its state");
    });
}

}  // namespace

std::vector<std::string> Exchange::broken_invariants() const {
    const State& state = *state_;
    Broken broken;
    const auto take = [&](Broken found) {
        broken.insert(broken.end(), std::make_move_iterator(found.begin()),
                      std::make_move_iterator(found.end()));
    };
    take(party::broken_invariants(state.directory));
    take(party::broken_invariants(state.people));
    take(catalog::broken_invariants(state.catalog));
    take(capacity::broken_invariants(state.capacity));
    take(ledger::broken_invariants(state.ledger));
    take(custody::broken_invariants(state.withdrawals));
    take(custody::broken_invariants(state.bank_book));
    take(contract::broken_invariants(state.contracts));
    take(billing::broken_invariants(state.bills));
    take(task::broken_invariants(state.tasks));
    check_set_aside(state, false, broken);
    check_set_aside(state, true, broken);
    check_covered(state, broken);
    check_credit(state, broken);
    check_custody(state, broken);
    check_busy_cores(state, broken);
    check_promises(state, broken);
    check_prices(state, broken);
    if (!change_orders_fit(state)) broken.emplace_back("a change order is not one of its contract");
    if (!plan_accounts_fit(state)) broken.emplace_back("an account is not one of its contract");
    check_desks(state, broken);
    return broken;
}

}  // namespace penstock::exchange
