#include "format/focus/run.h"

#include <algorithm>
#include <map>
#include <set>

namespace penstock::focus {

namespace {

using format::CsvTable;

class Run {
  public:
    Run(const RuleTable& rules, const CsvTable& file, const RunOptions& options)
        : rules_(rules), file_(file), options_(options), results_(rules.rules().size()) {}

    std::vector<RuleResult> all() {
        for (std::size_t place = 0; place < results_.size(); ++place) result(place);
        std::vector<RuleResult> found;
        for (auto& done : results_) found.push_back(std::move(*done));
        return found;
    }

  private:
    /// The result of one rule, worked out the first time that it is asked for. The table has no
    /// rules that contain themselves.
    const RuleResult& result(std::size_t place) {
        if (!results_[place]) results_[place] = work_out(rules_.rules()[place]);
        return *results_[place];
    }

    RuleResult work_out(const Rule& rule) {
        if (!rule.why_not.empty())
            return {.outcome = Outcome::not_executable, .reason = rule.why_not};
        for (const auto& criterion : rule.criteria)
            if (!options_.criteria.contains(criterion))
                return {.outcome = Outcome::not_applicable, .reason = criterion + " does not hold"};
        if (is_composite(rule)) return of_parts(rule);
        if (rule.check.kind == CheckKind::column_present) return presence(rule.check.column);
        if (rule.check.kind == CheckKind::distinct_count) return counts(rule.check);
        return of_rows(rule);
    }

    RuleResult presence(const std::string& column) const {
        if (file_.find_column(column)) return {};
        return {.outcome = Outcome::failed, .reason = "the file has no column " + column};
    }

    static RuleResult without(const std::string& column) {
        return {.outcome = Outcome::not_applicable, .reason = "the file has no column " + column};
    }

    /// The rules that a composite stands on: its items, and the presence of its own column.
    std::vector<std::size_t> parts(const Rule& rule) const {
        std::vector<std::size_t> found;
        for (const Check& item : rule.check.items) found.push_back(rules_.find(item.rule));
        for (const auto& dependency : rule.dependencies) {
            const std::size_t place = rules_.find(dependency);
            if (place == rules_.rules().size()) continue;
            const Rule& other = rules_.rules()[place];
            if (other.check.kind == CheckKind::column_present &&
                other.reference == rule.reference && std::ranges::find(found, place) == found.end())
                found.push_back(place);
        }
        return found;
    }

    RuleResult of_parts(const Rule& rule) {
        std::array<std::size_t, kOutcomes> counts{};
        std::string broken;
        for (const std::size_t place : parts(rule)) {
            const Rule& part = rules_.rules()[place];
            const Outcome outcome = result(place).outcome;
            const bool binds = rule.keyword == Keyword::should || part.keyword == Keyword::must;
            if (outcome == Outcome::failed && !binds) continue;
            ++counts[static_cast<std::size_t>(outcome)];
            if (outcome == Outcome::failed) broken += (broken.empty() ? "" : ", ") + part.id;
        }
        const auto any = [&](Outcome outcome) {
            return counts[static_cast<std::size_t>(outcome)] > 0;
        };
        const bool is_any = rule.check.kind == CheckKind::any_of;
        if (any(Outcome::failed) && !(is_any && any(Outcome::passed)))
            return {.outcome = Outcome::failed, .reason = "broken: " + broken};
        if (any(Outcome::passed)) return {};
        if (any(Outcome::not_executable) && !any(Outcome::not_applicable))
            return {.outcome = Outcome::not_executable,
                    .reason = "none of its parts can be executed"};
        return {.outcome = Outcome::not_applicable, .reason = "none of its parts applies"};
    }

    void note(RuleResult& found, std::size_t row, std::size_t column) const {
        found.outcome = Outcome::failed;
        ++found.failing_rows;
        if (found.failures.size() == options_.failures_max) return;
        const auto value = value_of(file_.field(row, column));
        found.failures.push_back(
            {.line = file_.line(row),
             .column = file_.columns()[column],
             .value = value ? std::optional(std::string(*value)) : std::nullopt});
    }

    RuleResult of_rows(const Rule& rule) const {
        const RowCheck check(rule.check, file_, options_.strings);
        const RowCheck condition(rule.condition, file_, options_.strings);
        if (!check.missing().empty()) return without(check.missing().front());
        RuleResult found = of_no_row();
        for (std::size_t row = 0; row < file_.rows(); ++row) {
            if (!condition.holds(row)) continue;
            if (found.outcome == Outcome::not_applicable) found = {};
            if (!check.holds(row)) note(found, row, check.columns().front());
        }
        return found;
    }

    /// What nothing was judged by has not passed.
    static RuleResult of_no_row() {
        return {.outcome = Outcome::not_applicable,
                .reason = "no row of the file is one that it speaks of"};
    }

    /// Every value of one column must come with so many values of the other.
    RuleResult counts(const Check& check) const {
        const auto column = file_.find_column(check.column);
        const auto other = file_.find_column(check.other);
        if (!column) return without(check.column);
        if (!other) return without(check.other);
        struct Group {
            std::set<std::string_view> values;
            std::size_t row = 0;  ///< At which its last new value came.
        };
        std::map<std::string_view, Group> groups;
        for (std::size_t row = 0; row < file_.rows(); ++row) {
            const auto value = value_of(file_.field(row, *column));
            if (!value) continue;
            auto [group, is_new] = groups.try_emplace(*value);
            if (is_new) group->second.row = row;
            const auto counted = value_of(file_.field(row, *other));
            if (counted && group->second.values.insert(*counted).second) group->second.row = row;
        }
        if (groups.empty()) return of_no_row();
        RuleResult found;
        for (const auto& [value, group] : groups)
            if (group.values.size() != static_cast<std::size_t>(check.count))
                note(found, group.row, *other);
        return found;
    }

    const RuleTable& rules_;
    const CsvTable& file_;
    const RunOptions& options_;
    std::vector<std::optional<RuleResult>> results_;
};

}  // namespace

std::string_view name(Outcome outcome) {
    switch (outcome) {
        case Outcome::passed:
            return "passed";
        case Outcome::failed:
            return "failed";
        case Outcome::not_applicable:
            return "not applicable";
        case Outcome::not_executable:
            return "not executable";
    }
    return {};
}

std::size_t Report::count(Outcome outcome) const {
    return static_cast<std::size_t>(std::ranges::count(results, outcome, &RuleResult::outcome));
}

Report run_rules(const RuleTable& rules, const CsvTable& file, const RunOptions& options) {
    return {.results = Run(rules, file, options).all(),
            .rows = file.rows(),
            .criteria = options.criteria};
}

}  // namespace penstock::focus
