#include "core/ledger/ledger.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <string>
#include <string_view>

#include "base/archive.h"
#include "core/ledger/error.h"
#include "core/ledger/invariants.h"

namespace penstock::ledger {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

const Currency kYuan = Currency::parse("CNY").value();
const Currency kEuro = Currency::parse("EUR").value();
constexpr PartyId kExchange{};
constexpr PartyId kAnna{1};
constexpr PartyId kBo{2};

std::string bytes_of(Ledger& ledger) {
    std::string bytes;
    ArchiveWriter{bytes}(ledger);
    return bytes;
}

/// Empty on success.
template <class T>
std::string_view reason_of(const Result<T>& result) {
    return result ? std::string_view() : result.error().reason();
}

/// Anna has 100 of cash, Bo none; both have escrow.
class LedgerTest : public testing::Test {
  protected:
    LedgerTest() { EXPECT_TRUE(ledger_.post({bank_, annas_, Money{100}}).has_value()); }
    ~LedgerTest() override { EXPECT_THAT(broken_invariants(ledger_), IsEmpty()); }

    const Account& annas() const { return ledger_.account(annas_); }

    /// Expects a refusal that leaves the ledger as it was.
    template <class Operation>
    void expect_refusal(const Rejection& rejection, Operation operation) {
        const std::string before = bytes_of(ledger_);
        const auto result = operation();
        EXPECT_EQ(reason_of(result), rejection.reason);
        EXPECT_EQ(bytes_of(ledger_), before);
    }
    void expect_refusal(const Rejection& rejection, const TransferRequest& request) {
        expect_refusal(rejection, [&] { return ledger_.post(request); });
        expect_refusal(rejection, [&] { return ledger_.hold(request); });
        expect_refusal(rejection, [&] { return ledger_.check({&request, 1}); });
        expect_refusal(rejection, [&] { return ledger_.check_hold({&request, 1}); });
        expect_refusal(rejection, [&] { return ledger_.post_linked({&request, 1}); });
        expect_refusal(rejection, [&] { return ledger_.hold_linked({&request, 1}); });
    }

