#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "agent/driver.h"
#include "agent/line_counter.h"

namespace penstock::agent {

/// How far an attempt has come. Neither value ever falls.
struct ResultCount {
    std::uint64_t results = 0;   ///< Since its start, as its job declares.
    std::int64_t wall_ns = 0;    ///< Of its use (UsageSample) when the last was seen; above 0 then.
    bool is_incomplete = false;  ///< There may be more: not all could be looked at.
    bool operator==(const ResultCount&) const = default;
};

/// Counts the results of one attempt while it runs, by the lines of its log or by the files in its
/// working folder.
///
/// What was counted is kept in the attempt's folder. After a restart of the agent all is counted
/// again from the start, and what was seen before keeps its time.
class ResultCounter {
  public:
    /// @param driver  Runs the attempt; outlives this.
    /// @param folder  The attempt's own.
    /// @retval kBadResultUnit  The unit names neither lines nor files, or both, or its pattern
    ///                         cannot be used; the detail says what is wrong.
    static Result<ResultCounter> create(const v1::ResultUnit& unit, Driver& driver,
                                        std::string folder);

    /// Counts what has come since the last time. Does nothing when that took long and was just
    /// now: whatever a job has written, a tenth of one core's time goes into looking at it.
    /// @param wall_ns  The attempt's, now.
    void look(const Handle& handle, std::int64_t wall_ns);

    /// Counts all that is left; the attempt has ended.
    void look_last(const Handle& handle, std::int64_t wall_ns);

    /// What is kept: while the attempt runs, it may be a second behind what was counted.
    ResultCount count() const { return {kept_.results, kept_.wall_ns, is_incomplete_}; }

  private:
    using Clock = std::chrono::steady_clock;

    ResultCounter(Driver& driver, std::string folder)
        : driver_(&driver), folder_(std::move(folder)) {}
    void load();
    void keep();
    /// Reads on in the log, until it has no more or `until`. @return Whether it has no more.
    bool read_log(const Handle& handle, Clock::time_point until);
    std::uint64_t count_files(const Handle& handle);
    /// @param matches  Lines or files, or what a line says.
    void see(std::uint64_t matches, std::int64_t wall_ns);
    std::string path() const { return folder_ + "/results.json"; }

    Driver* driver_;
    std::string folder_;
    std::optional<LineCounter> lines_;  ///< Else files are counted.
    std::string files_;
    std::uint64_t per_match_ = 1;
    std::uint64_t log_offset_ = 0;
    bool is_incomplete_ = false;
    ResultCount seen_;
    ResultCount kept_;  ///< On disk, so that a later agent tells no less.
    Clock::time_point next_look_{};
    Clock::time_point next_keep_{};
};

}  // namespace penstock::agent
