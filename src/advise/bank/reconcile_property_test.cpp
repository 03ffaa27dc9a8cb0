// Random histories of money that ledger and bank book at different times: the proof holds in every
// period and names exactly what is in transit, and no altered figure passes.
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <random>
#include <set>

#include "advise/bank/reconcile.h"

namespace penstock::advise {
namespace {

constexpr std::uint64_t kSeeds = 200;
constexpr int kPeriods = 6;

struct Movement {
    std::int64_t amount;
    int in_ledger;  ///< The period in which it is booked; kPeriods for later.
    int in_bank;
};

struct Period {
    v1::BankStatement statement;
    std::vector<v1::BankPosting> postings;
    std::vector<v1::BankPosting> settled;
    std::int64_t balance = 0;

    v1::Reconciliation reconcile(const v1::ReconciledPosition& before) const {
        return advise::reconcile(before, statement, {balance, postings, settled});
    }
};

class History {
  public:
    explicit History(std::uint64_t seed) : random_(seed) {
        const std::uint64_t count = 10 + below(60);
        for (std::uint64_t i = 0; i < count; ++i) {
            const std::int64_t size = static_cast<std::int64_t>(1 + below(1'000'000));
            const int first = static_cast<int>(below(kPeriods));
            const int lag = below(3) == 0 ? static_cast<int>(below(3)) : 0;
            const int second = std::min(first + lag, kPeriods);
            const bool bank_first = below(2) == 0;
            movements_.push_back({below(3) == 0 ? -size : size, bank_first ? second : first,
                                  bank_first ? first : second});
        }
        for (int period = 0; period < kPeriods; ++period) periods_.push_back(made(period));
    }

    std::uint64_t below(std::uint64_t limit) { return random_() % limit; }
    const std::vector<Period>& periods() const { return periods_; }

    /// What must be in transit after a period, by the history itself.
    std::set<std::string> transit(int period, bool ledger) const {
        std::set<std::string> ids;
        for (std::size_t i = 0; i < movements_.size(); ++i) {
            const Movement& one = movements_[i];
            const int here = ledger ? one.in_ledger : one.in_bank;
            const int there = ledger ? one.in_bank : one.in_ledger;
            if (here <= period && there > period) ids.insert((ledger ? "t" : "e") + number(i));
        }
        return ids;
    }

    static v1::ReconciledPosition beginning() {
        v1::ReconciledPosition position;
        position.set_account("110022");
        position.set_currency("CNY");
        return position;
    }

  private:
    static std::string number(std::size_t i) { return std::to_string(i); }

    Period made(int period) const {
        Period made;
        v1::BankStatement& statement = made.statement;
        statement.set_account("110022");
        statement.set_currency("CNY");
        statement.set_first_day("2026-0" + std::to_string(period + 1) + "-01");
        statement.set_last_day("2026-0" + std::to_string(period + 1) + "-28");
        std::int64_t opening = 0;
        std::int64_t closing = 0;
        for (std::size_t i = 0; i < movements_.size(); ++i) {
            const Movement& one = movements_[i];
            if (one.in_bank < period) opening += one.amount;
            if (one.in_bank <= period) closing += one.amount;
            if (one.in_ledger <= period) made.balance += one.amount;
            if (one.in_bank == period) {
                v1::BankEntry& entry = *statement.add_entries();
                entry.set_identity("e" + number(i));
                entry.set_amount_micros(one.amount);
            }
            v1::BankPosting posting;
            posting.set_transfer("t" + number(i));
            posting.set_amount_micros(one.amount);
            if (one.in_bank <= period) posting.set_entry("e" + number(i));
            if (one.in_ledger == period) made.postings.push_back(posting);
            if (one.in_ledger < period && one.in_bank == period) made.settled.push_back(posting);
        }
        statement.set_opening_micros(opening);
        statement.set_closing_micros(closing);
        return made;
    }

