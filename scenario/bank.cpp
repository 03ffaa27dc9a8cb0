#include "scenario/bank.h"

#include <fmt/core.h>

#include <algorithm>

#include "advise/bank/import_request.h"
#include "base/money.h"
#include "format/bank/csv_profile.h"
#include "format/bank/csv_statement.h"
#include "format/bank/shipped_profiles.h"
#include "format/time_text.h"
#include "penstock/v1/custody.pb.h"
#include "penstock/v1/ledger.pb.h"
#include "scenario/span.h"

namespace penstock::scenario {
namespace {

constexpr std::int32_t kOffset = 480;

v1::Money yuan(std::int64_t micros) {
    v1::Money money;
    money.set_micros(micros);
    money.set_currency("CNY");
    return money;
}

std::string amount_text(std::int64_t micros) {
    const std::int64_t fen = micros / kMicrosPerFen;
    const std::int64_t size = fen < 0 ? -fen : fen;
    return fmt::format("{}{}.{:02}", fen < 0 ? "-" : "", size / 100, size % 100);
}

const v1::CsvProfile& profile() {
    static const v1::CsvProfile read = [] {
        for (const format::ShippedProfile& shipped : format::shipped_profiles()) {
            if (shipped.name != "generic-signed") continue;
            auto parsed = format::parse_csv_profile(shipped.yaml, "generic-signed.yaml");
            if (parsed) return *std::move(parsed);
        }
        give_up("the bank's profile cannot be read");
    }();
    return read;
}

}  // namespace

std::string Bank::next_reference() {
    return fmt::format("B{:08}", ++references_);
}

void Bank::book(std::int64_t micros, const std::string& reference, const std::string& end_to_end,
                const std::string& purpose) {
    rows_.push_back(
        {format::date_text(venue_.now(), kOffset), micros, reference, end_to_end, purpose});
}

void Bank::top_up(const exchange::Actor& party, std::int64_t micros) {
    v1::RequestTopUpRequest request;
    *request.mutable_amount() = yuan(micros);
    const auto announced =
        venue_.storm<v1::RequestTopUpResponse>(party, "LedgerService/RequestTopUp", request);
    const std::string reference = next_reference();
    const std::string top_up = announced.top_up();
    const std::string text = announced.reference();
    const Duration wait = kHour * dice_.between(1, 5);
    venue_.plan(venue_.now() + wait, [this, micros, reference, text] {
        book(micros, reference, dice_.percent(50) ? text : "", "payment " + text);
    });
    if (!dice_.percent(15)) return;
    // Sometimes the officers credit what they see at the bank before its statement is there.
    venue_.plan(venue_.now() + wait + kHour, [this, micros, reference, top_up] {
        v1::ConfirmTopUpRequest confirm;
        confirm.set_top_up(top_up);
        confirm.set_bank_reference(reference);
        *confirm.mutable_amount() = yuan(micros);
        for (const exchange::Actor& officer : cast_.officers) {
            if (venue_.command<v1::ConfirmTopUpResponse>(officer, "LedgerService/ConfirmTopUp",
                                                         confirm) ||
                venue_.reason().starts_with("TOP_UP_ALREADY_CONFIRMED"))
                continue;
            give_up("a top-up cannot be confirmed: " + venue_.reason());
        }
        venue_.must_refuse(cast_.officers[0], "LedgerService/ConfirmTopUp", confirm,
                           "TOP_UP_ALREADY_CONFIRMED");
    });
}

void Bank::withdraw(const exchange::Actor& party, std::int64_t micros) {
    v1::RequestWithdrawalRequest request;
    *request.mutable_amount() = yuan(micros);
    request.set_payee("main account");
    const auto asked = venue_.command<v1::RequestWithdrawalResponse>(
        party, "CustodyService/RequestWithdrawal", request);
    if (!asked) return;  // There is not so much.
    v1::ApproveWithdrawalRequest approve;
    approve.set_withdrawal(asked->withdrawal());
    venue_.must<v1::Withdrawal>(cast_.officers[0], "CustodyService/ApproveWithdrawal", approve);
    const std::string text = asked->reference();
    const std::string withdrawal = asked->withdrawal();
    const bool by_hand = dice_.percent(30);
    venue_.plan(venue_.now() + kHour * dice_.between(2, 30), [this, micros, text, withdrawal,
                                                              by_hand] {
        const std::string reference = next_reference();
        book(-micros, reference, text, "payout");
        if (!by_hand) return;
        v1::ConfirmWithdrawalRequest confirm;
        confirm.set_withdrawal(withdrawal);
        confirm.set_bank_reference(reference);
        venue_.must_refuse(cast_.officers[0], "CustodyService/ConfirmWithdrawal", confirm,
                           "SECOND_OFFICER_NEEDED");
        venue_.must<v1::Withdrawal>(cast_.officers[1], "CustodyService/ConfirmWithdrawal", confirm);
    });
}

void Bank::make_noise() {
    switch (dice_.between(0, 3)) {
        case 0:
            return book(dice_.between(1, 900'000) * kMicrosPerFen, next_reference(), "",
                        "thank you");
        case 1:
            return book(-dice_.between(100, 900) * kMicrosPerFen, next_reference(), "",
                        "account charges");
        default: {
            const std::int64_t micros = dice_.between(1, 90'000) * kMicrosPerFen;
            book(micros, next_reference(), "", "paid by mistake");
            book(-micros, next_reference(), "", "sent back");
        }
    }
}

std::string Bank::csv(const std::vector<Row>& rows) const {
    std::string text =
        "Account,Currency,Booking date,Value date,Amount,Balance,Bank reference,End-to-end "
        "reference,Counterparty,Counterparty account,Purpose\n";
    std::int64_t balance = balance_;
    for (const Row& row : rows) {
        balance += row.micros;
        text += fmt::format("{},CNY,{},{},{},{},{},{},A party,,{}\n", kBankAccount, row.day,
                            row.day, amount_text(row.micros), amount_text(balance), row.reference,
                            row.end_to_end, row.purpose);
    }
    return text;
}

v1::ImportStatementRequest Bank::read(const std::string& csv) const {
    const auto statement = format::read_csv_statement(csv, profile(), "statement.csv");
    if (!statement) give_up("a statement cannot be read: " + statement.error().message());
    std::vector<v1::AnnouncedPayment> payments;
    v1::ListAnnouncedPaymentsRequest request;
    do {
        const auto page = venue_.ask<v1::ListAnnouncedPaymentsResponse>(
            cast_.operator_key, "CustodyService/ListAnnouncedPayments", request);
        payments.insert(payments.end(), page.payments().begin(), page.payments().end());
        request.mutable_page()->set_cursor(page.page().next_cursor());
    } while (!request.page().cursor().empty());
    auto made = advise::import_request(*statement, payments);
    if (!made) give_up("a statement cannot be matched: " + made.error().message());
    return *std::move(made);
}

void Bank::import(const v1::ImportStatementRequest& request) {
    // What has no room to be paid out yet is booked with a later statement.
    const auto heard = venue_.must<v1::ImportStatementResponse>(
        cast_.officers[0], "CustodyService/ImportStatement", request);
    if (!heard.awaits_second_officer()) give_up("one officer alone imported a statement");
    venue_.must_refuse(cast_.officers[0], "CustodyService/ImportStatement", request,
                       "SECOND_OFFICER_NEEDED");
    v1::ImportStatementRequest forged = request;
    forged.set_opening_micros(request.opening_micros() + kMicrosPerFen);
    forged.set_closing_micros(request.closing_micros() + kMicrosPerFen);
    if (statements_ > 0)
        venue_.must_refuse(cast_.officers[1], "CustodyService/ImportStatement", forged,
                           "STATEMENT_NOT_NEXT");
    const auto done = venue_.must<v1::ImportStatementResponse>(
        cast_.officers[1], "CustodyService/ImportStatement", request);
    if (done.awaits_second_officer()) give_up("a statement waits for a third officer");
    venue_.must_refuse(cast_.officers[0], "CustodyService/ImportStatement", request,
                       "STATEMENT_REPEATED");
    ++statements_;
    entries_ += static_cast<std::uint64_t>(request.entries_size());
}

void Bank::close_day() {
    // The file has whole days.
    const std::string today = format::date_text(venue_.now(), kOffset);
    const auto first =
        std::ranges::find_if(rows_, [&](const Row& row) { return row.day == today; });
    const std::vector<Row> rows(rows_.begin(), first);
    rows_.erase(rows_.begin(), first);
    if (rows.empty()) return;
    const std::string text = csv(rows);
    std::string altered = text;
    const std::size_t amount = altered.rfind(rows.back().day + ',') + rows.back().day.size() + 1;
    altered.insert(altered[amount] == '-' ? amount + 1 : amount, "1");
    // The opening balance of a file with one row follows from that row.
    if (rows.size() > 1 && format::read_csv_statement(altered, profile(), "altered.csv"))
        give_up("an altered statement was read");
    import(read(text));
    for (const Row& row : rows) balance_ += row.micros;
    explain();
    reconcile(rows.back().day);
}

void Bank::explain() {
    const auto unmatched = venue_.ask<v1::ListUnmatchedResponse>(
        cast_.operator_key, "CustodyService/ListUnmatched", v1::ListUnmatchedRequest{});
    for (int i = 0; i < unmatched.entries_size(); ++i) {
        const v1::UnmatchedEntry& entry = unmatched.entries(i);
        const std::int64_t left = entry.remaining_micros();
        v1::ResolveEntryRequest request;
        request.set_entry(entry.entry());
        // What is sent back stands behind what it sends back.
        if (i + 1 < unmatched.entries_size() &&
            unmatched.entries(i + 1).remaining_micros() == -left) {
            request.set_resolution(v1::ENTRY_OFFSETS);
            request.set_other_entry(unmatched.entries(++i).entry());
        } else if (left < 0) {
            request.set_resolution(v1::ENTRY_IS_OPERATORS);
        } else {
            request.set_resolution(v1::ENTRY_CREDITS_PARTY);
            request.set_party(dice_.pick(cast_.buyers).party);
        }
        for (const exchange::Actor& officer : cast_.officers)
            venue_.must<v1::ResolveEntryResponse>(officer, "CustodyService/ResolveEntry", request);
        ++explained_;
    }
}

void Bank::reconcile(const std::string& day) {
    if (!venue_.tables().caught_up(
            {venue_.exchange().last_sequence(), venue_.exchange().rolling_hash()}))
        give_up("the tables cannot be written");
    const auto found = venue_.tables().reconciliation(day);
    is_reconciled_ = found && found->proved() && found->statements_micros() == balance_;
    if (!is_reconciled_)
        give_up("the books and the bank do not agree on " + day + ": " +
                (found ? found->ShortDebugString() : found.error().message()) + "; the bank has " +
                std::to_string(balance_));
}

}  // namespace penstock::scenario
