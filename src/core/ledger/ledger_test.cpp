#include "core/ledger/ledger.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/archive.h"
#include "base/try.h"
#include "core/ledger/error.h"
#include "core/ledger/invariants.h"

namespace penstock::ledger {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

const Currency kYuan = Currency::parse("CNY").value();
const Currency kEuro = Currency::parse("EUR").value();
constexpr Instant kNow{1'800'000'000'000'000'000};
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
        EXPECT_TRUE(bytes_of(ledger_) == before);
    }
    void expect_refusal(const Rejection& rejection, const Transfer& request) {
        expect_refusal(rejection, [&] { return ledger_.post(request); });
        expect_refusal(rejection, [&] { return ledger_.hold(request); });
        expect_refusal(rejection, [&] { return post_linked({&request, 1}); });
        expect_refusal(rejection, [&] { return hold_linked({&request, 1}); });
    }
    /// Executes a chain of transfers of one kind. @return Their ids.
    Result<std::vector<TransferId>> linked(std::span<const Transfer> chain, TransferKind kind) {
        std::vector<Transfer> asked(chain.begin(), chain.end());
        for (Transfer& transfer : asked) transfer.kind = kind;
        TRY_ASSIGN(const auto done, ledger_.execute(asked, kNow));
        std::vector<TransferId> ids;
        for (const Recorded& recorded : done) ids.push_back(recorded.id);
        return ids;
    }
    Result<std::vector<TransferId>> post_linked(std::span<const Transfer> chain) {
        return linked(chain, TransferKind::post);
    }
    Result<std::vector<TransferId>> hold_linked(std::span<const Transfer> chain) {
        return linked(chain, TransferKind::hold);
    }
    /// An id that was chosen so long before now.
    static ChosenId chosen(std::uint64_t low, Duration before = {}) {
        return {static_cast<std::uint64_t>((kNow - before).ns / 1'000'000) << 16U, low};
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
    const Transfer chain[] = {{annas_, bos_, Money{1}}, {bos_, annas_, Money{1}}};
    EXPECT_THAT(post_linked(chain).value(), ElementsAre(TransferId{5}, TransferId{6}));
    EXPECT_THAT(hold_linked(chain).value(), ElementsAre(TransferId{7}, TransferId{8}));
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

TEST_F(LedgerTest, has_room_for_what_is_given_back_from_escrow) {
    EXPECT_TRUE(ledger_.post({bank_, annas_, kMoneyMax - Money{100}}).has_value());
    EXPECT_TRUE(ledger_.post({annas_, escrow_, kMoneyMax}).has_value());
    // Rounding may add to what is given back.
    const AccountId rounding = ledger_.ensure(AccountKind::rounding, kExchange, kYuan);
    EXPECT_TRUE(ledger_.post({rounding, escrow_, Money{kMicrosPerFen}}).has_value());
    EXPECT_TRUE(ledger_.post({escrow_, bos_, Money{kMicrosPerFen}}).has_value());
    EXPECT_TRUE(ledger_.post({escrow_, annas_, kMoneyMax}).has_value());
    EXPECT_EQ(annas().available(), kMoneyMax);
    expect_refusal(kAccountOverflow, {annas_, bos_, Money{1}});
}

TEST_F(LedgerTest, rejects_credits_that_an_account_cannot_carry) {
    for (std::uint64_t party = 11; party <= 14; ++party) {
        const AccountId from = ledger_.ensure(AccountKind::fee, PartyId{party}, kYuan);
        EXPECT_TRUE(ledger_.post({from, bos_, kMoneyMax}).has_value());
    }
    const AccountId fee = ledger_.ensure(AccountKind::fee, kExchange, kYuan);
    expect_refusal(kAccountOverflow, {fee, bos_, Money{1}});
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
    const Transfer through_bo[] = {{annas_, bos_, Money{50}}, {bos_, escrow_, Money{50}}};
    const Transfer backwards[] = {through_bo[1], through_bo[0]};
    expect_refusal(kInsufficientFunds, [&] { return post_linked(backwards); });
    // What is only held cannot be passed on.
    expect_refusal(kInsufficientFunds, [&] { return hold_linked(through_bo); });
    EXPECT_TRUE(post_linked(through_bo).has_value());
    EXPECT_EQ(ledger_.account(escrow_).balance(), Money{50});
}

TEST_F(LedgerTest, does_all_of_a_chain_or_nothing) {
    const Transfer chain[] = {
        {annas_, bos_, Money{50}}, {annas_, escrow_, Money{50}}, {annas_, bos_, Money{1}}};
    expect_refusal(kInsufficientFunds, [&] { return post_linked(chain); });
    expect_refusal(kInsufficientFunds, [&] { return hold_linked(chain); });
    EXPECT_THAT(post_linked(chain).error().message(), testing::HasSubstr("(Transfer 3 of 3.)"));
    EXPECT_TRUE(hold_linked(std::span(chain).first(2)).has_value());
    EXPECT_EQ(annas().available(), Money{0});
}

TEST_F(LedgerTest, takes_an_empty_chain_as_nothing_to_do) {
    EXPECT_THAT(post_linked({}).value(), IsEmpty());
}

TEST_F(LedgerTest, does_a_chain_of_all_kinds_or_nothing_of_it) {
    const TransferId open = ledger_.hold({annas_, escrow_, Money{20}}).value();
    std::vector<Transfer> chain{
        {annas_, bos_, Money{30}},
        {.debit = annas_,
         .credit = escrow_,
         .amount = Money{40},
         .kind = TransferKind::hold,
         .closing_credit = true,
         .id = chosen(1)},
        {.amount = Money{25}, .kind = TransferKind::post_held, .hold_id = chosen(1)},
        {.kind = TransferKind::void_held, .hold = open}};
    // The hold has closed the account, and was posted: it stays closed, though not for a voiding.
    const auto done = ledger_.execute(chain, kNow);
    ASSERT_TRUE(done) << done.error().message();
    EXPECT_EQ((*done)[1].id, TransferId{4});
    EXPECT_EQ((*done)[2], (Recorded{TransferId{5}, annas_, escrow_, Money{25}}));
    EXPECT_EQ((*done)[3], (Recorded{open, annas_, escrow_, Money{20}}));
    EXPECT_TRUE(ledger_.account(escrow_).flags.is_closed());
    EXPECT_EQ(annas().available(), Money{45});
    EXPECT_TRUE(ledger_.reopen(escrow_).has_value());

    const TransferId another = ledger_.hold({annas_, escrow_, Money{20}}).value();
    chain[1].id = chain[2].hold_id = chosen(2);
    for (std::size_t i = 0; i < 3; ++i) chain[i].amount = Money{1};
    chain[3].hold = another;
    for (const Transfer& last :
         {Transfer{annas_, bos_, Money{1'000}}, Transfer{bos_, bos_, Money{1}}}) {
        chain.resize(4);
        chain.push_back(last);
        const Rejection& why = last.debit == last.credit ? kAccountsMustDiffer : kInsufficientFunds;
        expect_refusal(why, [&] { return ledger_.execute(chain, kNow); });
    }
    EXPECT_NE(ledger_.find_held(another), nullptr);
}

TEST_F(LedgerTest, moves_what_balances_an_account_and_no_more) {
    EXPECT_TRUE(ledger_.hold({annas_, escrow_, Money{10}}).has_value());
    Transfer sweep{annas_, bos_, kMoneyMax};
    sweep.balancing_debit = true;
    EXPECT_EQ(ledger_.execute(sweep, kNow)->amount, Money{90});
    expect_refusal(kInsufficientFunds, [&] { return ledger_.execute(sweep, kNow); });
    // The bank's account holds 100 and may be credited with as much.
    Transfer drain{bos_, bank_, Money{500}};
    drain.balancing_debit = true;
    drain.balancing_credit = true;
    EXPECT_EQ(ledger_.execute(drain, kNow)->amount, Money{90});
    Transfer fill{ledger_.ensure(AccountKind::fee, kExchange, kYuan), bank_, Money{500}};
    fill.balancing_credit = true;
    EXPECT_EQ(ledger_.execute(fill, kNow)->amount, Money{10});
    expect_refusal(kExceedsDebits, [&] { return ledger_.execute(fill, kNow); });
    sweep.amount = Money{3};
    EXPECT_TRUE(ledger_.post({bank_, annas_, Money{5}}).has_value());
    EXPECT_EQ(ledger_.execute(sweep, kNow)->amount, Money{3}) << "not more than was asked for";
}

TEST_F(LedgerTest, closes_an_account_until_the_hold_that_did_is_voided) {
    Transfer closing{
        .debit = bos_, .credit = annas_, .kind = TransferKind::hold, .closing_debit = true};
    const TransferId hold = ledger_.execute(closing, kNow)->id;
    expect_refusal(kAccountClosed, {annas_, bos_, Money{1}});
    EXPECT_TRUE(ledger_.void_held(hold).has_value());
    EXPECT_TRUE(ledger_.post({annas_, bos_, Money{1}}).has_value());
    // Whoever closed it by hand alone opens it again.
    const TransferId another = ledger_.execute(closing, kNow)->id;
    EXPECT_TRUE(ledger_.close(bos_).has_value());
    EXPECT_TRUE(ledger_.void_held(another).has_value());
    expect_refusal(kAccountClosed, {annas_, bos_, Money{1}});
    EXPECT_TRUE(ledger_.reopen(bos_).has_value());
    closing.kind = TransferKind::post;
    closing.amount = Money{1};
    expect_refusal(kFlagNotForKind, [&] { return ledger_.execute(closing, kNow); });
}

TEST_F(LedgerTest, lets_a_hold_expire_and_not_before) {
    const Transfer asked{.debit = annas_,
                         .credit = bos_,
                         .amount = Money{30},
                         .kind = TransferKind::hold,
                         .timeout = seconds(60),
                         .id = chosen(1)};
    const TransferId hold = ledger_.execute(asked, kNow)->id;
    const Instant end = kNow + seconds(60);
    const auto resolve = [&](TransferKind kind, Instant now) {
        return ledger_.execute({.amount = kind == TransferKind::post_held ? kAllOfHold : Money{0},
                                .kind = kind,
                                .hold_id = chosen(1)},
                               now);
    };
    expect_refusal(kHoldNotFound, [&] { return ledger_.expire(hold, end - Duration{1}); });
    expect_refusal(kHoldExpired, [&] { return resolve(TransferKind::post_held, end); });
    expect_refusal(kHoldExpired, [&] { return resolve(TransferKind::void_held, end); });
    EXPECT_TRUE(ledger_.expire(hold, end).has_value());
    EXPECT_EQ(annas().available(), Money{100});
    expect_refusal(kHoldNotFound, [&] { return ledger_.expire(hold, end); });
    expect_refusal(kHoldExpired, [&] { return resolve(TransferKind::post_held, end); });
    Transfer wrong = asked;
    wrong.id = chosen(2);
    for (const Duration timeout : {Duration{-1}, kHoldTimeoutMax + Duration{1}}) {
        wrong.timeout = timeout;
        expect_refusal(kTimeoutOutOfRange, [&] { return ledger_.execute(wrong, kNow); });
    }
    wrong.kind = TransferKind::post;
    wrong.timeout = seconds(1);
    expect_refusal(kTimeoutNotExpected, [&] { return ledger_.execute(wrong, kNow); });
}

TEST_F(LedgerTest, says_how_a_hold_that_was_named_by_its_chosen_id_ended) {
    const auto hold = [&](std::uint64_t low) {
        return ledger_.execute({.debit = annas_,
                                .credit = bos_,
                                .amount = Money{5},
                                .kind = TransferKind::hold,
                                .code = 7,
                                .id = chosen(low)},
                               kNow);
    };
    ASSERT_TRUE(hold(1) && hold(2) && hold(3));
    const auto end = [&](std::uint64_t low, TransferKind kind, Transfer transfer = {}) {
        transfer.kind = kind;
        transfer.hold_id = chosen(low);
        return ledger_.execute(transfer, kNow);
    };
    const auto post = [&](std::uint64_t low) {
        return end(low, TransferKind::post_held, {.amount = kAllOfHold});
    };
    EXPECT_EQ(post(1)->amount, Money{5});
    EXPECT_TRUE(end(2, TransferKind::void_held));
    expect_refusal(kHoldAlreadyPosted, [&] { return post(1); });
    expect_refusal(kHoldAlreadyVoided, [&] { return post(2); });
    expect_refusal(kHoldNotFound, [&] { return post(4); });
    const auto refused = [&](const Rejection& rejection, TransferKind kind, const Transfer& with) {
        expect_refusal(rejection, [&] { return end(3, kind, with); });
    };
    refused(kHoldHasDifferentAccounts, TransferKind::void_held, {.debit = bos_});
    refused(kHoldHasDifferentCode, TransferKind::void_held, {.code = 8});
    refused(kHoldHasDifferentAmount, TransferKind::void_held, {.amount = Money{4}});
    refused(kTimeoutNotExpected, TransferKind::void_held, {.timeout = seconds(1)});
    refused(kFlagNotForKind, TransferKind::void_held, {.balancing_debit = true});
    refused(kHoldNotExpected, TransferKind::void_held, {.hold = TransferId{2}});
    expect_refusal(kHoldNotExpected, [&] {
        return ledger_.execute(
            {.debit = annas_, .credit = bos_, .amount = Money{1}, .hold = TransferId{2}}, kNow);
    });
    EXPECT_TRUE(end(3, TransferKind::void_held,
                    {.debit = annas_, .credit = bos_, .amount = Money{5}, .code = 7}));
}

TEST_F(LedgerTest, does_what_is_asked_for_again_once) {
    Transfer asked{.debit = annas_,
                   .credit = bos_,
                   .amount = Money{60},
                   .code = 3,
                   .id = chosen(9),
                   .user_data = {.data_64 = 4}};
    const Recorded first = ledger_.execute(asked, kNow).value();
    const std::string before = bytes_of(ledger_);
    Recorded again = first;
    again.existed = true;
    EXPECT_EQ(ledger_.execute(asked, kNow + seconds(3'600)).value(), again);
    EXPECT_TRUE(bytes_of(ledger_) == before);
    const auto differs = [&](const char* field, const Transfer& other) {
        const auto refused = ledger_.execute(other, kNow);
        ASSERT_FALSE(refused) << field;
        EXPECT_EQ(refused.error().number(), kIdUsedOtherwise.number);
        EXPECT_EQ(refused.error().field(), field);
        EXPECT_TRUE(bytes_of(ledger_) == before);
    };
    const auto change = [&](auto make) {
        Transfer other = asked;
        make(other);
        return other;
    };
    differs("kind", change([](Transfer& t) { t.kind = TransferKind::hold; }));
    differs("debit", change([&](Transfer& t) { t.debit = bos_; }));
    differs("credit", change([&](Transfer& t) { t.credit = escrow_; }));
    differs("amount", change([](Transfer& t) { t.amount = Money{61}; }));
    differs("hold", change([](Transfer& t) { t.hold = TransferId{1}; }));
    differs("hold_id", change([](Transfer& t) { t.hold_id = chosen(1); }));
    differs("timeout", change([](Transfer& t) { t.timeout = seconds(1); }));
    differs("code", change([](Transfer& t) { t.code = 4; }));
    differs("user_data", change([](Transfer& t) { t.user_data.data_32 = 1; }));
    differs("flags", change([](Transfer& t) { t.balancing_debit = true; }));
}

TEST_F(LedgerTest, does_a_chain_that_is_asked_for_again_once_and_no_part_of_it_twice) {
    std::vector<Transfer> chain{
        {.debit = annas_, .credit = bos_, .amount = Money{10}, .id = chosen(1)},
        {.debit = annas_, .credit = escrow_, .amount = Money{20}, .id = chosen(2)}};
    std::vector<Recorded> first = ledger_.execute(chain, kNow).value();
    for (Recorded& recorded : first) recorded.existed = true;
    EXPECT_EQ(ledger_.execute(chain, kNow).value(), first);
    EXPECT_EQ(annas().available(), Money{70});
    chain[1].id = chosen(3);
    expect_refusal(kChainPartlyDone, [&] { return ledger_.execute(chain, kNow); });
    chain[1].id = {};
    expect_refusal(kChainPartlyDone, [&] { return ledger_.execute(chain, kNow); });
}

TEST_F(LedgerTest, knows_an_id_for_a_day_and_refuses_it_later) {
    const Transfer asked{.debit = annas_, .credit = bos_, .amount = Money{1}, .id = chosen(1)};
    EXPECT_TRUE(ledger_.execute(asked, kNow));
    const Instant later = kNow + kChosenIdWindow;
    EXPECT_TRUE(ledger_.execute(asked, later - Duration{1})->existed);
    expect_refusal(kIdTooOld, [&] { return ledger_.execute(asked, later); });
    Transfer other = asked;
    other.id = chosen(2, kChosenIdAhead + seconds(1));
    EXPECT_TRUE(ledger_.execute(other, later - seconds(120)));
    other.id = chosen(3, Duration{} - kChosenIdAhead - seconds(1));
    expect_refusal(kIdFromTheFuture, [&] { return ledger_.execute(other, kNow); });
    other.id = {UINT64_MAX, 0};
    expect_refusal(kIdFromTheFuture, [&] { return ledger_.execute(other, kNow); });
    other.id = {0, 1};
    expect_refusal(kIdTooOld, [&] { return ledger_.execute(other, kNow); });
    // Journal time goes on: what is too old is forgotten, and stays refused though time stands.
    other.id = chosen(4, Duration{} - kChosenIdWindow);
    EXPECT_TRUE(ledger_.execute(other, later));
    EXPECT_EQ(ledger_.find_chosen(asked.id), nullptr);
    expect_refusal(kIdTooOld, [&] { return ledger_.execute(asked, kNow); });
    expect_refusal(kIdTooOld, [&] {
        return ledger_.execute({.kind = TransferKind::void_held, .hold_id = chosen(1)}, later);
    });
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
/// account's id, kind, party, currency and four flags. Its four totals follow.
constexpr std::size_t kBeforeTotals = 8 + 8 + 8 + 1 + 8 + 3 + 4;
constexpr std::size_t kClosedByHold = kBeforeTotals - 1;

/// A ledger with one account, a byte of which was tampered with.
Ledger forged_at(AccountKind kind, std::size_t place, char byte) {
    Ledger ledger;
    ledger.ensure(kind, kAnna, kYuan);
    std::string bytes = bytes_of(ledger);
    bytes[place] = byte;
    Ledger read;
    ArchiveReader reader(bytes);
    reader(read);
    EXPECT_TRUE(reader.finished());
    return read;
}
/// One of its totals is 5.
Ledger forged(AccountKind kind, std::size_t total) {
    return forged_at(kind, kBeforeTotals + total * sizeof(Money), 5);
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

TEST(LedgerInvariants, notice_totals_below_zero_and_accounts_closed_by_no_hold) {
    const std::size_t highest_of_credits = kBeforeTotals + 4 * sizeof(Money) - 1;
    EXPECT_THAT(
        broken_invariants(forged_at(AccountKind::fee, highest_of_credits, '\x80')),
        ElementsAre("ledger: acc_1: every total is between zero and the largest that it may be",
                    "ledger: CNY: posted debits equal posted credits"));
    EXPECT_THAT(broken_invariants(forged_at(AccountKind::fee, kClosedByHold, 1)),
                ElementsAre("ledger: acc_1: what is closed by a hold has one that closes it"));
}

TEST(LedgerInvariants, notice_pending_money_without_a_hold) {
    EXPECT_THAT(broken_invariants(forged(AccountKind::rounding, 0)),
                ElementsAre("ledger: acc_1: what is pending is the sum of the account's holds",
                            "ledger: CNY: pending debits equal pending credits"));
}

}  // namespace
}  // namespace penstock::ledger
