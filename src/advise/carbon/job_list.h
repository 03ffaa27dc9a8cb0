#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace penstock::carbon {

/// What is known of a job before it ends: which queue it came to.
struct Queue {
    std::int64_t wait_limit = 0;   ///< The most that it may be kept waiting in all, seconds.
    std::int64_t mean_length = 0;  ///< Of the queue's jobs, seconds; above 0.
    std::int64_t shortest = 0;     ///< No job of the queue is shorter, seconds.
    std::int64_t longest = 0;      ///< None is longer; 0 where there is no bound.
    bool operator==(const Queue&) const = default;
};

struct Job {
    std::int64_t arrival = 0;  ///< Seconds, from 0.
    std::int64_t length = 0;   ///< Seconds that it runs, above 0; not known to whoever plans.
    std::int64_t cores = 1;
    bool operator==(const Job&) const = default;
};

/// The jobs of a trace, and the two queues that GAIA (ASPLOS'24) puts them in: those below two
/// hours may wait six, the others 24.
struct JobList {
    static constexpr std::int64_t kShort = 7200;  ///< Jobs below are short, seconds.
    static constexpr std::int64_t kArrivalMax = 20LL * 366 * 86400;
    static constexpr std::int64_t kLengthMax = 366LL * 86400;
    static constexpr std::int64_t kCoresMax = 1'000'000;

    std::vector<Job> jobs;        ///< As in the file.
    std::array<Queue, 2> queues;  ///< Short, long.

    /// @param jobs  Each within the limits above.
    static JobList of(std::vector<Job> jobs);
    /// Reads the columns arrival_time, length and cpus; fractions of a second are cut.
    /// @retval kJobListInvalid, kCsvSyntax, kCsvTooLarge
    static Result<JobList> parse(std::string_view csv, std::string_view file);

    const Queue& queue_of(const Job& job) const { return queues[job.length < kShort ? 0 : 1]; }
};

}  // namespace penstock::carbon
