#include "app/client/journal_book.h"

#include <algorithm>
#include <utility>

#include "app/client/error.h"
#include "base/id.h"
#include "base/try.h"
#include "core/ledger/chart.h"
#include "format/bill/bill_words.h"

namespace penstock::client {

namespace {

struct Heading {
    std::string code;
    std::string name;
};

/// By the chart of accounts; that of a party's account goes on with the account's number: 2241.31.
Heading heading_of(const v1::JournalAccount& account, format::Language language) {
    const auto kind = static_cast<ledger::AccountKind>(account.kind());
    const auto* const row = std::ranges::find(ledger::kChart, kind, &ledger::ChartRow::kind);
    if (row == ledger::kChart.end()) return {account.id(), {}};
    std::string code(row->code);
    if (row->owner == ledger::Owner::party)
        code += "." + account.id().substr(account.id().find('_') + 1);
    const bool is_chinese = language == format::Language::chinese;
    return {code, std::string(is_chinese ? row->chinese : row->name)};
}

std::unexpected<Error> not_whole(const v1::Transfer& transfer, const char* why) {
    return reject(kJournalNotWhole, {}, "At " + transfer.id() + ": " + why);
}

}  // namespace

Result<void> JournalBook::take(const v1::ListJournalResponse& page) {
    if (!is_begun_) {
        is_begun_ = true;
        expected_total_ = page.total();
        expected_micros_ = page.amount_micros();
    }
    std::map<std::string, v1::JournalAccount> accounts;
    for (const v1::JournalAccount& account : page.accounts()) accounts[account.id()] = account;
    for (const v1::JournalEntry& entry : page.entries()) TRY(take_entry(entry, accounts));
    return {};
}

Result<void> JournalBook::take_entry(const v1::JournalEntry& entry,
                                     const std::map<std::string, v1::JournalAccount>& accounts) {
    const v1::Transfer& transfer = entry.transfer();
    const auto id = TransferId::parse(transfer.id());
    if (!id || id->value <= last_number_) return not_whole(transfer, "it is out of its order.");
    last_number_ = id->value;
    if (!entry.has_debit_after() && !entry.has_credit_after())
        return not_whole(transfer, "it touches no account of yours.");
    if (entry.has_debit_after())
        TRY(go_on(entry.debit_after(), transfer, transfer.debit_account()));
    if (entry.has_credit_after())
        TRY(go_on(entry.credit_after(), transfer, transfer.credit_account()));

    const auto currency = Currency::parse(transfer.amount().currency());
    const auto debit = accounts.find(transfer.debit_account());
    const auto credit = accounts.find(transfer.credit_account());
    if (!currency || debit == accounts.end() || credit == accounts.end())
        return not_whole(transfer, "its accounts are not told.");
    const Money amount{transfer.amount().micros()};
    std::string summary(format::words_of_purpose(transfer.purpose()).in(language_));
    if (!transfer.subject().empty()) summary += " " + transfer.subject();
    const auto line = [&](const v1::JournalAccount& account, format::Side side) {
        Heading heading = heading_of(account, language_);
        return format::VoucherLine{.account_code = std::move(heading.code),
                                   .account_name = std::move(heading.name),
                                   .side = side,
                                   .amount = amount,
                                   .summary = summary,
                                   .party = account.holder_name(),
                                   .reference = transfer.id()};
    };
    vouchers_.push_back({.number = vouchers_.size() + 1,
                         .at = Instant{transfer.at_ns()},
                         .currency = *currency,
                         .lines = {line(debit->second, format::Side::debit),
                                   line(credit->second, format::Side::credit)}});
    amount_micros_ += amount.micros;
    return {};
}

Result<void> JournalBook::go_on(const v1::AccountTotals& after, const v1::Transfer& transfer,
                                const std::string& account) {
    if (after.account() != account)
        return not_whole(transfer, "its totals are of another account.");
    const auto known = totals_.find(account);
    if (known != totals_.end()) {
        const Wide amount = transfer.amount().micros();
        const bool debits = transfer.debit_account() == account;
        if (after.debits_posted() - Wide{known->second.debits_posted()} != (debits ? amount : 0) ||
            after.credits_posted() - Wide{known->second.credits_posted()} != (debits ? 0 : amount))
            return not_whole(transfer, "an account's totals do not go on from those before.");
    }
    totals_[account] = after;
    return {};
}

Result<void> JournalBook::finish() const {
    if (vouchers_.size() == expected_total_ && amount_micros_ == expected_micros_) return {};
    return reject(kJournalNotWhole, {},
                  std::to_string(vouchers_.size()) + " of " + std::to_string(expected_total_) +
                      " came, or their sum is another.");
}

}  // namespace penstock::client
