#include "format/focus/criteria.h"

#include <algorithm>

#include "format/focus/error.h"
#include "format/focus/row_check.h"

namespace penstock::focus {

namespace {

bool has_value(const format::CsvTable& file, std::string_view name) {
    const auto column = file.find_column(name);
    if (!column) return false;
    for (std::size_t row = 0; row < file.rows(); ++row)
        if (value_of(file.field(row, *column))) return true;
    return false;
}

Criteria shown_by(const RuleTable& rules, const format::CsvTable& file) {
    std::map<std::string, bool, std::less<>> filled;
    Criteria found;
    for (const Rule& rule : rules.rules()) {
        if (rule.criteria.empty()) continue;
        const auto [known, is_new] = filled.try_emplace(rule.reference, false);
        if (is_new) known->second = has_value(file, rule.reference);
        if (known->second) found.insert(rule.criteria.begin(), rule.criteria.end());
    }
    return found;
}

}  // namespace

Result<Criteria> choose_criteria(std::string_view wanted, const RuleTable& rules,
                                 const format::CsvTable& file) {
    if (wanted == "all") return rules.criteria();
    if (wanted == "auto") return shown_by(rules, file);
    Criteria found;
    while (!wanted.empty()) {
        const std::size_t end = std::min(wanted.find(','), wanted.size());
        const std::string_view name = wanted.substr(0, end);
        if (!rules.criteria().contains(name))
            return reject(kCriterionUnknown, {}, "The name: " + std::string(name) + ".");
        found.emplace(name);
        wanted.remove_prefix(std::min(end + 1, wanted.size()));
    }
    return found;
}

}  // namespace penstock::focus
