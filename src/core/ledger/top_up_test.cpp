#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "base/archive.h"
#include "core/ledger/error.h"
#include "core/ledger/invariants.h"
#include "core/ledger/ledger.h"

namespace penstock::ledger {
namespace {

const Currency kYuan = Currency::parse("CNY").value();
const Currency kEuro = Currency::parse("EUR").value();
constexpr PartyId kAnna{1};
constexpr Money kAmount{50'000'000};

class TopUpTest : public testing::Test {
  protected:
    ~TopUpTest() override { EXPECT_THAT(broken_invariants(ledger_), testing::IsEmpty()); }

    TopUpId request() { return ledger_.request_top_up(kAnna, kAmount, kYuan).value(); }
    Money cash() const {
        return ledger_.account(ledger_.find(AccountKind::cash, kAnna, kYuan)).balance();
    }
    /// Expects that nothing is credited and the ledger stays as it was.
    void expect_refusal(const Rejection& rejection, std::string_view field, TopUpId top_up,
                        const BankEntry& entry) {
        std::string before;
        ArchiveWriter{before}(ledger_);
        const Result<TransferId> result = ledger_.confirm_top_up(top_up, entry);
        ASSERT_FALSE(result.has_value());
        EXPECT_EQ(result.error().reason(), rejection.reason);
        EXPECT_EQ(result.error().field(), field);
        std::string after;
        ArchiveWriter{after}(ledger_);
        EXPECT_EQ(after, before);
    }

    Ledger ledger_;
};

TEST_F(TopUpTest, credits_cash_once_confirmed) {
    const TopUpId top_up = request();
    EXPECT_EQ(cash(), Money{0});
    EXPECT_FALSE(ledger_.find_top_up(top_up)->confirmed);
    EXPECT_TRUE(ledger_.confirm_top_up(top_up, {"B-1", kAmount, kYuan}).has_value());
    EXPECT_EQ(cash(), kAmount);
    EXPECT_TRUE(ledger_.find_top_up(top_up)->confirmed);
    const AccountId bank = ledger_.find(AccountKind::bank, PartyId{}, kYuan);
    EXPECT_EQ(ledger_.account(bank).debits_posted, kAmount);
}

TEST_F(TopUpTest, names_a_reference_for_the_bank_transfer) {
    EXPECT_EQ(top_up_reference(TopUpId{7}), "PSK-TOPUP-7");
}

TEST_F(TopUpTest, refuses_amounts_out_of_range) {
    EXPECT_EQ(ledger_.request_top_up(kAnna, Money{0}, kYuan).error().reason(),
              kAmountNotPositive.reason);
    EXPECT_EQ(ledger_.request_top_up(kAnna, kMoneyMax + Money{1}, kYuan).error().reason(),
              kAmountTooLarge.reason);
    EXPECT_EQ(ledger_.accounts().size(), 0u);
}

TEST_F(TopUpTest, refuses_a_top_up_that_does_not_exist) {
    expect_refusal(kTopUpNotFound, "top_up", TopUpId{1}, {"B-1", kAmount, kYuan});
}

TEST_F(TopUpTest, refuses_to_confirm_twice) {
    const TopUpId top_up = request();
    ASSERT_TRUE(ledger_.confirm_top_up(top_up, {"B-1", kAmount, kYuan}).has_value());
    expect_refusal(kTopUpAlreadyConfirmed, "top_up", top_up, {"B-2", kAmount, kYuan});
}

TEST_F(TopUpTest, refuses_a_bank_entry_that_was_used) {
    ASSERT_TRUE(ledger_.confirm_top_up(request(), {"B-1", kAmount, kYuan}).has_value());
    expect_refusal(kBankReferenceUsed, "bank_reference", request(), {"B-1", kAmount, kYuan});
}

TEST_F(TopUpTest, refuses_a_bank_reference_that_no_bank_writes) {
    const TopUpId top_up = request();
    for (const std::string& reference :
         {std::string(), std::string("a\nb"), std::string("\xe4\xb8\x80"), std::string(65, '1')}) {
        expect_refusal(kBankReferenceInvalid, "bank_reference", top_up,
                       {reference, kAmount, kYuan});
    }
    EXPECT_TRUE(ledger_.confirm_top_up(top_up, {std::string(64, '1'), kAmount, kYuan}).has_value());
}

TEST_F(TopUpTest, refuses_another_amount_than_announced) {
    const TopUpId top_up = request();
    expect_refusal(kTopUpAmountMismatch, "amount", top_up, {"B-1", kAmount + Money{1}, kYuan});
    expect_refusal(kTopUpAmountMismatch, "amount", top_up, {"B-1", kAmount, kEuro});
}

TEST_F(TopUpTest, keeps_the_bank_entry_free_when_the_account_is_closed) {
    const TopUpId top_up = request();
    const AccountId account = ledger_.find(AccountKind::cash, kAnna, kYuan);
    ASSERT_TRUE(ledger_.close(account).has_value());
    expect_refusal(kAccountClosed, "", top_up, {"B-1", kAmount, kYuan});
    ASSERT_TRUE(ledger_.reopen(account).has_value());
    EXPECT_TRUE(ledger_.confirm_top_up(top_up, {"B-1", kAmount, kYuan}).has_value());
}

}  // namespace
}  // namespace penstock::ledger
