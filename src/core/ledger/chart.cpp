#include "core/ledger/chart.h"

namespace penstock::ledger {
namespace {

std::string_view limit_of(AccountKind kind) {
    const AccountFlags flags = standard_flags(kind);
    if (flags.debits_must_not_exceed_credits) return "debits never exceed credits";
    if (flags.credits_must_not_exceed_debits) return "credits never exceed debits";
    return "none";
}

std::string_view text_of(Side side) {
    switch (side) {
        case Side::debit:
            return "debit 借";
        case Side::credit:
            return "credit 贷";
        case Side::either:
            return "either";
    }
    return {};
}

}  // namespace

std::string chart_document() {
    std::string text =
        "# Chart of accounts (会计科目表)\n\n"
        "Made from `src/core/ledger/chart.h`; a test compares the two. Every account is of one "
        "kind "
        "below and in\none currency; a kind has one account for each party, or one of the "
        "exchange's own. Limits count what is\npending, too. Kinds that no process uses yet are "
        "there so that their numbers are taken.\n\n"
        "| code | account | 科目 | whose | stands in | limit | used | what it is |\n"
        "|---|---|---|---|---|---|---|---|\n";
    for (const ChartRow& row : kChart) {
        text.append("| ").append(row.code);
        text.append(" | ").append(row.name);
        text.append(" | ").append(row.chinese);
        text.append(" | ").append(row.owner == Owner::party ? "each party" : "the exchange");
        text.append(" | ").append(text_of(row.side));
        text.append(" | ").append(limit_of(row.kind));
        text.append(" | ").append(row.is_used ? "yes" : "not yet");
        text.append(" | ").append(row.meaning).append(" |\n");
    }
    text.append(
        "\n## What moves what\n\n"
        "| process | debit | credit |\n|---|---|---|\n"
        "| a top-up is confirmed, or a statement shows it | bank | party cash |\n"
        "| a contract is accepted | party cash (buyer) | escrow |\n"
        "| a contract ends: what it did not use | escrow | party cash (buyer) |\n"
        "| a bill is paid | escrow | party cash (supplier), fee, tax, rounding |\n"
        "| a contract on credit is accepted | credit (buyer) | commitment |\n"
        "| it ends, or its bill is paid or given back | commitment | credit (buyer) |\n"
        "| a bill was paid directly: the supplier has said so | fee receivable (supplier) | fee, "
        "tax, rounding |\n"
        "| fees that a supplier owes are collected, once a day and when cash comes | party cash "
        "(supplier) | fee "
        "receivable |\n"
        "| a bill on credit is paid | party cash (buyer) | party cash (supplier), fee, tax, "
        "rounding "
        "|\n"
        "| a guarantee is placed, or given back | party cash, or guarantee | guarantee, or party "
        "cash "
        "|\n"
        "| a guarantee is drawn | guarantee | party cash (beneficiary) |\n"
        "| a withdrawal is paid | party cash | bank |\n"
        "| a statement has what nobody announced | bank, or suspense | suspense, or bank |\n"
        "| two officers explain it | suspense | party cash, fee, or bank (booked twice) |\n"
        "| a credit limit is raised, or lowered | credit granted, or credit | credit, or credit "
        "granted |\n");
    return text;
}

}  // namespace penstock::ledger
