#include "format/focus/rule_table.h"

#include <algorithm>
#include <array>

#include "base/try.h"
#include "format/csv_table.h"
#include "format/focus/check_json.h"
#include "format/focus/conditions.h"
#include "format/focus/error.h"
#include "format/focus/row_check.h"
#include "format/focus/standard_values.h"

namespace penstock::focus {

namespace {

using format::CsvTable;

constexpr std::size_t kLevelsMax = 32;  ///< Of rules that contain rules; the standard has five.

std::unexpected<Error> invalid(std::string what) {
    return reject(kRuleTableInvalid, {}, std::move(what) + ".");
}

std::vector<std::string> split(std::string_view text) {
    std::vector<std::string> parts;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find(';'), text.size());
        if (end > 0) parts.emplace_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return parts;
}

Result<Keyword> parse_keyword(std::string_view text) {
    if (text == "MUST" || text == "MUST NOT") return Keyword::must;
    if (text == "SHOULD" || text == "SHOULD NOT" || text == "RECOMMENDED") return Keyword::should;
    if (text == "MAY") return Keyword::may;
    return invalid("keyword " + std::string(text) + " is not known");
}

bool is_list_of(const Check& list, CheckKind kind) {
    return std::ranges::all_of(list.items, [&](const Check& item) { return item.kind == kind; });
}

bool contains(const std::vector<Check>& items, const Check& wanted) {
    return std::ranges::any_of(items, [&](const Check& item) {
        if (item.kind == CheckKind::all_of)
            return item.items[0].value == wanted.items[0].value &&
                   item.items[1].value == wanted.items[1].value;
        return item.rule == wanted.rule && item.column == wanted.column &&
               item.value == wanted.value;
    });
}

/// All items of a list that was cut off, as far as the standard's other tables tell; none if not.
std::vector<Check> all_items(const Check& cut, const Rule& rule, const StandardValues& values) {
    std::vector<Check> items;
    if (cut.items.empty()) return items;
    const Check& first = cut.items.front();
    if (cut.kind == CheckKind::all_of && is_list_of(cut, CheckKind::rule)) {
        for (const auto& id : rule.dependencies)
            items.push_back({.kind = CheckKind::rule, .rule = id});
    } else if (cut.kind == CheckKind::any_of && is_list_of(cut, CheckKind::equals)) {
        const auto allowed = values.allowed.find(first.column);
        if (allowed == values.allowed.end()) return {};
        for (const auto& value : allowed->second) items.push_back(is(first.column, value));
    } else if (cut.kind == CheckKind::any_of && is_list_of(cut, CheckKind::all_of)) {
        for (const auto& item : cut.items)
            if (item.items.size() != 2 || item.items[0].column != "ServiceSubcategory" ||
                item.items[1].column != "ServiceCategory")
                return {};
        for (const auto& [subcategory, category] : values.categories)
            items.push_back(
                all_of({is("ServiceSubcategory", subcategory), is("ServiceCategory", category)}));
    }
    const bool fits =
        std::ranges::all_of(cut.items, [&](const Check& item) { return contains(items, item); });
    return fits ? items : std::vector<Check>{};
}

/// Whether the rule, by its id and kind, speaks of some rows only.
bool needs_condition(const Rule& rule) {
    const CheckKind kind = rule.check.kind;
    return rule.id.ends_with("-C") && kind != CheckKind::column_present && !is_composite(rule) &&
           rule.criteria.empty();
}

/// Settles what is run of a rule, or why nothing is.
void settle(Rule& rule, std::string_view function, std::string_view arguments,
            const StandardValues& values) {
    if (rule.keyword == Keyword::may) {
        rule.why_not = "it permits (MAY), which nothing can break";
        return;
    }
    if (function.empty()) {
        rule.why_not = "the table gives no check: people must judge it";
        return;
    }
    ReadCheck found = read_check(function, arguments);
    if (!found.check) {
        rule.why_not = found.problem;
        return;
    }
    rule.check = std::move(*found.check);
    if (found.is_cut) {
        rule.check.items = all_items(rule.check, rule, values);
        if (rule.check.items.empty()) {
            rule.why_not = "the table cuts its check off, and no other table completes it";
            return;
        }
        rule.note = "the table cuts the list off; it was completed from the standard's tables";
    }
    const CheckKind kind = rule.check.kind;
    if (!is_composite(rule) && kind != CheckKind::column_present &&
        kind != CheckKind::distinct_count && !is_row_level(rule.check)) {
        rule.check = {};
        rule.why_not = "its check mixes rows with what is asked of the whole file";
        return;
    }
    if (const auto erratum = errata().find(rule.id); erratum != errata().end()) {
        rule.check = erratum->second.check;
        rule.note = erratum->second.why;
    }
    rule.why_not = why_not_executable(rule.id);
    if (const auto known = row_conditions().find(rule.id); known != row_conditions().end()) {
        rule.condition = known->second;
    } else if (rule.why_not.empty() && needs_condition(rule)) {
        rule.why_not = "it is conditional, and its condition is not known here";
    }
}

}  // namespace

