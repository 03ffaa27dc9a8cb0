#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <array>
#include <string>
#include <utility>
#include <vector>

#include "base/archive.h"
#include "core/ledger/error.h"
#include "core/ledger/invariants.h"
#include "core/ledger/ledger.h"

namespace penstock::ledger {
namespace {

/// A ledger that keeps every transfer and adds all of them up whenever it is asked something.
class NaiveLedger {
  public:
    enum class State { held, posted, gone };
    struct Transfer {
        std::size_t debit;
        std::size_t credit;
        std::int64_t amount;
        State state;
    };
    struct Account {
        AccountKind kind;
        char currency;
        bool closed = false;
    };

    std::vector<Account> accounts;
    std::vector<Transfer> transfers;  ///< The place of a transfer is its id less one.

    std::int64_t total(std::size_t account, bool debits, State state) const {
        std::int64_t sum = 0;
        for (const Transfer& transfer : transfers) {
            if (transfer.state != state) continue;
            if ((debits ? transfer.debit : transfer.credit) == account) sum += transfer.amount;
        }
        return sum;
    }
    std::int64_t posted_balance(std::size_t account) const {
        return total(account, false, State::posted) - total(account, true, State::posted);
    }

    /// The number of the rejection, or 0 and the transfer is recorded.
    int add(const Transfer& wanted) {
        if (wanted.amount <= 0) return 5001;
        if (wanted.debit >= accounts.size() || wanted.credit >= accounts.size()) return 5003;
        if (wanted.debit == wanted.credit) return 5004;
        const Account& from = accounts[wanted.debit];
        const Account& to = accounts[wanted.credit];
        if (from.currency != to.currency) return 5005;
        if (from.closed || to.closed) return 5006;
        const bool payer_limited =
            from.kind == AccountKind::cash || from.kind == AccountKind::escrow;
        const std::int64_t spendable =
            posted_balance(wanted.debit) - total(wanted.debit, true, State::held);
        if (payer_limited && wanted.amount > spendable) return 5008;
        const std::int64_t in_bank =
            -posted_balance(wanted.credit) - total(wanted.credit, false, State::held);
        if (to.kind == AccountKind::bank && wanted.amount > in_bank) return 5009;
        transfers.push_back(wanted);
        return 0;
    }
};

std::string bytes_of(Ledger& ledger) {
    std::string bytes;
    ArchiveWriter{bytes}(ledger);
    return bytes;
}

template <class T>
int number_of(const Result<T>& result) {
    return result ? 0 : result.error().number();
}

/// Both ledgers side by side.
class Pair {
  public:
    Pair() {
        const Currency yuan = Currency::parse("CNY").value();
        const Currency euro = Currency::parse("EUR").value();
        add(AccountKind::bank, 0, yuan);
        add(AccountKind::cash, 1, yuan);
        add(AccountKind::escrow, 1, yuan);
        add(AccountKind::cash, 2, yuan);
        add(AccountKind::rounding, 0, yuan);
        add(AccountKind::bank, 0, euro);
        add(AccountKind::cash, 2, euro);
    }

    void step() {
        switch (*rc::gen::weightedElement<int>({{6, 0}, {5, 1}, {4, 2}, {2, 3}, {1, 4}})) {
            case 0:
                transfer_one();
                break;
            case 1:
                transfer_linked();
                break;
            case 2:
                post_held();
                break;
            case 3:
                void_held();
                break;
            default:
                close_or_reopen();
        }
    }

    void must_agree() {
        for (std::size_t i = 0; i < naive_.accounts.size(); ++i) {
            using State = NaiveLedger::State;
            const Account& account = ledger_.account(id(i));
            RC_ASSERT(account.debits_posted.micros == naive_.total(i, true, State::posted));
            RC_ASSERT(account.debits_pending.micros == naive_.total(i, true, State::held));
            RC_ASSERT(account.credits_posted.micros == naive_.total(i, false, State::posted));
            RC_ASSERT(account.credits_pending.micros == naive_.total(i, false, State::held));
            const bool never_negative =
                account.kind == AccountKind::cash || account.kind == AccountKind::escrow;
            RC_ASSERT((!never_negative || account.available() >= Money{}));
        }
        RC_ASSERT(broken_invariants(ledger_).empty());
        RC_ASSERT(ledger_.next_transfer().value == naive_.transfers.size() + 1);
    }

    void must_survive_archiving() {
        const std::string bytes = bytes_of(ledger_);
        Ledger read;
        ArchiveReader reader(bytes);
        reader(read);
        RC_ASSERT(reader.finished());
        RC_ASSERT(bytes_of(read) == bytes);
        ledger_ = std::move(read);
    }

