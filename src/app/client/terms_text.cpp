#include "app/client/terms_text.h"

#include <fmt/core.h>

namespace penstock::client {

namespace {

/// "3 days"; "2 h 00 min" for what is no number of days.
std::string days_text(std::int64_t ns) {
    constexpr std::int64_t kDay = 86'400'000'000'000;
    if (ns == 0) return "none";
    if (ns % kDay != 0) return duration_text(ns);
    return count_text(static_cast<std::uint64_t>(ns / kDay), "day");
}

/// "availability below 99.9 %: 10 %, below 99 %: 25 %; at most 30 %".
std::string promise_text(const v1::ServiceLevel& level) {
    constexpr double kPpm = 1'000'000;
    constexpr double kBasisPoints = 10'000;
    std::string text;
    for (const v1::ServiceObjective& objective : level.objectives()) {
        if (!text.empty()) text += "; ";
        text += enum_word(objective.kind(), "OBJECTIVE_");
        if (objective.start_within_ns() > 0)
            text += " of " + duration_text(objective.start_within_ns());
        const char* comma = "";
        for (const v1::CreditStep& step : objective.steps()) {
            text += fmt::format("{} below {}: {}", comma, percent_text(step.below_ppm(), kPpm),
                                percent_text(step.credit_basis_points(), kBasisPoints));
            comma = ",";
        }
    }
    if (text.empty()) return "-";
    return text + "; at most " + percent_text(level.credit_cap_basis_points(), kBasisPoints);
}

/// "from escrow", "from escrow of 2 periods; on credit, after 30 days".
std::string paid_text(const v1::SaleTerms& terms) {
    std::string text;
    if (terms.has_rolling_escrow())
        text = "from escrow of " + count_text(terms.rolling_escrow().periods(), "period");
    if (terms.has_post_paid()) {
        if (!text.empty()) text += "; ";
        text += terms.post_paid().directly() ? "directly, after " : "on credit, after ";
        text += days_text(terms.post_paid().due_after_ns());
    }
    return text.empty() ? "from escrow" : text;
}

}  // namespace

std::string percent_text(double value, double whole) {
    return fmt::format("{:g} %", value * 100 / whole);
}

Table terms_table() {
    return Table({{"VERSION", Table::Align::right},
                  {"ROLE"},
                  {"VAT WITHIN", Table::Align::right},
                  {"DISPUTES WITHIN"},
                  {"PAID"},
                  {"NOTICE"},
                  {"GIVEN BACK WHEN"}});
}

void add_terms(Table& table, const v1::SaleTerms& terms) {
    table.add({std::to_string(terms.version()),
               terms.role() == v1::TRADE_ROLE_UNSPECIFIED ? "agent"
                                                          : enum_word(terms.role(), "TRADE_ROLE_"),
               percent_text(terms.tax_basis_points(), 10'000), days_text(terms.dispute_window_ns()),
               paid_text(terms), days_text(terms.notice_ns()),
               promise_text(terms.service_level())});
}

}  // namespace penstock::client