    Ledger ledger_;
    const AccountId bank_ = ledger_.ensure(AccountKind::bank, kExchange, kYuan);
    const AccountId annas_ = ledger_.ensure(AccountKind::cash, kAnna, kYuan);
    const AccountId escrow_ = ledger_.ensure(AccountKind::escrow, kAnna, kYuan);
    const AccountId bos_ = ledger_.ensure(AccountKind::cash, kBo, kYuan);
    const AccountId euros_ = ledger_.ensure(AccountKind::cash, kBo, kEuro);
};

TEST_F(LedgerTest, finds_an_account_by_kind_party_and_currency) {
    EXPECT_EQ(ledger_.find(AccountKind::cash, kAnna, kYuan), annas_);
    EXPECT_EQ(ledger_.find(AccountKind::cash, kAnna, kEuro), AccountId{});
    EXPECT_EQ(ledger_.ensure(AccountKind::cash, kAnna, kYuan), annas_);
    EXPECT_EQ(ledger_.find(AccountId{99}), nullptr);
    EXPECT_THAT(ledger_.accounts_of(kBo), ElementsAre(bos_, euros_));
    EXPECT_THAT(ledger_.accounts_of(kExchange), ElementsAre(bank_));
    EXPECT_THAT(ledger_.accounts_of(PartyId{9}), IsEmpty());
}

TEST_F(LedgerTest, moves_money_from_debit_to_credit) {
    EXPECT_TRUE(ledger_.post({annas_, bos_, Money{30}}).has_value());
    EXPECT_EQ(annas().balance(), Money{70});
    EXPECT_EQ(ledger_.account(bos_).available(), Money{30});
}

TEST_F(LedgerTest, numbers_transfers_one_after_another) {
    EXPECT_EQ(ledger_.next_transfer(), TransferId{2});
    EXPECT_EQ(ledger_.post({annas_, bos_, Money{1}}), TransferId{2});
    EXPECT_EQ(ledger_.hold({annas_, bos_, Money{1}}), TransferId{3});
    EXPECT_EQ(ledger_.post_held(TransferId{3}, Money{1}), TransferId{4});
    const TransferRequest chain[] = {{annas_, bos_, Money{1}}, {bos_, annas_, Money{1}}};
    EXPECT_THAT(ledger_.post_linked(chain).value(), ElementsAre(TransferId{5}, TransferId{6}));
    EXPECT_THAT(ledger_.hold_linked(chain).value(), ElementsAre(TransferId{7}, TransferId{8}));
}

TEST_F(LedgerTest, rejects_amounts_that_are_not_positive) {
    expect_refusal(kAmountNotPositive, {annas_, bos_, Money{0}});
    expect_refusal(kAmountNotPositive, {annas_, bos_, Money{-1}});
}

TEST_F(LedgerTest, rejects_amounts_above_the_largest) {
    expect_refusal(kAmountTooLarge, {annas_, bos_, kMoneyMax + Money{1}});
    expect_refusal(kAmountTooLarge, {annas_, bos_, Money{INT64_MAX}});
}

TEST_F(LedgerTest, rejects_accounts_that_do_not_exist) {
    expect_refusal(kAccountNotFound, {annas_, AccountId{99}, Money{1}});
    expect_refusal(kAccountNotFound, {AccountId{}, bos_, Money{1}});
    expect_refusal(kAccountNotFound, [&] { return ledger_.close(AccountId{99}); });
    expect_refusal(kAccountNotFound, [&] { return ledger_.reopen(AccountId{99}); });
}

TEST_F(LedgerTest, rejects_a_transfer_from_an_account_to_itself) {
    expect_refusal(kAccountsMustDiffer, {annas_, annas_, Money{1}});
}

TEST_F(LedgerTest, rejects_a_transfer_between_currencies) {
    expect_refusal(kCurrencyMismatch, {annas_, euros_, Money{1}});
}

TEST_F(LedgerTest, rejects_transfers_of_a_closed_account_until_reopened) {
    EXPECT_TRUE(ledger_.close(bos_).has_value());
    expect_refusal(kAccountClosed, {annas_, bos_, Money{1}});
    expect_refusal(kAccountClosed, {bos_, annas_, Money{1}});
    EXPECT_TRUE(ledger_.reopen(bos_).has_value());
    EXPECT_TRUE(ledger_.post({annas_, bos_, Money{1}}).has_value());
}

TEST_F(LedgerTest, rejects_a_turnover_that_an_account_cannot_carry) {
    EXPECT_TRUE(ledger_.post({bank_, annas_, kMoneyMax - Money{100}}).has_value());
    expect_refusal(kAccountOverflow, {bank_, annas_, Money{1}});
    expect_refusal(kAccountOverflow, {bank_, bos_, Money{1}});
    EXPECT_TRUE(ledger_.post({annas_, bos_, kMoneyMax}).has_value());
    EXPECT_EQ(ledger_.account(bos_).balance(), kMoneyMax);
}

TEST_F(LedgerTest, rejects_spending_what_is_not_there_or_held) {
    expect_refusal(kInsufficientFunds, {annas_, bos_, Money{101}});
    EXPECT_TRUE(ledger_.hold({annas_, escrow_, Money{60}}).has_value());
    EXPECT_EQ(annas().available(), Money{40});
    expect_refusal(kInsufficientFunds, {annas_, bos_, Money{41}});
    EXPECT_TRUE(ledger_.post({annas_, bos_, Money{40}}).has_value());
}

TEST_F(LedgerTest, keeps_what_is_held_from_its_receiver) {
    EXPECT_TRUE(ledger_.hold({annas_, bos_, Money{60}}).has_value());
    expect_refusal(kInsufficientFunds, {bos_, annas_, Money{1}});
}

TEST_F(LedgerTest, rejects_paying_out_more_than_the_bank_holds) {
    EXPECT_TRUE(ledger_.hold({annas_, bank_, Money{60}}).has_value());
    const AccountId fee = ledger_.ensure(AccountKind::fee, kExchange, kYuan);
    expect_refusal(kExceedsDebits, {fee, bank_, Money{41}});
    EXPECT_TRUE(ledger_.post({fee, bank_, Money{40}}).has_value());
    EXPECT_EQ(ledger_.account(fee).balance(), Money{-40});
}

TEST_F(LedgerTest, looks_for_refusals_in_their_documented_order) {
    EXPECT_TRUE(ledger_.close(euros_).has_value());
    expect_refusal(kAmountNotPositive, {AccountId{}, AccountId{}, Money{}});
    expect_refusal(kAccountNotFound, {AccountId{}, AccountId{}, Money{1}});
    expect_refusal(kAccountsMustDiffer, {euros_, euros_, Money{1}});
    expect_refusal(kCurrencyMismatch, {annas_, euros_, kMoneyMax});
    EXPECT_TRUE(ledger_.close(bos_).has_value());
    expect_refusal(kAccountClosed, {annas_, bos_, kMoneyMax});
    EXPECT_TRUE(ledger_.reopen(bos_).has_value());
    EXPECT_TRUE(ledger_.post({annas_, bos_, Money{1}}).has_value());
    expect_refusal(kAccountOverflow, {annas_, bos_, kMoneyMax});
}

TEST_F(LedgerTest, posts_part_of_a_hold_and_releases_the_rest) {
    const TransferId hold = ledger_.hold({annas_, bos_, Money{60}}).value();
    EXPECT_EQ(ledger_.find_held(hold)->amount, Money{60});
    EXPECT_TRUE(ledger_.post_held(hold, Money{25}).has_value());
    EXPECT_EQ(annas().available(), Money{75});
    EXPECT_EQ(annas().debits_pending, Money{0});
    EXPECT_EQ(ledger_.account(bos_).balance(), Money{25});
    EXPECT_EQ(ledger_.find_held(hold), nullptr);
}

TEST_F(LedgerTest, voids_a_hold_as_if_it_had_never_been) {
    const TransferId hold = ledger_.hold({annas_, bos_, Money{60}}).value();
    EXPECT_TRUE(ledger_.void_held(hold).has_value());
    EXPECT_EQ(annas().available(), Money{100});
    EXPECT_EQ(ledger_.account(bos_).credits_pending, Money{0});
}

TEST_F(LedgerTest, rejects_resolving_a_hold_that_is_not_open) {
    expect_refusal(kHoldNotFound, [&] { return ledger_.void_held(TransferId{9}); });
    expect_refusal(kHoldNotFound, [&] { return ledger_.post_held(TransferId{1}, Money{1}); });
    const TransferId posted = ledger_.hold({annas_, bos_, Money{5}}).value();
    const TransferId voided = ledger_.hold({annas_, bos_, Money{5}}).value();
    EXPECT_TRUE(ledger_.post_held(posted, Money{5}).has_value());
    EXPECT_TRUE(ledger_.void_held(voided).has_value());
    for (const TransferId resolved : {posted, voided}) {
        expect_refusal(kHoldNotFound, [&] { return ledger_.post_held(resolved, Money{5}); });
        expect_refusal(kHoldNotFound, [&] { return ledger_.void_held(resolved); });
    }
}

TEST_F(LedgerTest, rejects_posting_other_than_a_part_of_what_is_held) {
    const TransferId hold = ledger_.hold({annas_, bos_, Money{5}}).value();
    expect_refusal(kExceedsHeldAmount, [&] { return ledger_.post_held(hold, Money{6}); });
    expect_refusal(kAmountNotPositive, [&] { return ledger_.post_held(hold, Money{0}); });
}

TEST_F(LedgerTest, lets_a_hold_on_a_closed_account_be_voided_only) {
    const TransferId hold = ledger_.hold({annas_, bos_, Money{5}}).value();
    EXPECT_TRUE(ledger_.close(bos_).has_value());
    expect_refusal(kAccountClosed, [&] { return ledger_.post_held(hold, Money{5}); });
    EXPECT_TRUE(ledger_.void_held(hold).has_value());
}

TEST_F(LedgerTest, judges_a_chain_in_its_order) {
    const TransferRequest through_bo[] = {{annas_, bos_, Money{50}}, {bos_, escrow_, Money{50}}};
    EXPECT_TRUE(ledger_.check(through_bo).has_value());
    const TransferRequest backwards[] = {through_bo[1], through_bo[0]};
    expect_refusal(kInsufficientFunds, [&] { return ledger_.check(backwards); });
    expect_refusal(kInsufficientFunds, [&] { return ledger_.post_linked(backwards); });
    // What is only held cannot be passed on.
    expect_refusal(kInsufficientFunds, [&] { return ledger_.check_hold(through_bo); });
    EXPECT_TRUE(ledger_.post_linked(through_bo).has_value());
    EXPECT_EQ(ledger_.account(escrow_).balance(), Money{50});
}

TEST_F(LedgerTest, does_all_of_a_chain_or_nothing) {
    const TransferRequest chain[] = {
        {annas_, bos_, Money{50}}, {annas_, escrow_, Money{50}}, {annas_, bos_, Money{1}}};
    expect_refusal(kInsufficientFunds, [&] { return ledger_.post_linked(chain); });
    expect_refusal(kInsufficientFunds, [&] { return ledger_.hold_linked(chain); });
    EXPECT_THAT(ledger_.post_linked(chain).error().message(),
                testing::HasSubstr("(Transfer 3 of 3.)"));
    EXPECT_TRUE(ledger_.hold_linked(std::span(chain).first(2)).has_value());
    EXPECT_EQ(annas().available(), Money{0});
}

TEST_F(LedgerTest, takes_an_empty_chain_as_nothing_to_do) {
    EXPECT_THAT(ledger_.post_linked({}).value(), IsEmpty());
    EXPECT_TRUE(ledger_.check({}).has_value());
}

TEST(LedgerDeathTest, stops_when_an_account_is_opened_twice) {
    Ledger ledger;
    ledger.open(AccountKind::fee, kExchange, kYuan, {});
    EXPECT_DEATH(ledger.open(AccountKind::fee, kExchange, kYuan, {}), "broken invariant");
}

TEST(LedgerRejections, are_numbered_once_and_in_the_thousand_of_the_context) {
    std::set<std::uint16_t> numbers;
    std::set<std::string_view> reasons;
    for (const Rejection* rejection : kRejections) {
        EXPECT_EQ(rejection->number / 1000, 5);
        EXPECT_TRUE(numbers.insert(rejection->number).second) << rejection->number;
        EXPECT_TRUE(reasons.insert(rejection->reason).second) << rejection->reason;
    }
}

/// What an archive of a ledger with one account begins with: the table's last id and size, the
/// account's id, kind, party, currency and three flags. Its four totals follow.
constexpr std::size_t kBeforeTotals = 8 + 8 + 8 + 1 + 8 + 3 + 3;

/// A ledger with one account, one total of which was tampered with.
Ledger forged(AccountKind kind, std::size_t total) {
    Ledger ledger;
    ledger.ensure(kind, kAnna, kYuan);
    std::string bytes = bytes_of(ledger);
    bytes[kBeforeTotals + total * sizeof(Money)] = 5;
    Ledger read;
    ArchiveReader reader(bytes);
    reader(read);
    EXPECT_TRUE(reader.finished());
    return read;
}

TEST(LedgerInvariants, notice_money_out_of_nothing) {
    EXPECT_THAT(broken_invariants(forged(AccountKind::cash, 3)),
                ElementsAre("ledger: CNY: posted debits equal posted credits"));
}

TEST(LedgerInvariants, notice_a_broken_limit) {
    EXPECT_THAT(broken_invariants(forged(AccountKind::cash, 1)),
                ElementsAre("ledger: acc_1: debits do not exceed credits",
                            "ledger: CNY: posted debits equal posted credits"));
    EXPECT_THAT(broken_invariants(forged(AccountKind::bank, 3)),
                ElementsAre("ledger: acc_1: credits do not exceed debits",
                            "ledger: CNY: posted debits equal posted credits"));
}

TEST(LedgerInvariants, notice_pending_money_without_a_hold) {
    EXPECT_THAT(broken_invariants(forged(AccountKind::rounding, 0)),
                ElementsAre("ledger: acc_1: what is pending is the sum of the account's holds",
                            "ledger: CNY: pending debits equal pending credits"));
}

}  // namespace
}  // namespace penstock::ledger
