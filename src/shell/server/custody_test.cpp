// Withdrawals and bank statements over the wire: as parties and the operator see them.
#include <gtest/gtest.h>

#include "penstock/v1/custody.pb.h"
#include "penstock/v1/ledger.pb.h"
#include "shell/server/server_fixture.h"

namespace penstock::shell {
namespace {

class CustodyTest : public ServerFixture {
  protected:
    CustodyTest() {
        start();
        v1::SetCustodyRequest request;
        request.mutable_custody()->set_bank_account("1100-22");
        request.mutable_custody()->set_officers(1);
        const auto set =
            call<v1::SetCustodyResponse>(operator_key(), "CustodyService/SetCustody", request);
        EXPECT_TRUE(set) << set.error().message;
    }

    template <class Response, class Request>
    transport::RemoteResult<Response> call(const std::string& key, const char* method,
                                           const Request& request) const {
        return client(key).call<Response>(method, request);
    }
    std::string member(const std::string& name) {
        const auto party = sign_up(name, v1::ROLE_BUYER).value();
        admit(party.party());
        return party.secret();
    }
    std::string announce(const std::string& key, std::int64_t micros) const {
        v1::RequestTopUpRequest request;
        request.mutable_amount()->set_micros(micros);
        request.mutable_amount()->set_currency("CNY");
        return call<v1::RequestTopUpResponse>(key, "LedgerService/RequestTopUp", request)
            .value()
            .reference();
    }
    /// A statement of one day, with one entry for each amount and reference.
    transport::RemoteResult<v1::ImportStatementResponse> import(
        const std::string& day, std::int64_t opening,
        const std::vector<std::pair<std::int64_t, std::string>>& entries) const {
        v1::ImportStatementRequest request;
        request.set_account("1100-22");
        request.set_currency("CNY");
        request.set_first_day(day);
        request.set_last_day(day);
        request.set_opening_micros(opening);
        for (const auto& [micros, reference] : entries) {
            v1::StatementEntry& entry = *request.add_entries();
            entry.set_identity(day + " " + std::to_string(request.entries_size()));
            entry.set_booking_day(day);
            entry.set_amount_micros(micros);
            entry.set_reference(reference);
            opening += micros;
        }
        request.set_closing_micros(opening);
        return call<v1::ImportStatementResponse>(operator_key(), "CustodyService/ImportStatement",
                                                 request);
    }
    transport::RemoteResult<v1::DayReconciliation> reconciliation(const std::string& day) const {
        v1::GetReconciliationRequest request;
        request.set_day(day);
        return call<v1::DayReconciliation>(operator_key(), "CustodyService/GetReconciliation",
                                           request);
    }
    transport::RemoteResult<v1::ListWithdrawalsResponse> withdrawals(
        const std::string& key, v1::WithdrawalState state = {}) const {
        v1::ListWithdrawalsRequest request;
        request.set_state(state);
        return call<v1::ListWithdrawalsResponse>(key, "CustodyService/ListWithdrawals", request);
    }
};

TEST_F(CustodyTest, proves_each_day_that_books_and_bank_agree) {
    const std::string key = member("Buyer");
    const std::string first = announce(key, 5'000'000);
    const std::string second = announce(key, 7'000'000);
    const auto imported = import("2026-11-01", 2'000'000, {{5'000'000, first}, {-1'000'000, ""}});
    ASSERT_TRUE(imported) << imported.error().message;
    EXPECT_EQ(imported->settled(), 1u);
    EXPECT_EQ(imported->unexplained(), 2u);  // The charge, and what stood there before.
    v1::ConfirmTopUpRequest by_hand;
    by_hand.set_top_up("topup_2");
    by_hand.set_bank_reference("by hand");
    by_hand.mutable_amount()->set_micros(7'000'000);
    by_hand.mutable_amount()->set_currency("CNY");
    ASSERT_TRUE(
        call<v1::ConfirmTopUpResponse>(operator_key(), "LedgerService/ConfirmTopUp", by_hand));
    ASSERT_TRUE(import("2026-11-03", 6'000'000, {}));

    const auto day = reconciliation("2026-11-02").value();
    EXPECT_EQ(day.statement(), "bst_1");
    EXPECT_EQ(day.statements_micros(), 6'000'000);
    EXPECT_EQ(day.ledger_micros(), 6'000'000);
    EXPECT_EQ(day.suspense_micros(), 1'000'000);
    EXPECT_TRUE(day.proved());
    const auto later = reconciliation("2026-11-03").value();
    EXPECT_EQ(later.ledger_micros(), 13'000'000);
    EXPECT_EQ(later.in_transit_micros(), 7'000'000);
    ASSERT_EQ(later.in_transit_size(), 1);
    EXPECT_EQ(later.difference_micros(), 0);
    EXPECT_TRUE(later.proved());
    EXPECT_EQ(reconciliation("2026-10-31").error().reason, "NO_STATEMENT");
    EXPECT_EQ(reconciliation("2026-11-31").error().reason, "BAD_DAY");
    EXPECT_EQ(import("2026-11-03", 6'000'000, {}).error().reason, "STATEMENT_REPEATED");
    EXPECT_EQ(import("2026-11-04", 9, {}).error().reason, "STATEMENT_NOT_NEXT");

    const auto queue = call<v1::ListUnmatchedResponse>(
        operator_key(), "CustodyService/ListUnmatched", v1::ListUnmatchedRequest());
    EXPECT_EQ(queue.value().entries_size(), 2);
    // All of it is there after a restart, from journal and tables.
    start();
    EXPECT_TRUE(reconciliation("2026-11-03").value().proved());
}

TEST_F(CustodyTest, shows_withdrawals_to_their_party_and_the_operator) {
    const std::string key = member("Buyer");
    const std::string other = member("Other");
    ASSERT_TRUE(import("2026-11-01", 0, {{5'000'000, announce(key, 5'000'000)}}));
    v1::RequestWithdrawalRequest request;
    request.mutable_amount()->set_micros(2'000'000);
    request.mutable_amount()->set_currency("CNY");
    request.set_payee("main account");
    const auto asked =
        call<v1::RequestWithdrawalResponse>(key, "CustodyService/RequestWithdrawal", request);
    ASSERT_TRUE(asked) << asked.error().message;
    for (const std::string& reader : {key, operator_key()}) {
        const auto list = withdrawals(reader).value();
        ASSERT_EQ(list.withdrawals_size(), 1);
        EXPECT_EQ(list.withdrawals(0).payee(), "main account");
        EXPECT_EQ(withdrawals(reader, v1::WITHDRAWAL_PAID).value().withdrawals_size(), 0);
    }
    EXPECT_EQ(withdrawals(other).value().withdrawals_size(), 0);
    v1::CancelWithdrawalRequest cancel;
    cancel.set_withdrawal(asked->withdrawal());
    EXPECT_EQ(call<v1::Withdrawal>(other, "CustodyService/CancelWithdrawal", cancel).error().reason,
              "NOT_YOURS");
    v1::ApproveWithdrawalRequest approve;
    approve.set_withdrawal(asked->withdrawal());
    EXPECT_EQ(call<v1::Withdrawal>(operator_key(), "CustodyService/ApproveWithdrawal", approve)
                  .error()
                  .reason,
              "OFFICER_NEEDED");
    ASSERT_TRUE(call<v1::Withdrawal>(key, "CustodyService/CancelWithdrawal", cancel));
    EXPECT_EQ(withdrawals(key, v1::WITHDRAWAL_CANCELLED).value().withdrawals_size(), 1);
}

}  // namespace
}  // namespace penstock::shell
