#pragma once

#include <string_view>

namespace penstock::shell {

/// data/common-passwords/words.txt: one word a line, lower case, '#' begins a comment.
std::string_view common_words();

}  // namespace penstock::shell
