#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace penstock::doctor {

enum class Grade : std::uint8_t {
    ok,    ///< As it shall be.
    warn,  ///< Works, and will hurt one day.
    fail,  ///< Does not work, or loses data.
};
std::string_view name(Grade grade);

/// What was seen of one thing.
struct Finding {
    Grade grade = Grade::ok;
    std::string check;   ///< Stable, for machines: "journal", "disk".
    std::string text;    ///< What was seen.
    std::string remedy;  ///< What to do; empty when all is well.
};

/// The findings in the order in which they were made.
class Report {
  public:
    void ok(std::string check, std::string text) {
        add({Grade::ok, std::move(check), std::move(text), {}});
    }
    void warn(std::string check, std::string text, std::string remedy) {
        add({Grade::warn, std::move(check), std::move(text), std::move(remedy)});
    }
    void fail(std::string check, std::string text, std::string remedy) {
        add({Grade::fail, std::move(check), std::move(text), std::move(remedy)});
    }
    /// An error as it speaks of itself: what is wrong is its detail, what to do its own sentence.
    void fail(std::string check, const Error& error);
    void add(Finding finding) { findings_.push_back(std::move(finding)); }

    const std::vector<Finding>& findings() const { return findings_; }
    std::size_t count(Grade grade) const;
    /// A line for each finding, with the remedy below it, and a last line with the counts.
    std::string text() const;
    /// {"findings":[{"grade","check","text","remedy"}],"failed":…,"warned":…}
    std::string json() const;

  private:
    std::vector<Finding> findings_;
};

}  // namespace penstock::doctor
