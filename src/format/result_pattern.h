#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/task_limits.h"

namespace re2 {
class RE2;
}

namespace penstock::format {

inline constexpr std::size_t kResultPatternSizeMax = task_limits::kPatternBytesMax;
/// More than this is never read as a count: a job's log may hold any number.
using task_limits::kResultsMax;

/// Counts a job's results by the lines of its log (ResultUnit.line): an expression in RE2's syntax,
/// https://github.com/google/re2/wiki/Syntax, in UTF-8. It takes time in proportion to what it
/// reads, and a bounded amount of memory, whatever a stranger has written.
class ResultPattern {
  public:
    /// @retval kResultPatternWrong  Empty, over 512 bytes, not of RE2's syntax, too large when
    ///                              compiled, or with more than one group; the detail says which.
    static Result<ResultPattern> compile(std::string_view text);
    ResultPattern(ResultPattern&&) noexcept;
    ResultPattern& operator=(ResultPattern&&) noexcept;
    ~ResultPattern();

    /// Whether its group reads how many results there are so far; if not, each line is one.
    bool has_group() const;

    /// What a line says, without its line break: what the group reads, or 1.
    /// @return Empty when the line does not hold the expression, or its group reads no decimal
    ///         number up to kResultsMax.
    std::optional<std::uint64_t> read(std::string_view line) const;

  private:
    explicit ResultPattern(std::unique_ptr<re2::RE2> expression);

    std::unique_ptr<re2::RE2> expression_;
};

}  // namespace penstock::format
