#include "format/focus/report.h"

#include <array>
#include <boost/json.hpp>

#include "base/text.h"

namespace penstock::focus {

namespace {

namespace json = boost::json;

constexpr std::array<Outcome, kOutcomes> kAll{Outcome::passed, Outcome::failed,
                                              Outcome::not_applicable, Outcome::not_executable};
constexpr std::size_t kShownMax = 80;  ///< Characters of a value in the text.

std::string_view name(Keyword keyword) {
    switch (keyword) {
        case Keyword::must:
            return "MUST";
        case Keyword::should:
            return "SHOULD";
        case Keyword::may:
            return "MAY";
    }
    return {};
}

/// A value on one line; control characters, which could steer a terminal, become dots.
std::string shown(const std::optional<std::string>& value) {
    if (!value) return "null";
    std::string text = "\"";
    std::string_view rest = *value;
    for (std::size_t count = 0; count < kShownMax && !rest.empty(); ++count) {
        const std::string_view before = rest;
        const auto character = take_character(rest);
        if (!character) break;
        const bool steers = *character < 0x20 || (*character >= 0x7F && *character < 0xA0);
        text += steers ? "." : before.substr(0, before.size() - rest.size());
    }
    return text + (rest.empty() ? "\"" : "…\"");
}

void append_rule(std::string& text, const Rule& rule, const RuleResult& result) {
    text += std::string(name(result.outcome)) + "  " + rule.id + "  " +
            std::string(name(rule.keyword)) + "  " + rule.function + " of " + rule.reference;
    if (result.failing_rows > 0) text += ", rows: " + std::to_string(result.failing_rows);
    if (!result.reason.empty()) text += ": " + result.reason;
    text += '\n';
    if (!rule.note.empty()) text += "    note: " + rule.note + '\n';
    for (const Failure& failure : result.failures)
        text += "    line " + std::to_string(failure.line) + ": " + failure.column + " is " +
                shown(failure.value) + '\n';
}

}  // namespace

std::string report_text(const RuleTable& rules, const Report& report, Detail detail) {
    std::string text;
    for (std::size_t place = 0; place < report.results.size(); ++place) {
        const RuleResult& result = report.results[place];
        if (result.outcome == Outcome::failed || detail == Detail::every_rule)
            append_rule(text, rules.rules()[place], result);
    }
    text += "criteria that hold:";
    for (const auto& criterion : report.criteria) text += " " + criterion;
    if (report.criteria.empty()) text += " none";
    text += "\nrows: " + std::to_string(report.rows) +
            ", rules: " + std::to_string(report.results.size());
    for (const Outcome outcome : kAll)
        text += ", " + std::string(name(outcome)) + ": " + std::to_string(report.count(outcome));
    return text + '\n';
}

std::string report_json(const RuleTable& rules, const Report& report) {
    json::array listed;
    for (std::size_t place = 0; place < report.results.size(); ++place) {
        const Rule& rule = rules.rules()[place];
        const RuleResult& result = report.results[place];
        json::object item{{"rule", rule.id},
                          {"reference", rule.reference},
                          {"keyword", name(rule.keyword)},
                          {"outcome", name(result.outcome)}};
        if (!result.reason.empty()) item["reason"] = result.reason;
        if (!rule.note.empty()) item["note"] = rule.note;
        if (result.failing_rows > 0) item["failing_rows"] = result.failing_rows;
        json::array failures;
        for (const Failure& failure : result.failures)
            failures.push_back({{"line", failure.line},
                                {"column", failure.column},
                                {"value", failure.value ? json::value(*failure.value) : nullptr}});
        if (!failures.empty()) item["failures"] = std::move(failures);
        listed.push_back(std::move(item));
    }
    json::object totals;
    for (const Outcome outcome : kAll) totals[name(outcome)] = report.count(outcome);
    json::array criteria;
    for (const auto& criterion : report.criteria) criteria.emplace_back(criterion);
    return json::serialize(json::object{{"standard", "FOCUS 1.2"},
                                        {"rows", report.rows},
                                        {"criteria", std::move(criteria)},
                                        {"totals", std::move(totals)},
                                        {"rules", std::move(listed)}}) +
           '\n';
}

}  // namespace penstock::focus
