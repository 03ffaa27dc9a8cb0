#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "format/focus/check.h"

namespace penstock::focus {

enum class Keyword : std::uint8_t { must, should, may };

/// One row of the official table, ready to run.
struct Rule {
    std::string id{};  ///< CostAndUsage-D-004-C
    std::string function{};
    std::string reference{};          ///< The column, attribute or dataset that it is about.
    Keyword keyword = Keyword::must;  ///< MUST NOT is must; RECOMMENDED is should.
    std::vector<std::string> dependencies{};
    std::set<std::string, std::less<>>
        criteria{};  ///< Its own, and those of rules that contain it.
    Check check{};
    Check condition{};      ///< Of a row; an all_of without items is always true.
    std::string why_not{};  ///< Why it cannot be executed; empty when it can.
    std::string note{};     ///< Where what is checked differs from what is printed.
};

/// Whether it is made of other rules.
bool is_composite(const Rule& rule);

/// The texts of the official files (data/focus).
struct RuleFiles {
    std::string rules_csv{};
    std::string columns_csv{};   ///< May be empty: rules that it completes are then not executable.
    std::string parents_json{};  ///< The same.
};

/// The machine rules of FOCUS 1.2.
class RuleTable {
  public:
    /// @retval kRuleTableInvalid  A column is missing, an id stands twice, a composite names a rule
    ///         that is not there, or rules contain each other or are nested too deep.
    /// @retval kColumnTableInvalid, or the errors of CsvTable::read
    static Result<RuleTable> parse(const RuleFiles& files);

    const std::vector<Rule>& rules() const { return rules_; }
    /// The place of a rule in rules(); rules().size() when there is none.
    std::size_t find(std::string_view id) const;
    /// Every applicability criterion that a rule names.
    const std::set<std::string, std::less<>>& criteria() const { return criteria_; }

  private:
    Result<void> check_references() const;
    Result<void> inherit_criteria();

    std::vector<Rule> rules_;
    std::map<std::string, std::size_t, std::less<>> places_;
    std::set<std::string, std::less<>> criteria_;
};

}  // namespace penstock::focus
