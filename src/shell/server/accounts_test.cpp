// Accounts and their history, as their owner, others and the operator see them.
#include <gtest/gtest.h>

#include "format/bill/account_statement.h"
#include "format/bill/bills_statement.h"
#include "penstock/v1/account.pb.h"
#include "penstock/v1/bills.pb.h"
#include "penstock/v1/ledger.pb.h"
#include "shell/server/server_fixture.h"

namespace penstock::shell {
namespace {

class AccountsTest : public ServerFixture {
  protected:
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
    /// @return The transfer that credited it.
    std::string pay_in(const std::string& key, std::int64_t micros) {
        v1::RequestTopUpRequest request;
        request.mutable_amount()->set_micros(micros);
        request.mutable_amount()->set_currency("CNY");
        const auto asked =
            call<v1::RequestTopUpResponse>(key, "LedgerService/RequestTopUp", request).value();
        v1::ConfirmTopUpRequest confirm;
        confirm.set_top_up(asked.top_up());
        confirm.set_bank_reference("bank " + asked.top_up());
        *confirm.mutable_amount() = request.amount();
        return call<v1::ConfirmTopUpResponse>(operator_key(), "LedgerService/ConfirmTopUp", confirm)
            .value()
            .transfer();
    }
    std::string cash_of(const std::string& key) const {
        return call<v1::GetBalanceResponse>(key, "LedgerService/GetBalance",
                                            v1::GetBalanceRequest())
            .value()
            .accounts(0)
            .id();
    }
    transport::RemoteResult<v1::ListAccountTransfersResponse> history(
        const std::string& key, const std::string& account) const {
        v1::ListAccountTransfersRequest request;
        request.set_account(account);
        return call<v1::ListAccountTransfersResponse>(key, "AccountService/ListAccountTransfers",
                                                      request);
    }
    transport::RemoteResult<v1::StatementOfAccount> statement(const std::string& key,
                                                              const std::string& account,
                                                              std::int64_t from_ns,
                                                              std::int64_t until_ns = 0) const {
        v1::GetAccountStatementRequest request;
        request.set_account(account);
        request.set_from_ns(from_ns);
        request.set_until_ns(until_ns);
        request.set_utc_offset_minutes(480);
        return call<v1::StatementOfAccount>(key, "AccountService/GetAccountStatement", request);
    }
    transport::RemoteResult<v1::BillsStatement> bills(const std::string& key, std::int64_t from_ns,
                                                      const std::string& party = {}) const {
        v1::GetBillsStatementRequest request;
        request.set_from_ns(from_ns);
        request.set_party(party);
        return call<v1::BillsStatement>(key, "BillService/GetBillsStatement", request);
    }
    transport::RemoteResult<v1::Transfer> transfer(const std::string& key,
                                                   const std::string& id) const {
        v1::GetTransferRequest request;
        request.set_transfer(id);
        return call<v1::Transfer>(key, "AccountService/GetTransfer", request);
    }
};

TEST_F(AccountsTest, show_what_each_transfer_left_to_their_owner_and_the_operator) {
    start();
    const std::string key = member("Buyer");
    const std::string first = pay_in(key, 5'000'000);
    const std::string second = pay_in(key, 7'000'000);
    const std::string cash = cash_of(key);

    v1::GetAccountRequest request;
    request.set_account(cash);
    const auto account = call<v1::Account>(key, "AccountService/GetAccount", request).value();
    EXPECT_EQ(account.kind(), v1::ACCOUNT_CASH);
    EXPECT_EQ(account.credits_posted(), 12'000'000);

    for (const std::string& reader : {key, operator_key()}) {
        const auto list = history(reader, cash).value();
        ASSERT_EQ(list.entries_size(), 2);
        EXPECT_EQ(list.entries(0).transfer().id(), second);
        EXPECT_EQ(list.entries(0).after().credits_posted(), 12'000'000);
        EXPECT_EQ(list.entries(1).transfer().id(), first);
        EXPECT_EQ(list.entries(1).after().credits_posted(), 5'000'000);
        EXPECT_EQ(transfer(reader, first).value().amount().micros(), 5'000'000);
    }
    // The bank's side of the same transfers is the operator's alone.
    const std::string bank = transfer(key, first).value().debit_account();
    EXPECT_EQ(history(operator_key(), bank).value().entries(0).after().debits_posted(), 12'000'000);
    EXPECT_EQ(history(key, bank).error().reason, "NOT_YOURS");
}

TEST_F(AccountsTest, have_statements_that_add_up) {
    start();
    const std::string key = member("Buyer");
    const std::string first = pay_in(key, 5'000'000);
    const std::string cash = cash_of(key);
    const auto movements = history(key, cash).value();
    const std::int64_t after_first = movements.entries(0).transfer().at_ns() + 1;
    const std::string second = pay_in(key, 7'000'000);

    const auto whole = statement(key, cash, 1).value();
    EXPECT_TRUE(format::check_account_statement(whole)) << whole.ShortDebugString();
    EXPECT_EQ(whole.issuer().name(), "Operator");
    EXPECT_EQ(whole.holder().name(), "Buyer");
    EXPECT_EQ(whole.kind(), v1::ACCOUNT_CASH);
    EXPECT_EQ(whole.opening_micros(), 0);
    ASSERT_EQ(whole.entries_size(), 2);
    EXPECT_EQ(whole.entries(0).transfer(), first);
    EXPECT_EQ(whole.entries(0).counterparty(), "Operator");
    EXPECT_EQ(whole.entries(1).transfer(), second);
    EXPECT_EQ(whole.closing_micros(), 12'000'000);

    const auto later = statement(operator_key(), cash, after_first).value();
    EXPECT_TRUE(format::check_account_statement(later));
    EXPECT_EQ(later.opening_micros(), 5'000'000);
    ASSERT_EQ(later.entries_size(), 1);
    EXPECT_EQ(later.entries(0).transfer(), second);
    const auto earlier = statement(key, cash, 1, after_first).value();
    EXPECT_TRUE(format::check_account_statement(earlier));
    EXPECT_EQ(earlier.closing_micros(), 5'000'000);
    const auto nothing = statement(key, cash, after_first, after_first + 1).value();
    EXPECT_TRUE(format::check_account_statement(nothing));
    EXPECT_EQ(nothing.opening_micros(), nothing.closing_micros());

    // The exchange's side: what came in from the bank is a debit of its bank account.
    const std::string bank = movements.entries(0).transfer().debit_account();
    const auto of_bank = statement(operator_key(), bank, 1).value();
    EXPECT_TRUE(format::check_account_statement(of_bank));
    EXPECT_EQ(of_bank.closing_micros(), -12'000'000);
    EXPECT_EQ(of_bank.entries(0).counterparty(), "Buyer");
}

TEST_F(AccountsTest, have_no_statement_of_a_time_that_cannot_be) {
    start();
    const std::string key = member("Buyer");
    const std::string cash = cash_of(key);
    for (const auto& [from, until] : {std::pair<std::int64_t, std::int64_t>{0, 0},
                                      {-1, 0},
                                      {5, 5},
                                      {6, 5},
                                      {INT64_MAX, 0},
                                      {5, -1}})
        EXPECT_EQ(statement(key, cash, from, until).error().reason, "STATEMENT_PERIOD_INVALID")
            << from << ' ' << until;
    v1::GetAccountStatementRequest request;
    request.set_account(cash);
    request.set_from_ns(1);
    request.set_utc_offset_minutes(841);
    EXPECT_EQ(call<v1::StatementOfAccount>(key, "AccountService/GetAccountStatement", request)
                  .error()
                  .field,
              "utc_offset_minutes");
}

TEST_F(AccountsTest, have_statements_of_bills_for_their_owner_and_the_operator) {
    start();
    const std::string key = member("Buyer");
    const std::string other = member("Other");
    const auto own = bills(key, 1).value();
    EXPECT_TRUE(format::check_bills_statement(own)) << own.ShortDebugString();
    EXPECT_EQ(own.issuer().name(), "Operator");
    EXPECT_EQ(own.party().name(), "Buyer");
    EXPECT_EQ(own.currency(), "CNY");
    const std::string party = own.party().party();
    EXPECT_TRUE(bills(key, 1, party));
    EXPECT_EQ(bills(operator_key(), 1, party).value().party().name(), "Buyer");
    EXPECT_EQ(bills(operator_key(), 1).value().party().name(), "Operator");
    EXPECT_EQ(bills(other, 1, party).error().reason, "NOT_YOURS");
    EXPECT_EQ(bills(other, 1, "party_99").error().reason, "NOT_YOURS");
    EXPECT_EQ(bills(operator_key(), 1, "party_99").error().reason, "NOT_FOUND");
    EXPECT_EQ(bills(key, 0).error().reason, "STATEMENT_PERIOD_INVALID");
}

TEST_F(AccountsTest, are_nobody_else_s) {
    start();
    const std::string key = member("Buyer");
    const std::string other = member("Other");
    const std::string posted = pay_in(key, 5'000'000);
    pay_in(other, 1'000'000);
    const std::string cash = cash_of(key);
    v1::GetAccountRequest request;
    request.set_account(cash);
    EXPECT_EQ(call<v1::Account>(other, "AccountService/GetAccount", request).error().reason,
              "NOT_YOURS");
    EXPECT_EQ(history(other, cash).error().reason, "NOT_YOURS");
    EXPECT_EQ(statement(other, cash, 1).error().reason, "NOT_YOURS");
    EXPECT_EQ(transfer(other, posted).error().reason, "NOT_YOURS");
    EXPECT_EQ(transfer(other, "tr_99").error().reason, "NOT_YOURS");
    EXPECT_EQ(transfer(operator_key(), "tr_99").error().reason, "NOT_FOUND");
    EXPECT_EQ(history(key, "acc_99").error().reason, "NOT_YOURS");
    EXPECT_EQ(history(key, "account 1").error().reason, "ID_INVALID");
}

}  // namespace
}  // namespace penstock::shell
