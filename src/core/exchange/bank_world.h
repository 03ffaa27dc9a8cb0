#pragma once

#include <string>

#include "core/exchange/officers_world.h"
#include "penstock/v1/custody.pb.h"

namespace penstock::exchange {

// The world's buyer has 100 yuan, confirmed under "bank-1" before any statement came.
inline constexpr std::int64_t kPaidIn = 100'000'000;
inline constexpr std::int64_t kFen = kMicrosPerFen;

/// A world with two officers of the operator, Anna and Bo, and a bank account.
class Bank : public testing::Test {
  protected:
    Bank() {
        v1::SetCustodyResponse response;
        world_.must(world_.operator_key, "CustodyService/SetCustody", custody(1), response);
    }

    static v1::SetCustodyRequest custody(std::uint32_t officers) {
        v1::SetCustodyRequest request;
        request.mutable_custody()->set_bank_account("1100-22");
        request.mutable_custody()->set_officers(officers);
        return request;
    }
    static v1::RequestWithdrawalRequest withdrawal_of(std::int64_t micros) {
        v1::RequestWithdrawalRequest request;
        request.mutable_amount()->set_micros(micros);
        request.mutable_amount()->set_currency("CNY");
        request.set_payee("main account");
        return request;
    }
    std::string withdraw(std::int64_t micros) {
        v1::RequestWithdrawalResponse response;
        world_.must(world_.buyer_key, "CustodyService/RequestWithdrawal", withdrawal_of(micros),
                    response);
        return response.withdrawal();
    }
    template <class Request>
    static Request on(const std::string& withdrawal) {
        Request request;
        request.set_withdrawal(withdrawal);
        return request;
    }
    static v1::ConfirmWithdrawalRequest paid(const std::string& withdrawal,
                                             const std::string& reference) {
        auto request = on<v1::ConfirmWithdrawalRequest>(withdrawal);
        request.set_bank_reference(reference);
        return request;
    }
    static v1::RejectWithdrawalRequest refusal_of(const std::string& withdrawal) {
        auto request = on<v1::RejectWithdrawalRequest>(withdrawal);
        request.set_note("The bank does not know the account.");
        return request;
    }
    v1::Withdrawal approve(const Actor& officer, const std::string& withdrawal) {
        v1::Withdrawal response;
        world_.must(officer, "CustodyService/ApproveWithdrawal",
                    on<v1::ApproveWithdrawalRequest>(withdrawal), response);
        return response;
    }
    std::string announce(std::int64_t micros) {
        v1::RequestTopUpRequest request;
        request.mutable_amount()->set_micros(micros);
        request.mutable_amount()->set_currency("CNY");
        v1::RequestTopUpResponse response;
        world_.must(world_.buyer_key, "LedgerService/RequestTopUp", request, response);
        return response.reference();
    }
    /// A statement of one day that begins where the last one ended.
    v1::ImportStatementRequest statement(const std::string& day) const {
        v1::ImportStatementRequest request;
        request.set_account("1100-22");
        request.set_currency("CNY");
        request.set_first_day(day);
        request.set_last_day(day);
        request.set_opening_micros(closing_);
        request.set_closing_micros(closing_);
        return request;
    }
    static void add(v1::ImportStatementRequest& request, std::int64_t micros,
                    const std::string& bank_reference, const std::string& reference = "") {
        v1::StatementEntry& entry = *request.add_entries();
        entry.set_identity(request.first_day() + " " + std::to_string(request.entries_size()));
        entry.set_booking_day(request.first_day());
        entry.set_amount_micros(micros);
        entry.set_bank_reference(bank_reference);
        entry.set_reference(reference);
        request.set_closing_micros(request.closing_micros() + micros);
    }
    v1::ImportStatementResponse import(const Actor& officer,
                                       const v1::ImportStatementRequest& request) {
        v1::ImportStatementResponse response;
        world_.must(officer, "CustodyService/ImportStatement", request, response);
        if (!response.awaits_second_officer()) closing_ = request.closing_micros();
        return response;
    }
    v1::ListUnmatchedResponse unmatched() {
        return world_.ask<v1::ListUnmatchedResponse>(
            world_.operator_key, "CustodyService/ListUnmatched", v1::ListUnmatchedRequest{});
    }
    /// Both officers say it.
    v1::ResolveEntryResponse resolve(const v1::ResolveEntryRequest& request) {
        v1::ResolveEntryResponse response;
        world_.must(anna_, "CustodyService/ResolveEntry", request, response);
        EXPECT_TRUE(response.awaits_second_officer());
        EXPECT_EQ(world_.refused(anna_, "CustodyService/ResolveEntry", request),
                  "SECOND_OFFICER_NEEDED");
        world_.must(bo_, "CustodyService/ResolveEntry", request, response);
        EXPECT_FALSE(response.awaits_second_officer());
        return response;
    }
    v1::ResolveEntryRequest explain(const std::string& entry, v1::EntryResolution resolution) {
        v1::ResolveEntryRequest request;
        request.set_entry(entry);
        request.set_resolution(resolution);
        return request;
    }
    std::int64_t balance(v1::AccountKind kind) {
        std::int64_t sum = 0;
        const v1::GetTrialBalanceResponse books = world_.books();
        for (const v1::Account& account : books.accounts())
            if (account.kind() == kind) sum += account.credits_posted() - account.debits_posted();
        return sum;
    }
    const v1::StatementImported& last_statement() {
        return world_.recorder.last(v1::Event::kStatementImported).statement_imported();
    }

    OfficersWorld world_;
    const Actor anna_ = world_.anna;
    const Actor bo_ = world_.bo;
    std::int64_t closing_ = 0;
};

}  // namespace penstock::exchange
