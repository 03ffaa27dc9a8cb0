#pragma once

#include <cstddef>
#include <cstdint>

/// What the description of a workload may hold: the core refuses what is beyond, and task files and
/// plans say so before.
namespace penstock::task_limits {

inline constexpr std::uint32_t kArraySizeMax = 10'000;
inline constexpr std::uint32_t kCpusMax = 4'096;
inline constexpr std::uint64_t kMemoryMin = 1ULL << 20;
inline constexpr std::uint64_t kMemoryMax = 64ULL << 40;
inline constexpr std::uint32_t kAttemptsMax = 10;
inline constexpr std::int64_t kTaskSecondsMax = 7 * 86'400;
inline constexpr std::int64_t kTaskSecondsDefault = 3'600;  ///< Of a limit that is not given.
/// Of `setup` and `run`, each.
inline constexpr std::size_t kScriptBytesMax = 64 << 10;
/// Variables of the environment, files and outputs, each.
inline constexpr int kItemsMax = 256;
inline constexpr std::size_t kPathBytesMax = 1'024;
/// All of it, serialised.
inline constexpr std::size_t kSpecBytesMax = 256 << 10;

inline constexpr std::size_t kUnitNameBytesMax = 40;
inline constexpr std::size_t kPatternBytesMax = 512;
inline constexpr std::uint64_t kPerMatchMax = 1'000'000'000;
inline constexpr std::uint64_t kQuotedPerMax = 1'000'000'000'000;
/// Of one task; more is never read as a count.
inline constexpr std::uint64_t kResultsMax = 1'000'000'000'000'000;

}  // namespace penstock::task_limits