    std::mt19937_64 random_;
    std::vector<Movement> movements_;
    std::vector<Period> periods_;
};

std::set<std::string> ids(const google::protobuf::RepeatedPtrField<v1::ItemInTransit>& items) {
    std::set<std::string> all;
    for (const v1::ItemInTransit& item : items) all.insert(item.id());
    return all;
}

TEST(ReconcileProperty, proves_every_period_and_names_what_is_in_transit) {
    for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
        const History history(seed);
        v1::ReconciledPosition position = History::beginning();
        for (int period = 0; period < kPeriods; ++period) {
            const auto result =
                history.periods()[static_cast<std::size_t>(period)].reconcile(position);
            ASSERT_TRUE(result.proved()) << "seed " << seed << "\n" << result.ShortDebugString();
            position = result.position();
            EXPECT_EQ(ids(position.only_ledger()), history.transit(period, true));
            EXPECT_EQ(ids(position.only_bank()), history.transit(period, false));
        }
    }
}

/// Ways to alter a period, each of which must be seen. They do nothing where they do not apply, and
/// say whether they did.
using Alteration = std::function<bool(Period&, History&)>;

template <class List>
auto* pick(List& list, History& history) {
    using Size = decltype(list.size());
    return list.empty()
               ? nullptr
               : &list[static_cast<Size>(history.below(static_cast<std::uint64_t>(list.size())))];
}

void add(std::int64_t amount, Period& period) {
    period.statement.set_closing_micros(period.statement.closing_micros() + amount);
}

/// An entry that a posting claims, so that the ledger knows its amount.
v1::BankEntry* claimed(Period& period, History& history) {
    std::vector<v1::BankEntry*> found;
    for (v1::BankEntry& entry : *period.statement.mutable_entries()) {
        const auto claims = [&](const v1::BankPosting& posting) {
            return posting.entry() == entry.identity();
        };
        if (std::ranges::any_of(period.postings, claims) ||
            std::ranges::any_of(period.settled, claims)) {
            found.push_back(&entry);
        }
    }
    return found.empty() ? nullptr : found[history.below(found.size())];
}

using Alterations = std::vector<std::pair<std::string, Alteration>>;

const Alterations kOfStatement{
    {"an entry's amount",
     [](Period& period, History& history) {
         v1::BankEntry* entry = pick(*period.statement.mutable_entries(), history);
         if (entry != nullptr) entry->set_amount_micros(entry->amount_micros() + 1);
         return entry != nullptr;
     }},
    {"an entry's amount and the closing balance with it",
     [](Period& period, History& history) {
         v1::BankEntry* entry = claimed(period, history);
         if (entry == nullptr) return false;
         entry->set_amount_micros(entry->amount_micros() + 5);
         add(5, period);
         return true;
     }},
    {"an entry left out",
     [](Period& period, History&) {
         if (period.statement.entries().empty()) return false;
         period.statement.mutable_entries()->RemoveLast();
         return true;
     }},
    {"another entry in place of a claimed one, and the closing balance with it",
     [](Period& period, History& history) {
         v1::BankEntry* entry = claimed(period, history);
         if (entry == nullptr) return false;
         add(-entry->amount_micros(), period);
         entry->set_identity("another");
         entry->set_amount_micros(1);
         add(1, period);
         return true;
     }},
    {"an entry twice, and the closing balance with it",
     [](Period& period, History& history) {
         v1::BankEntry* entry = pick(*period.statement.mutable_entries(), history);
         if (entry == nullptr) return false;
         const v1::BankEntry copy = *entry;
         *period.statement.add_entries() = copy;
         add(copy.amount_micros(), period);
         return true;
     }},
    {"the closing balance",
     [](Period& period, History&) {
         add(-1, period);
         return true;
     }},
    {"both balances",
     [](Period& period, History&) {
         period.statement.set_opening_micros(period.statement.opening_micros() + 9);
         add(9, period);
         return true;
     }},
};

const Alterations kOfLedger{
    {"the ledger's balance",
     [](Period& period, History&) {
         ++period.balance;
         return true;
     }},
    {"a posting's amount",
     [](Period& period, History& history) {
         v1::BankPosting* posting = pick(period.postings, history);
         if (posting != nullptr) posting->set_amount_micros(posting->amount_micros() - 1);
         return posting != nullptr;
     }},
    {"a posting left out",
     [](Period& period, History&) {
         if (period.postings.empty()) return false;
         period.postings.pop_back();
         return true;
     }},
    {"a posting that claims what no statement has",
     [](Period& period, History& history) {
         v1::BankPosting* posting = pick(period.postings, history);
         if (posting != nullptr) posting->set_entry("nothing");
         return posting != nullptr;
     }},
};

void expect_none_passes(const Alterations& alterations) {
    std::vector<int> applied(alterations.size());
    for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
        History history(seed);
        v1::ReconciledPosition position = History::beginning();
        for (const Period& period : history.periods()) {
            for (std::size_t i = 0; i < alterations.size(); ++i) {
                Period altered = period;
                if (!alterations[i].second(altered, history)) continue;
                ++applied[i];
                const auto result = altered.reconcile(position);
                EXPECT_FALSE(result.proved()) << "seed " << seed << ": " << alterations[i].first;
                EXPECT_FALSE(result.breaks().empty());
            }
            position = period.reconcile(position).position();
        }
    }
    for (std::size_t i = 0; i < alterations.size(); ++i) {
        EXPECT_GT(applied[i], 100) << alterations[i].first;
    }
}

TEST(ReconcileProperty, lets_no_altered_figure_of_a_statement_pass) {
    expect_none_passes(kOfStatement);
}

TEST(ReconcileProperty, lets_no_altered_figure_of_the_ledger_pass) {
    expect_none_passes(kOfLedger);
}

TEST(ReconcileProperty, sees_at_the_next_statement_what_nothing_in_the_ledger_gainsaid) {
    int seen = 0;
    for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
        const History history(seed);
        Period altered = history.periods()[0];
        for (v1::BankEntry& entry : *altered.statement.mutable_entries()) {
            if (!history.transit(0, false).contains(entry.identity())) continue;
            // The ledger has this entry in the next period only: nothing in this one gainsays it.
            entry.set_amount_micros(entry.amount_micros() + 3);
            add(3, altered);
            const auto first = altered.reconcile(History::beginning());
            ASSERT_TRUE(first.proved());
            const auto second = history.periods()[1].reconcile(first.position());
            ASSERT_FALSE(second.proved());
            EXPECT_EQ(second.breaks(0).reason(), "OPENING_DIFFERS");
            ++seen;
            break;
        }
    }
    EXPECT_GT(seen, 20);
}

}  // namespace
}  // namespace penstock::advise
