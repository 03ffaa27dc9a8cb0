#include "agent/result_counter.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <charconv>

#include "agent/error.h"
#include "agent/file_walk.h"
#include "agent/glob.h"
#include "agent/state_file.h"
#include "base/try.h"
#include "format/task_file_values.h"

namespace penstock::agent {
namespace {

/// A task that writes faster than this is read waits for the next look, never the agent.
constexpr auto kLookMax = std::chrono::milliseconds(50);
/// A log of full size takes far less, unless the pattern was made to be slow.
constexpr auto kLastLookMax = std::chrono::seconds(3);
constexpr auto kKeepEvery = std::chrono::seconds(1);
constexpr std::size_t kPieceSizeMax = 16U << 10;

std::unexpected<Error> wrong(const std::string& what) {
    return reject(kBadResultUnit, "result_unit", what);
}

/// Whether `path` is `folder` or lies below it.
bool is_within(std::string_view path, std::string_view folder) {
    return path.starts_with(folder) &&
           (path.size() == folder.size() || folder.empty() || path[folder.size()] == '/');
}

/// The folder that all files of a pattern lie in: what it names before its first wildcard.
std::string_view fixed_folder(std::string_view pattern) {
    const auto wildcard = pattern.find_first_of("*?[");
    if (wildcard == std::string_view::npos) return pattern;
    const auto slash = pattern.substr(0, wildcard).rfind('/');
    return slash == std::string_view::npos ? std::string_view() : pattern.substr(0, slash);
}

template <class Number>
Number number_of(const std::string& text) {
    Number number = 0;
    std::from_chars(text.data(), text.data() + text.size(), number);
    return number;
}

}  // namespace

Result<ResultCounter> ResultCounter::create(const v1::ResultUnit& unit, Driver& driver,
                                            std::string folder) {
    if (unit.line().empty() == unit.files().empty())
        return wrong("it counts lines or files: one of them, and only one, must be given");
    ResultCounter counter(driver, std::move(folder));
    if (!unit.line().empty()) {
        auto pattern = format::ResultPattern::compile(unit.line());
        if (!pattern) return wrong("its line '" + unit.line() + "': " + pattern.error().detail());
        counter.lines_.emplace(*std::move(pattern));
    } else {
        auto files = format::parse_relative_path(unit.files());
        if (!files) return wrong("its files '" + unit.files() + "' are no path below the folder");
        counter.files_ = *std::move(files);
    }
    counter.per_match_ = std::max<std::uint64_t>(unit.per_match(), 1);
    counter.load();
    return counter;
}

void ResultCounter::load() {
    auto values = read_state(path());
    if (!values) {
        spdlog::warn("{}: results are counted anew: {}", folder_, values.error().message());
        return;
    }
    seen_.results = number_of<std::uint64_t>((*values)["results"]);
    seen_.wall_ns = number_of<std::int64_t>((*values)["wall_ns"]);
    kept_ = seen_;
}

void ResultCounter::keep() {
    // It means nothing after a reboot, so the disk is not waited for.
    if (const auto done = replace_state(path(), {{"results", std::to_string(seen_.results)},
                                                 {"wall_ns", std::to_string(seen_.wall_ns)}});
        !done)
        spdlog::warn("{}", done.error().message());
    else
        kept_ = seen_;
    next_keep_ = Clock::now() + kKeepEvery;
}

void ResultCounter::look(const Handle& handle, std::int64_t wall_ns) {
    const auto begun = Clock::now();
    if (begun < next_look_) return;
    if (lines_) read_log(handle, begun + kLookMax);
    see(lines_ ? lines_->count() : count_files(handle), wall_ns);
    const auto ended = Clock::now();
    next_look_ = ended + 9 * (ended - begun);
    if (seen_ != kept_ && ended >= next_keep_) keep();
}

void ResultCounter::look_last(const Handle& handle, std::int64_t wall_ns) {
    if (lines_) {
        if (!read_log(handle, Clock::now() + kLastLookMax)) {
            spdlog::warn("{}: the rest of its log is not counted: its pattern is slow", folder_);
            is_incomplete_ = true;
        }
        lines_->end();
    }
    see(lines_ ? lines_->count() : count_files(handle), wall_ns);
    if (seen_ != kept_) keep();
    is_incomplete_ |= seen_ != kept_;
}

bool ResultCounter::read_log(const Handle& handle, Clock::time_point until) {
    do {
        const auto piece = driver_->logs(handle, log_offset_, kPieceSizeMax);
        if (!piece) spdlog::warn("{}: {}", folder_, piece.error().message());
        is_incomplete_ |= piece && piece->is_cut;
        if (!piece || piece->text.empty()) return true;
        lines_->take(piece->text);
        log_offset_ = piece->next_offset;
    } while (Clock::now() < until);
    return false;
}

std::uint64_t ResultCounter::count_files(const Handle& handle) {
    std::uint64_t count = 0;
    const std::string_view fixed = fixed_folder(files_);
    const WalkLimits limits{.enters = [&](const std::string& path) {
        return is_within(path, fixed) || is_within(fixed, path);
    }};
    const auto walked = walk_files(driver_->working_folder(handle), limits,
                                   [&](const std::string& path, std::uint64_t) -> Result<void> {
                                       if (matches_path(files_, path)) ++count;
                                       return {};
                                   });
    // What was seen of a folder that is too large counts.
    if (!walked) spdlog::debug("{}: {}", folder_, walked.error().message());
    is_incomplete_ = !walked;  // The last look counts.
    return count;
}

void ResultCounter::see(std::uint64_t matches, std::int64_t wall_ns) {
    const std::uint64_t results =
        matches > format::kResultsMax / per_match_ ? format::kResultsMax : matches * per_match_;
    if (results <= seen_.results) return;
    seen_.results = results;
    seen_.wall_ns = std::max({wall_ns, seen_.wall_ns, std::int64_t{1}});
}

}  // namespace penstock::agent
