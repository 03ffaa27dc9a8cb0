#include "core/custody/withdrawals.h"

#include <gtest/gtest.h>

#include "base/archive.h"
#include "core/custody/error.h"
#include "core/custody/invariants.h"

namespace penstock::custody {
namespace {

constexpr Instant kNow{1'800'000'000'000'000'000};
constexpr UserId kAnna{1};
constexpr UserId kBo{2};
constexpr UserId kNobody{};
constexpr Money kYuan{1'000'000};

Withdrawal sample(std::uint64_t party = 1) {
    Withdrawal withdrawal;
    withdrawal.party = PartyId{party};
    withdrawal.amount = Money{5'000'000};
    withdrawal.payee = "main account";
    withdrawal.expires_at = kNow + kDecisionWindow;
    withdrawal.hold = TransferId{7};
    return withdrawal;
}

template <class T>
std::string_view refusal(const Result<T>& result) {
    return result ? "not refused" : result.error().reason();
}

TEST(Withdrawals, are_approved_by_one_officer_and_paid_by_another) {
    Withdrawals withdrawals;
    const WithdrawalId id = withdrawals.request(sample());
    EXPECT_EQ(refusal(withdrawals.check(id, Step::pay, kAnna)), "WITHDRAWAL_STATE");
    ASSERT_TRUE(withdrawals.check(id, Step::approve, kAnna));
    withdrawals.approve(id, kAnna, TransferId{8});
    EXPECT_EQ(broken_invariants(withdrawals), std::vector<std::string>{});
    EXPECT_EQ(refusal(withdrawals.check(id, Step::pay, kAnna)), "SECOND_OFFICER_NEEDED");
    EXPECT_EQ(refusal(withdrawals.check(id, Step::reject, kAnna)), "SECOND_OFFICER_NEEDED");
    ASSERT_TRUE(withdrawals.check(id, Step::pay, kBo));
    const Withdrawal ended = withdrawals.end(id, Step::pay);
    EXPECT_EQ(ended.state, WithdrawalState::paid);
    EXPECT_EQ(ended.hold, TransferId{8});
    EXPECT_EQ(refusal(withdrawals.check(id, Step::pay, kBo)), "WITHDRAWAL_NOT_FOUND");
    EXPECT_EQ(broken_invariants(withdrawals), std::vector<std::string>{});
}

TEST(Withdrawals, take_each_step_of_the_table_and_no_other) {
    for (const WithdrawalState from : {WithdrawalState::requested, WithdrawalState::approved}) {
        for (const Step step :
             {Step::approve, Step::pay, Step::reject, Step::cancel, Step::expire}) {
            Withdrawals withdrawals;
            const WithdrawalId id = withdrawals.request(sample());
            if (from == WithdrawalState::approved) withdrawals.approve(id, kAnna, TransferId{8});
            const auto to = after(from, step);
            const auto checked = withdrawals.check(id, step, kBo);
            EXPECT_EQ(checked.has_value(), to.has_value());
            if (to && is_final(*to)) {
                EXPECT_EQ(withdrawals.end(id, step).state, *to);
            }
        }
    }
}

TEST(Withdrawals, that_are_approved_are_not_given_back_by_party_or_time) {
    Withdrawals withdrawals;
    const WithdrawalId id = withdrawals.request(sample());
    withdrawals.approve(id, kAnna, TransferId{8});
    EXPECT_EQ(refusal(withdrawals.check(id, Step::cancel, kNobody)), "WITHDRAWAL_STATE");
    EXPECT_EQ(refusal(withdrawals.check(id, Step::expire, kNobody)), "WITHDRAWAL_STATE");
}

TEST(Withdrawals, are_ten_open_ones_a_party_at_most) {
    Withdrawals withdrawals;
    WithdrawalId last;
    for (std::size_t i = 0; i < kOpenWithdrawalsMax; ++i) {
        ASSERT_TRUE(withdrawals.check_request(PartyId{1}, kYuan, "account"));
        last = withdrawals.request(sample());
    }
    EXPECT_EQ(refusal(withdrawals.check_request(PartyId{1}, kYuan, "account")),
              "TOO_MANY_WITHDRAWALS");
    EXPECT_TRUE(withdrawals.check_request(PartyId{2}, kYuan, "account"));
    withdrawals.end(last, Step::cancel);
    EXPECT_TRUE(withdrawals.check_request(PartyId{1}, kYuan, "account"));
}

TEST(Withdrawals, name_the_account_in_one_short_line_without_its_number) {
    const Withdrawals withdrawals;
    for (const std::string& wrong :
         {std::string(), std::string(201, 'x'), std::string("a\nb"), std::string("6222 0211"),
          std::string("\u202e1234 main account")})
        EXPECT_EQ(refusal(withdrawals.check_request(PartyId{1}, kYuan, wrong)), "PAYEE_INVALID");
    EXPECT_TRUE(withdrawals.check_request(PartyId{1}, kYuan, "工行 尾号 123456"));
}

TEST(Withdrawals, are_of_what_a_bank_can_pay) {
    const Withdrawals withdrawals;
    EXPECT_TRUE(withdrawals.check_request(PartyId{1}, Money{kMicrosPerFen}, "account"));
    EXPECT_EQ(refusal(withdrawals.check_request(PartyId{1}, Money{kMicrosPerFen + 1}, "account")),
              "AMOUNT_NOT_PAYABLE");
}

TEST(Withdrawals, come_back_from_an_archive_as_they_were) {
    Withdrawals withdrawals;
    withdrawals.request(sample(1));
    withdrawals.approve(withdrawals.request(sample(2)), kAnna, TransferId{9});
    std::string bytes;
    ArchiveWriter writer(bytes);
    withdrawals.visit(writer);
    Withdrawals read;
    ArchiveReader reader(bytes);
    read.visit(reader);
    ASSERT_TRUE(reader.finished());
    EXPECT_EQ(broken_invariants(read), std::vector<std::string>{});
    EXPECT_EQ(read.open().size(), 2u);
    std::string again;
    ArchiveWriter second(again);
    read.visit(second);
    EXPECT_EQ(again, bytes);
}

}  // namespace
}  // namespace penstock::custody