  private:
    static AccountId id(std::size_t account) { return AccountId{account + 1}; }
    void add(AccountKind kind, std::uint64_t party, Currency currency) {
        RC_ASSERT(ledger_.ensure(kind, PartyId{party}, currency) == id(naive_.accounts.size()));
        naive_.accounts.push_back({kind, currency.text()[0]});
    }

    NaiveLedger::Transfer some_transfer(NaiveLedger::State state) const {
        // Mostly between yuan accounts, so that there is money to move; account 7 does not exist.
        const auto pick = [] {
            return *rc::gen::weightedElement<std::size_t>(
                {{6, 0}, {5, 1}, {3, 2}, {4, 3}, {5, 4}, {1, 5}, {1, 6}, {1, 7}});
        };
        return {pick(), pick(), *rc::gen::inRange<std::int64_t>(0, 30), state};
    }
    static Transfer request_of(const NaiveLedger::Transfer& transfer) {
        return {id(transfer.debit), id(transfer.credit), Money{transfer.amount}};
    }
    static NaiveLedger::State some_state() {
        return *rc::gen::element(NaiveLedger::State::held, NaiveLedger::State::posted);
    }

    void transfer_one() {
        const NaiveLedger::Transfer wanted = some_transfer(some_state());
        const bool hold = wanted.state == NaiveLedger::State::held;
        const Transfer request = request_of(wanted);
        const Result<TransferId> done = hold ? ledger_.hold(request) : ledger_.post(request);
        RC_ASSERT(number_of(done) == naive_.add(wanted));
        if (done) RC_ASSERT(done->value == naive_.transfers.size());
    }

    void transfer_linked() {
        const NaiveLedger::State state = some_state();
        const bool hold = state == NaiveLedger::State::held;
        NaiveLedger after = naive_;
        std::vector<Transfer> chain;
        int refused = 0;
        for (int left = *rc::gen::inRange(0, 5); left > 0; --left) {
            const NaiveLedger::Transfer wanted = some_transfer(state);
            chain.push_back(request_of(wanted));
            if (refused == 0) refused = after.add(wanted);
        }
        const std::string before = bytes_of(ledger_);
        for (Transfer& transfer : chain)
            transfer.kind = hold ? TransferKind::hold : TransferKind::post;
        const auto done = ledger_.execute(chain, Instant{});
        RC_ASSERT(number_of(done) == refused);
        if (refused == 0) {
            naive_ = after;
            RC_ASSERT(done->size() == chain.size());
        } else {
            RC_ASSERT(bytes_of(ledger_) == before);
        }
    }

    std::size_t some_place() const {
        return *rc::gen::inRange<std::size_t>(0, naive_.transfers.size() + 1);
    }

    void post_held() {
        const std::size_t place = some_place();
        const std::int64_t amount = *rc::gen::inRange<std::int64_t>(0, 30);
        const auto done = ledger_.post_held(TransferId{place + 1}, Money{amount});
        int refused = 0;
        if (place >= naive_.transfers.size() ||
            naive_.transfers[place].state != NaiveLedger::State::held) {
            refused = 5010;
        } else if (amount == 0) {
            refused = 5001;
        } else if (amount > naive_.transfers[place].amount) {
            refused = 5011;
        } else if (naive_.accounts[naive_.transfers[place].debit].closed ||
                   naive_.accounts[naive_.transfers[place].credit].closed) {
            refused = 5006;
        } else {
            NaiveLedger::Transfer posting = naive_.transfers[place];
            naive_.transfers[place].state = NaiveLedger::State::gone;
            posting.amount = amount;
            posting.state = NaiveLedger::State::posted;
            naive_.transfers.push_back(posting);
        }
        RC_ASSERT(number_of(done) == refused);
    }

    void void_held() {
        const std::size_t place = some_place();
        const auto done = ledger_.void_held(TransferId{place + 1});
        const bool is_held = place < naive_.transfers.size() &&
                             naive_.transfers[place].state == NaiveLedger::State::held;
        if (is_held) naive_.transfers[place].state = NaiveLedger::State::gone;
        RC_ASSERT(number_of(done) == (is_held ? 0 : 5010));
    }

    void close_or_reopen() {
        const auto account = *rc::gen::inRange<std::size_t>(0, naive_.accounts.size());
        bool& closed = naive_.accounts[account].closed;
        closed = !closed;
        RC_ASSERT((closed ? ledger_.close(id(account)) : ledger_.reopen(id(account))).has_value());
    }

