#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace penstock::format {

/// Text of GB 18030 (and so of GBK and GB 2312, its parts) as UTF-8; empty when it is none.
std::optional<std::string> utf8_of_gb18030(std::string_view text);

}  // namespace penstock::format