bool is_composite(const Rule& rule) {
    const Check& check = rule.check;
    return (check.kind == CheckKind::all_of || check.kind == CheckKind::any_of) &&
           !check.items.empty() && is_list_of(check, CheckKind::rule);
}

Result<RuleTable> RuleTable::parse(const RuleFiles& files) {
    TRY_ASSIGN(const auto values, StandardValues::parse(files.columns_csv, files.parents_json));
    TRY_ASSIGN(
        const auto table,
        CsvTable::read(files.rules_csv,
                       {.bytes_max = 1U << 24, .rows_max = 10'000, .columns_max = 64}, "rules"));
    constexpr std::array<std::string_view, 8> kNames{
        "rule_id",        "function",        "reference",    "keyword",
        "check_function", "check_args_json", "dependencies", "applicability"};
    std::array<std::size_t, kNames.size()> places{};
    for (std::size_t i = 0; i < kNames.size(); ++i) {
        const auto place = table.find_column(kNames[i]);
        if (!place) return invalid("column " + std::string(kNames[i]) + " is missing");
        places[i] = *place;
    }
    RuleTable rules;
    for (std::size_t row = 0; row < table.rows(); ++row) {
        const auto text = [&](std::size_t name) { return table.field(row, places[name]).text; };
        Rule rule{.id = std::string(text(0)),
                  .function = std::string(text(1)),
                  .reference = std::string(text(2)),
                  .dependencies = split(text(6))};
        TRY_ASSIGN(rule.keyword, parse_keyword(text(3)));
        for (auto& criterion : split(text(7))) rule.criteria.insert(std::move(criterion));
        rules.criteria_.insert(rule.criteria.begin(), rule.criteria.end());
        settle(rule, text(4), text(5), values);
        if (rule.id.empty() || !rules.places_.emplace(rule.id, row).second)
            return invalid("line " + std::to_string(table.line(row)) + ": rule id " + rule.id +
                           " is empty or stands twice");
        rules.rules_.push_back(std::move(rule));
    }
    TRY(rules.check_references());
    TRY(rules.inherit_criteria());
    return rules;
}

std::size_t RuleTable::find(std::string_view id) const {
    const auto found = places_.find(id);
    return found == places_.end() ? rules_.size() : found->second;
}

Result<void> RuleTable::check_references() const {
    for (const Rule& rule : rules_)
        for (const Check& item : rule.check.items)
            if (item.kind == CheckKind::rule && !places_.contains(item.rule))
                return invalid(rule.id + " names " + item.rule + ", which is not there");
    return {};
}

/// Every rule gets the criteria of those that contain it; each pass goes one level down.
Result<void> RuleTable::inherit_criteria() {
    // Levels from the bottom, by which rules that contain each other show.
    std::vector<std::size_t> levels(rules_.size(), 0);
    for (bool changed = true; changed;) {
        changed = false;
        for (std::size_t place = 0; place < rules_.size(); ++place) {
            for (const Check& item : rules_[place].check.items) {
                if (item.kind != CheckKind::rule) continue;
                const std::size_t inner = find(item.rule);
                for (const auto& criterion : rules_[place].criteria)
                    changed |= rules_[inner].criteria.insert(criterion).second;
                if (levels[place] > levels[inner]) continue;
                levels[place] = levels[inner] + 1;
                changed = true;
                if (levels[place] > kLevelsMax)
                    return invalid(rules_[place].id + " contains itself, or rules too deep");
            }
        }
    }
    return {};
}

}  // namespace penstock::focus