    Ledger ledger_;
    NaiveLedger naive_;
};

Ledger copy_of(Ledger& ledger) {
    const std::string bytes = bytes_of(ledger);
    Ledger copy;
    ArchiveReader reader(bytes);
    reader(copy);
    RC_ASSERT(reader.finished());
    return copy;
}

/// Transfers of all kinds, mostly such as can be done.
class SomeTransfers {
  public:
    Transfer next() {
        const auto pick = [] { return AccountId{*rc::gen::inRange<std::uint64_t>(1, 6)}; };
        Transfer transfer;
        transfer.kind = *rc::gen::weightedElement<TransferKind>({{4, TransferKind::post},
                                                                 {4, TransferKind::hold},
                                                                 {2, TransferKind::post_held},
                                                                 {2, TransferKind::void_held}});
        transfer.amount = Money{*rc::gen::inRange<std::int64_t>(1, 20)};
        if (one_of(4)) transfer.id = some_id();
        if (transfer.kind == TransferKind::post || transfer.kind == TransferKind::hold) {
            transfer.debit = pick();
            transfer.credit = pick();
            transfer.balancing_debit = one_of(6);
            transfer.balancing_credit = one_of(12);
            if (transfer.kind == TransferKind::post) return transfer;
            transfer.closing_debit = one_of(15);
            transfer.closing_credit = one_of(15);
            if (one_of(3)) transfer.timeout = seconds(*rc::gen::inRange<std::int64_t>(1, 9));
            return transfer;
        }
        if (transfer.kind == TransferKind::void_held) transfer.amount = Money{0};
        if (one_of(2)) {
            transfer.hold_id = some_id();
        } else {
            transfer.hold = TransferId{*rc::gen::inRange<std::uint64_t>(1, 40)};
        }
        return transfer;
    }

  private:
    static bool one_of(int count) { return *rc::gen::inRange(0, count) == 0; }
    static ChosenId some_id() {
        const auto millis = static_cast<std::uint64_t>(kStart.ns / 1'000'000);
        return {(millis + *rc::gen::inRange<std::uint64_t>(0, 3)) << 16U,
                *rc::gen::inRange<std::uint64_t>(0, 5)};
    }

  public:
    static constexpr Instant kStart{1'800'000'000'000'000'000};
};

RC_GTEST_PROP(LedgerProperty, does_a_chain_as_one_by_one_or_not_at_all, ()) {
    const Currency yuan = Currency::parse("CNY").value();
    Ledger ledger;
    const AccountId bank = ledger.ensure(AccountKind::bank, PartyId{}, yuan);
    for (std::uint64_t party = 1; party <= 3; ++party) {
        const AccountId cash = ledger.ensure(AccountKind::cash, PartyId{party}, yuan);
        RC_ASSERT(ledger.post({bank, cash, Money{50}}).has_value());
    }
    ledger.ensure(AccountKind::fee, PartyId{}, yuan);
    SomeTransfers some;
    Instant now = SomeTransfers::kStart;
    for (int round = *rc::gen::inRange(1, 40); round > 0; --round) {
        now = now + seconds(*rc::gen::inRange<std::int64_t>(0, 4));
        std::vector<Transfer> chain;
        for (int left = *rc::gen::inRange(1, 6); left > 0; --left) chain.push_back(some.next());
        const std::string before = bytes_of(ledger);
        Ledger alone = copy_of(ledger);
        std::vector<Recorded> recorded;
        int refused = 0;
        for (const Transfer& transfer : chain) {
            const auto done = alone.execute(transfer, now);
            refused = number_of(done);
            if (!done) break;
            recorded.push_back(*done);
        }
        const auto existed = std::ranges::count(recorded, true, &Recorded::existed);
        if (refused == 0 && existed > 0 && std::cmp_less(existed, chain.size())) refused = 5030;
        const auto done = ledger.execute(chain, now);
        RC_ASSERT(number_of(done) == refused);
        RC_ASSERT(bytes_of(ledger) == (refused == 0 ? bytes_of(alone) : before));
        if (refused == 0) RC_ASSERT(*done == recorded);
        std::vector<TransferId> due;
        ledger.held().for_each([&](TransferId id, const HeldTransfer& held) {
            if (held.has_expired(now)) due.push_back(id);
        });
        for (const TransferId id : due) RC_ASSERT(ledger.expire(id, now).has_value());
        RC_ASSERT(broken_invariants(ledger).empty());
    }
}

RC_GTEST_PROP(LedgerProperty, agrees_with_a_ledger_that_adds_everything_up, ()) {
    Pair pair;
    const int steps = *rc::gen::inRange(1, 300);
    for (int i = 0; i < steps; ++i) {
        pair.step();
        pair.must_agree();
        if (i % 16 == 15) pair.must_survive_archiving();
    }
}

}  // namespace
}  // namespace penstock::ledger
