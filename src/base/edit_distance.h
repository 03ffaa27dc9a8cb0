#pragma once

#include <cstddef>
#include <string_view>

namespace penstock {

/// How many bytes must be put in, left out or replaced to make one word of the other (Levenshtein).
/// O(sizes multiplied): bound what comes from outside.
std::size_t edit_distance(std::string_view one, std::string_view other);

}  // namespace penstock
