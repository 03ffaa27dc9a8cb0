#include "format/bill/account_statement.h"

#include <set>
#include <string>

#include "base/money.h"
#include "base/try.h"
#include "base/wide.h"
#include "format/bill/error.h"
#include "format/bill/paper_fields.h"

namespace penstock::format {

namespace {

Result<void> check_head(const v1::StatementOfAccount& statement, const PaperFields& fields) {
    TRY(fields.need_text(statement.account(), "account"));
    TRY(fields.need(statement.kind() != v1::ACCOUNT_KIND_UNSPECIFIED &&
                        v1::AccountKind_IsValid(statement.kind()),
                    "kind", "It is missing."));
    TRY(fields.need(Currency::parse(statement.currency()).has_value(), "currency",
                    "It is as in ISO 4217."));
    TRY(fields.need_party(statement.issuer(), "issuer"));
    TRY(fields.need_party(statement.holder(), "holder"));
    TRY(fields.need_interval(statement.period(), "period"));
    TRY(fields.need_instant(statement.issued_at_ns(), "issued_at_ns"));
    TRY(fields.need_utc_offset(statement.utc_offset_minutes()));
    TRY(fields.need_amount(statement.opening_micros(), "opening_micros"));
    TRY(fields.need_amount(statement.closing_micros(), "closing_micros"));
    if (statement.has_checkpoint()) TRY(fields.need_checkpoint(statement.checkpoint()));
    return {};
}

Result<void> need_balance(std::int64_t given, Wide made, const std::string& path) {
    if (given == made) return {};
    return reject(kAccountStatementSumWrong, path,
                  "It says " + to_decimal(Money{given}) + "; opening balance and entries make " +
                      to_decimal(Money{static_cast<std::int64_t>(made)}) + ".");
}

}  // namespace

Result<void> check_account_statement(const v1::StatementOfAccount& statement) {
    const PaperFields fields(kAccountStatementInvalid);
    TRY(check_head(statement, fields));
    std::set<std::string> transfers;
    Wide balance = statement.opening_micros();
    Wide in = 0;
    Wide out = 0;
    std::int64_t last_ns = statement.period().start_ns();
    for (int i = 0; i < statement.entries_size(); ++i) {
        const v1::AccountEntry& entry = statement.entries(i);
        const PaperFields at = fields.at("entries", i);
        TRY(at.need_text(entry.transfer(), "transfer"));
        TRY(at.need(transfers.insert(entry.transfer()).second, "transfer", "It is there twice."));
        TRY(at.need_text(entry.purpose(), "purpose"));
        TRY(at.allow_text(entry.subject(), "subject"));
        TRY(at.allow_text(entry.counterparty(), "counterparty"));
        TRY(at.need(entry.at_ns() >= last_ns && entry.at_ns() < statement.period().end_ns(),
                    "at_ns", "Entries lie within the period, in the order of their times."));
        TRY(at.need_amount(entry.amount_micros(), "amount_micros"));
        TRY(at.need(entry.amount_micros() != 0, "amount_micros", "Nothing was moved."));
        last_ns = entry.at_ns();
        balance += entry.amount_micros();
        (entry.amount_micros() > 0 ? in : out) += entry.amount_micros();
        TRY(at.need(balance >= -kMoneyMax.micros && balance <= kMoneyMax.micros, "balance_micros",
                    "Balances are at most 1,000,000,000,000 units."));
        TRY(need_balance(entry.balance_micros(), balance, at.path("balance_micros")));
    }
    TRY(fields.need(in <= kMoneyMax.micros && -out <= kMoneyMax.micros, "entries",
                    "In and out, at most 1,000,000,000,000 units were moved."));
    return need_balance(statement.closing_micros(), balance, "closing_micros");
}

}  // namespace penstock::format
