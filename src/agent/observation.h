#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace penstock::agent {

/// Why a task ended.
enum class EndReason : std::uint8_t {
    exited,        ///< The program ended of itself; see the exit code.
    lease_ended,   ///< Nobody renewed the attempt's lease.
    time_limit,    ///< It ran longer than the workload allows, or as long as its trial should.
    memory,        ///< It needed more memory than it has.
    stopped,       ///< stop() was called.
    start_failed,  ///< The sandbox could not be set up; the buyer's program never ran.
    shim_lost,     ///< The process that held the lease was killed, and the task with it.
    preempted,     ///< The engine took its place for other work.
    withdrawn,     ///< Somebody at the supplier's ended it, not the exchange.
    node_lost,     ///< The node that ran it failed.
    engine_lost,   ///< The engine knows nothing of it any more, and it told no end.
    not_placed,    ///< The engine had it for too long without beginning it.
    clock_skew,    ///< The node's clock is behind the agent's: its lease could not be kept.
};
/// The reason in lower-case words with underscores, as state files write it.
std::string_view name(EndReason reason);
/// The reason of that name; empty when there is none.
std::optional<EndReason> find_end_reason(std::string_view name);

/// Measured use of an attempt, cumulative since it started; each value never falls.
struct UsageSample {
    std::int64_t wall_ns = 0;  ///< Time that the cores were allocated.
    std::int64_t cpu_ns = 0;   ///< Processor time.
    std::uint64_t memory_peak_bytes = 0;
};

/// What is true of an attempt now.
struct Observation {
    /// Queued: the engine has it, and nothing of the buyer's runs yet.
    enum class State : std::uint8_t { absent, queued, running, ended };
    State state = State::absent;
    EndReason reason = EndReason::exited;  ///< When ended.
    int exit_code = 0;                     ///< When ended; 128 + signal for a killed program.
    std::int64_t started_at_ns = 0;        ///< UTC.
    std::int64_t ended_at_ns = 0;          ///< UTC; when ended.
    UsageSample usage;                     ///< Final when ended.
    std::string detail;                    ///< For people; empty when there is nothing to say.
};

}  // namespace penstock::agent
