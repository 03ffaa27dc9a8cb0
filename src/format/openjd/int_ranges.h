#pragma once

#include <cstdint>
#include <expected>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace penstock::openjd {

/// Values that one range expression may name.
inline constexpr std::size_t kRangeValuesMax = 100'000;

/// Reads an integer range expression, "1-10:2,20,30-25:-1" (section 3.4.1.1.1).
/// @return The values in increasing order, each once; or what is wrong, as the end of a sentence:
///         not of that form, ranges that overlap, or over kRangeValuesMax values.
std::expected<std::vector<std::int64_t>, std::string> parse_int_ranges(std::string_view text);

/// The shortest expression of our making that names these values, which must increase.
std::string int_ranges_text(std::span<const std::int64_t> values);

enum class RangeConstraint { contiguous, noncontiguous };

/// Cuts values, which must increase, into chunks of at most `count` (TASK_CHUNKING): contiguous
/// ones are always "first-last", and as even as they can be within each run of neighbours.
std::vector<std::string> chunk_texts(std::span<const std::int64_t> values, std::size_t count,
                                     RangeConstraint constraint);

}  // namespace penstock::openjd
