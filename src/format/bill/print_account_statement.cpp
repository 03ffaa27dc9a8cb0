#include <string>
#include <vector>

#include "base/try.h"
#include "format/bill/account_statement.h"
#include "format/bill/bill_words.h"
#include "format/bill/letterhead.h"
#include "format/bill/print.h"
#include "format/time_text.h"

namespace penstock::format {

namespace {

constexpr Words kTitle{"对账单", "Statement of account"};

struct Turnover {
    std::int64_t in = 0;
    std::int64_t out = 0;
};

Turnover turnover_of(const v1::StatementOfAccount& statement) {
    Turnover turnover;
    for (const v1::AccountEntry& entry : statement.entries())
        (entry.amount_micros() > 0 ? turnover.in : turnover.out) += entry.amount_micros();
    return turnover;
}

void write_head(Flow& flow, const v1::StatementOfAccount& statement) {
    const std::int32_t offset = statement.utc_offset_minutes();
    write_letterhead(
        flow, kTitle,
        {{{"账户", "Account"},
          statement.account() + " · " + std::string(flow.say(words_of(statement.kind())))},
         {{"期间", "Period"}, interval_text(statement.period(), offset)},
         {{"开具时间", "Issued"}, local_time_text(Instant{statement.issued_at_ns()}, offset)},
         {{"时区", "Time zone"}, offset_text(offset)},
         {{"币种", "Currency"}, statement.currency()}});
    write_parties(flow, {{"开具方", "Issuer"}, statement.issuer()},
                  {{"户主", "Account holder"}, statement.holder()});
    const Turnover turnover = turnover_of(statement);
    write_band(flow,
               {{{"期初余额", "Opening balance"}, amount_text(statement.opening_micros(), 6)},
                {{"收入", "In"}, amount_text(turnover.in, 6)},
                {{"支出", "Out"}, amount_text(turnover.out, 6)},
                {{"期末余额", "Closing balance"}, amount_text(statement.closing_micros(), 6)}});
}

void write_entries(Flow& flow, const v1::StatementOfAccount& statement) {
    const auto say = [&](const Words& words) { return std::string(flow.say(words)); };
    flow.heading({"明细", "Entries"});
    flow.begin_table({{{"时间", "Time"}, 82},
                      {{"转账 / 事由编号", "Transfer, subject"}, 92},
                      {{"摘要", "Purpose"}, 119.276, Align::left, true},
                      {{"结算单", "Bill"}, 42, Align::right},
                      {{"金额（收 / 支）", "Amount, in or out"}, 90, Align::right},
                      {{"余额", "Balance"}, 90, Align::right}},
                     5);
    std::string balance = amount_text(statement.opening_micros(), 6);
    flow.row({{}, {}, {say({"期初余额", "Opening balance"})}, {}, {}, {balance}}, balance);
    for (const v1::AccountEntry& entry : statement.entries()) {
        balance = amount_text(entry.balance_micros(), 6);
        flow.row({{local_time_text(Instant{entry.at_ns()}, statement.utc_offset_minutes())},
                  {entry.transfer(), entry.subject()},
                  {say(words_of_purpose(entry.purpose())), entry.counterparty()},
                  {entry.bill() == 0 ? "" : std::to_string(entry.bill())},
                  {amount_text(entry.amount_micros(), 6)},
                  {balance}},
                 balance);
    }
    flow.row({{}, {}, {say({"期末余额", "Closing balance"})}, {}, {}, {balance}}, balance);
    flow.end_table();
}

}  // namespace

Result<std::string> print_account_statement(const v1::StatementOfAccount& statement,
                                            const PaperForm& form) {
    TRY(check_account_statement(statement));
    constexpr Words kNotice{"余额为贷方减借方；如有异议，请凭转账编号提出。",
                            "Balances are credits less debits. Question an entry by its transfer."};
    const std::string title = std::string(kTitle.in(form.language)) + " " + statement.account();
    const Furniture furniture{.title = title,
                              .whose = statement.holder().name(),
                              .notice = std::string(kNotice.in(form.language))};
    return print_pages(form, {title, statement.issuer().name(), Instant{statement.issued_at_ns()}},
                       furniture, [&](Flow& flow) {
                           write_head(flow, statement);
                           write_entries(flow, statement);
                           if (statement.has_checkpoint())
                               write_checkpoint(flow, statement.checkpoint());
                       });
}

}  // namespace penstock::format
