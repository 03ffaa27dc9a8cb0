#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "format/csv_table.h"
#include "format/focus/criteria.h"
#include "format/focus/row_check.h"
#include "format/focus/rule_table.h"

namespace penstock::focus {

enum class Outcome : std::uint8_t {
    passed,
    failed,
    not_applicable,  ///< A criterion does not hold, or the file lacks the column or such rows.
    not_executable,  ///< No program can decide it; the reason says why.
};
inline constexpr std::size_t kOutcomes = 4;

/// "passed", "failed", "not applicable", "not executable".
std::string_view name(Outcome outcome);

/// One row that breaks a rule.
struct Failure {
    std::size_t line = 0;  ///< Of the file, from 1.
    std::string column{};
    std::optional<std::string> value{};  ///< None is null.
};

struct RuleResult {
    Outcome outcome = Outcome::passed;
    std::string reason{};  ///< Of what did not pass; may be empty where rows tell it.
    std::size_t failing_rows = 0;
    std::vector<Failure> failures{};  ///< The first of them.
};

struct RunOptions {
    Criteria criteria{};
    StringRule strings = StringRule::unicode;
    std::size_t failures_max = 5;  ///< Rows kept of each rule.
};

struct Report {
    std::vector<RuleResult> results{};  ///< In the order of the table's rules.
    std::size_t rows = 0;
    Criteria criteria{};

    std::size_t count(Outcome outcome) const;
};

/// Runs every rule that can be executed, on every row. Sums and comparisons are exact.
///
/// A rule of other rules fails when one that binds fails (with a MUST, those with MUST; OR: when
/// none passes and some fail), or when the column that it stands for must be there and is not.
/// O(rules × rows).
Report run_rules(const RuleTable& rules, const format::CsvTable& file, const RunOptions& options);

}  // namespace penstock::focus
