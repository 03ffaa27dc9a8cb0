#pragma once

#include <string_view>

#include "shell/evidence/log_files.h"
#include "transport/http/message.h"

namespace penstock::evidence {

inline constexpr std::string_view kEvidencePrefix = "/evidence/";

/// Answers GET and HEAD below /evidence/: `checkpoint` may be cached for a second, tiles for ever,
/// and anyone may read them from any page. Never blocks but for the disk. Thread-safe.
/// @param request  Its path begins with kEvidencePrefix.
transport::HttpResponse serve_log(const LogFiles& files, const transport::HttpRequest& request);

}  // namespace penstock::evidence
