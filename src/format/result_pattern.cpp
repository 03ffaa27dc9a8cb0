#include "format/result_pattern.h"

#include <re2/re2.h>

#include <charconv>

#include "format/error.h"

namespace penstock::format {

namespace {

/// Enough for what a line of a log needs; what would take more is refused.
constexpr std::int64_t kMemoryMax = 256 << 10;

std::unexpected<Error> wrong(const std::string& what) {
    return reject(kResultPatternWrong, "line", what);
}

}  // namespace

ResultPattern::ResultPattern(std::unique_ptr<re2::RE2> expression)
    : expression_(std::move(expression)) {}
ResultPattern::ResultPattern(ResultPattern&&) noexcept = default;
ResultPattern& ResultPattern::operator=(ResultPattern&&) noexcept = default;
ResultPattern::~ResultPattern() = default;

Result<ResultPattern> ResultPattern::compile(std::string_view text) {
    if (text.empty() || text.size() > kResultPatternSizeMax) {
        return wrong("it has " + std::to_string(text.size()) + " bytes; give 1 to 512");
    }
    re2::RE2::Options options;
    options.set_log_errors(false);
    options.set_max_mem(kMemoryMax);
    auto expression = std::make_unique<re2::RE2>(text, options);
    if (!expression->ok()) return wrong(expression->error());
    if (expression->NumberOfCapturingGroups() > 1) {
        return wrong("it has " + std::to_string(expression->NumberOfCapturingGroups()) +
                     " groups; keep the one that reads the number, and write (?:…) for the others");
    }
    return ResultPattern(std::move(expression));
}

bool ResultPattern::has_group() const {
    return expression_->NumberOfCapturingGroups() == 1;
}

std::optional<std::uint64_t> ResultPattern::read(std::string_view line) const {
    if (!has_group()) {
        if (!re2::RE2::PartialMatch(line, *expression_)) return std::nullopt;
        return 1;
    }
    re2::StringPiece group;
    if (!re2::RE2::PartialMatch(line, *expression_, &group)) return std::nullopt;
    std::uint64_t number = 0;
    const char* const end = group.data() + group.size();
    const auto read = std::from_chars(group.data(), end, number);
    if (group.empty() || read.ec != std::errc() || read.ptr != end || number > kResultsMax) {
        return std::nullopt;
    }
    return number;
}

}  // namespace penstock::format
