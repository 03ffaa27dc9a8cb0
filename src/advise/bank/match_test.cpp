#include "advise/bank/match.h"

#include <gtest/gtest.h>

#include <ostream>

#include "advise/bank/error.h"

namespace penstock::advise {
namespace {

using Known = std::set<std::string, std::less<>>;

v1::AnnouncedPayment payment(std::string reference, std::int64_t units) {
    v1::AnnouncedPayment made;
    made.set_reference(std::move(reference));
    made.set_amount_micros(units * 1'000'000);
    made.set_currency("CNY");
    return made;
}

v1::BankStatement statement() {
    v1::BankStatement made;
    made.set_account("110022");
    made.set_currency("CNY");
    return made;
}

v1::BankEntry& add_entry(v1::BankStatement& to, std::int64_t units, std::string purpose) {
    v1::BankEntry& entry = *to.add_entries();
    entry.set_identity("e" + std::to_string(to.entries_size()));
    entry.set_amount_micros(units * 1'000'000);
    entry.set_purpose(std::move(purpose));
    return entry;
}

const std::vector<v1::AnnouncedPayment> kPayments{
    payment("PSK-TOPUP-1", 100), payment("PSK-TOPUP-12", 200), payment("PSK-PAYOUT-3", -300)};

struct Case {
    std::string purpose;
    std::int64_t units;
    v1::BankMatchKind kind;
    std::vector<std::string> references;
};

void PrintTo(const Case& one, std::ostream* stream) {
    *stream << one.purpose << " " << one.units;
}

class MatchOne : public testing::TestWithParam<Case> {};

TEST_P(MatchOne, says_what_an_entry_is) {
    const Case& one = GetParam();
    v1::BankStatement month = statement();
    add_entry(month, one.units, one.purpose);
    const auto result = match_statement(month, kPayments, {});
    ASSERT_TRUE(result);
    ASSERT_EQ(result->matches_size(), 1);
    const v1::BankMatch& match = result->matches(0);
    EXPECT_EQ(v1::BankMatchKind_Name(match.kind()), v1::BankMatchKind_Name(one.kind));
    EXPECT_EQ(std::vector<std::string>(match.references().begin(), match.references().end()),
              one.references);
    EXPECT_EQ(match.entry(), "e1");
    EXPECT_EQ(result->exact(), one.kind == v1::BANK_MATCH_EXACT ? 1U : 0U);
    EXPECT_EQ(result->unmatched(), one.kind == v1::BANK_MATCH_EXACT ? 0U : 1U);
}

const std::vector<std::string> kFirst{"PSK-TOPUP-1"};

INSTANTIATE_TEST_SUITE_P(
    Exact, MatchOne,
    testing::Values(Case{"PSK-TOPUP-1", 100, v1::BANK_MATCH_EXACT, kFirst},
                    Case{"for psk-topup-1.", 100, v1::BANK_MATCH_EXACT, kFirst},
                    Case{"充值PSK-TOPUP-1谢谢", 100, v1::BANK_MATCH_EXACT, kFirst},
                    Case{"ＰＳＫ－ＴＯＰＵＰ－１", 100, v1::BANK_MATCH_EXACT, kFirst},
                    Case{"PSK–TOPUP—1", 100, v1::BANK_MATCH_EXACT, kFirst},
                    Case{"P S K - TOP UP　-\n1", 100, v1::BANK_MATCH_EXACT, kFirst},
                    Case{"PSK-TOPUP-1, 2026", 100, v1::BANK_MATCH_EXACT, kFirst},
                    Case{"PSK-TOPUP-1 2026 PSK-TOPUP-1", 100, v1::BANK_MATCH_EXACT, kFirst},
                    Case{"PSK-TOPUP-1 - thanks", 100, v1::BANK_MATCH_EXACT, kFirst},
                    Case{"PSK-TOPUP-1,PSK-TOPUP-1", 100, v1::BANK_MATCH_EXACT, kFirst},
                    Case{"PSK-TOPUP-12", 200, v1::BANK_MATCH_EXACT, {"PSK-TOPUP-12"}},
                    Case{"PSK-PAYOUT-3", -300, v1::BANK_MATCH_EXACT, {"PSK-PAYOUT-3"}}));

INSTANTIATE_TEST_SUITE_P(
    Queued, MatchOne,
    testing::Values(Case{"PSK-TOPUP-1", 101, v1::BANK_MATCH_AMOUNT_DIFFERS, kFirst},
                    Case{"PSK-TOPUP-1", -100, v1::BANK_MATCH_AMOUNT_DIFFERS, kFirst},
                    Case{"PSK-TOPUP-7", 100, v1::BANK_MATCH_REFERENCE_UNKNOWN, {"PSK-TOPUP-7"}},
                    Case{"XPSK-TOPUP-1", 100, v1::BANK_MATCH_REFERENCE_MISSING, {}},
                    Case{"PSK-TOPUP-1A", 100, v1::BANK_MATCH_REFERENCE_UNKNOWN, {"PSK-TOPUP-1A"}},
                    Case{"PSK-TOPUP-123", 100, v1::BANK_MATCH_REFERENCE_UNKNOWN, {"PSK-TOPUP-123"}},
                    Case{"rent", 100, v1::BANK_MATCH_REFERENCE_MISSING, {}},
                    Case{"", 100, v1::BANK_MATCH_REFERENCE_MISSING, {}},
                    Case{"PSK-", 100, v1::BANK_MATCH_REFERENCE_UNKNOWN, {"PSK-"}},
                    // Twelve broken over two lines, or one and something else: a person must look.
                    Case{"PSK-TOPUP-1 2",
                         100,
                         v1::BANK_MATCH_SEVERAL_CANDIDATES,
                         {"PSK-TOPUP-1", "PSK-TOPUP-12"}},
                    // The same of payments that are not among ours, since they are settled.
                    Case{"PSK-TOPUP-1 7",
                         100,
                         v1::BANK_MATCH_SEVERAL_CANDIDATES,
                         {"PSK-TOPUP-1", "PSK-TOPUP-17"}},
                    Case{"PSK-TOPUP-1 2026",
                         100,
                         v1::BANK_MATCH_SEVERAL_CANDIDATES,
                         {"PSK-TOPUP-1", "PSK-TOPUP-12026"}},
                    Case{"PSK-TOPUP-1-\n7",
                         100,
                         v1::BANK_MATCH_SEVERAL_CANDIDATES,
                         {"PSK-TOPUP-1", "PSK-TOPUP-1-7"}},
                    Case{"PSK-TOPUP-1_2", 100, v1::BANK_MATCH_REFERENCE_UNKNOWN, {"PSK-TOPUP-1_2"}},
                    Case{"PSK-TOPUP-1 PSK-PAYOUT-3",
                         100,
                         v1::BANK_MATCH_SEVERAL_CANDIDATES,
                         {"PSK-PAYOUT-3", "PSK-TOPUP-1"}}));

TEST(Match, finds_the_reference_that_was_carried_through) {
    v1::BankStatement month = statement();
    add_entry(month, 100, "thanks").set_end_to_end_reference("psk-topup-1");
    EXPECT_EQ(match_statement(month, kPayments, {})->exact(), 1U);
}

TEST(Match, tells_by_how_much_an_amount_differs) {
    v1::BankStatement month = statement();
    add_entry(month, 98, "PSK-TOPUP-1");
    EXPECT_EQ(match_statement(month, kPayments, {})->matches(0).difference_micros(), -2'000'000);
}

TEST(Match, gives_a_payment_to_one_entry_only) {
    v1::BankStatement month = statement();
    add_entry(month, 100, "PSK-TOPUP-1");
    add_entry(month, 100, "PSK-TOPUP-1");
    const auto result = match_statement(month, kPayments, {});
    EXPECT_EQ(result->matches(0).kind(), v1::BANK_MATCH_EXACT);
    EXPECT_EQ(result->matches(1).kind(), v1::BANK_MATCH_REFERENCE_USED);
    auto settled = kPayments;
    settled[0].set_entry("long ago");
    EXPECT_EQ(match_statement(month, settled, {})->matches(0).kind(),
              v1::BANK_MATCH_REFERENCE_USED);
}

TEST(Match, keeps_to_currency_account_and_direction_of_time) {
    v1::BankStatement month = statement();
    add_entry(month, 100, "PSK-TOPUP-1");
    month.set_currency("USD");
    EXPECT_EQ(match_statement(month, kPayments, {})->matches(0).kind(),
              v1::BANK_MATCH_CURRENCY_DIFFERS);
    month.set_currency("CNY");
    auto elsewhere = kPayments;
    elsewhere[0].set_account("998877");
    EXPECT_EQ(match_statement(month, elsewhere, {})->matches(0).kind(),
              v1::BANK_MATCH_ACCOUNT_DIFFERS);
    month.mutable_entries(0)->set_reversal(true);
    EXPECT_EQ(match_statement(month, kPayments, {})->matches(0).kind(), v1::BANK_MATCH_REVERSAL);
}

TEST(Match, never_matches_an_entry_that_was_brought_before) {
    v1::BankStatement month = statement();
    add_entry(month, 100, "PSK-TOPUP-1");
    add_entry(month, 200, "PSK-TOPUP-12");
    const auto result = match_statement(month, kPayments, Known{"e1"});
    EXPECT_EQ(result->matches(0).kind(), v1::BANK_MATCH_KNOWN);
    EXPECT_EQ(result->matches(1).kind(), v1::BANK_MATCH_EXACT);
    const auto again = match_statement(month, kPayments, Known{"e1", "e2"});
    EXPECT_EQ(again->known(), 2U);
    EXPECT_EQ(again->exact() + again->unmatched(), 0U);
}

TEST(Match, does_not_depend_on_the_order_of_payments) {
    v1::BankStatement month = statement();
    add_entry(month, 100, "PSK-TOPUP-1 2, PSK-PAYOUT-3");
    add_entry(month, 200, "PSK-TOPUP-12");
    const std::vector<v1::AnnouncedPayment> turned(kPayments.rbegin(), kPayments.rend());
    EXPECT_EQ(match_statement(month, kPayments, {})->SerializeAsString(),
              match_statement(month, turned, {})->SerializeAsString());
}

TEST(Match, refuses_two_payments_with_one_reference) {
    const std::vector<v1::AnnouncedPayment> twice{payment("PSK-TOPUP-1", 1),
                                                  payment("psk-topup-1", 2)};
    const auto result = match_statement(statement(), twice, {});
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().reason(), kPaymentAnnouncedTwice.reason);
}

}  // namespace
}  // namespace penstock::advise
