#include "shell/api/result_line.h"

#include "format/result_pattern.h"

namespace penstock::shell {

Result<void> check_result_line(const v1::WorkloadSpec& spec) {
    // Without a line it counts files, or the core says what is missing.
    if (spec.result_unit().line().empty()) return {};
    auto pattern = format::ResultPattern::compile(spec.result_unit().line());
    if (!pattern) return std::unexpected(std::move(pattern).error().within("spec.result_unit"));
    return {};
}

}  // namespace penstock::shell
