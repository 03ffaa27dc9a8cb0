#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "agent/artifact_cache.h"
#include "agent/attempt_record.h"
#include "agent/driver.h"
#include "agent/exchange.h"
#include "agent/result_counter.h"
#include "agent/usage_book.h"

namespace penstock::agent {

/// What attempts need of the agent. All outlive them.
struct RunnerTools {
    Exchange& exchange;
    Driver& driver;
    ArtifactCache& cache;
    UsageBook& usage;
};

/// One attempt's life on its own thread: inputs, start, report, logs, end, outputs, final report.
///
/// Level-triggered: it is told what is wanted and how long its lease is, and everything that it
/// has begun can be taken up again by another runner for the same folder after a restart.
class AttemptRunner {
  public:
    /// @param folder      The attempt's own, with `record` already saved in it.
    /// @param on_settled  Called once, from the runner's thread; must not wait for it.
    AttemptRunner(RunnerTools tools, std::string folder, AttemptRecord record,
                  std::int64_t lease_deadline_ns, std::function<void()> on_settled);
    /// Leaves the task running, and what is not settled to a later runner.
    ~AttemptRunner();

    const AttemptRecord& record() const { return record_; }
    void set_lease(std::int64_t deadline_ns);
    /// The buyer or the exchange ends the attempt: stop it and report.
    void ask_to_stop();
    /// The exchange no longer counts on this attempt: stop it and forget it.
    void drop();

    /// The exchange has given its last word, or never wants to hear of it again; all is freed.
    bool is_settled() const;
    /// From when the buyer's program runs until it is settled.
    bool is_running() const;
    /// Its use so far; empty unless it runs and the exchange has been told so.
    std::optional<v1::UsageRecord> usage() const;

  private:
    enum class Wanted : std::uint8_t { running, stopped, dropped };
    enum class Phase : std::uint8_t { starting, queued, running, ending, settled };

    void work(std::stop_token stop);
    Observation find_or_start(std::stop_token stop);
    Observation start(std::stop_token stop);
    /// Hands the driver the newest end of the lease; nothing before the engine has the task.
    void renew_lease();
    /// Asks again until the engine answers, each time under the newest lease.
    /// @retval kEngineUnreachable  Nobody wants it any more, and nobody knows whether the engine
    /// has it.
    Result<Handle> start_by_driver(const AttemptSpec& spec, std::stop_token stop);
    /// The lease's end, once there is a lease; 0 when the attempt is not wanted any more.
    std::int64_t wait_for_lease(std::stop_token stop);
    Result<AttemptSpec> collect_inputs();
    /// Makes what counts the attempt's results, where its job declares a unit of work.
    Result<void> ensure_counter();
    enum class Look : bool { meanwhile, last };
    void count_results(Look look, std::int64_t wall_ns);
    void begin_running(std::stop_token stop);
    void report_running(std::stop_token stop);
    void say(const Error& trouble);
    Observation follow(std::stop_token stop);
    void settle(const Observation& end, std::stop_token stop);
    /// Decides how the end is reported, and delivers the outputs of a success.
    void conclude(const Observation& end, v1::ReportAttemptRequest& report);
    Answer<void> deliver_outputs(v1::ReportAttemptRequest& report);
    /// Returns when the exchange has given its last word, or settling_ was asked to end.
    void report_end(const Observation& end);
    /// Sends the log that is not sent yet, in pieces, until there is no more or one fails.
    void push_logs();
    v1::UsageRecord record_of(const UsageSample& sample) const;
    const std::string& attempt() const { return record_.assignment.attempt(); }
    Wanted wanted() const;
    void set_phase(Phase phase);

    RunnerTools tools_;
    std::string folder_;
    AttemptRecord record_;
    std::function<void()> on_settled_;
    Handle handle_;
    std::uint64_t log_offset_ = 0;
    std::optional<ResultCounter> counter_;
    bool is_tried_ = false;      ///< The engine was asked for it.
    std::string last_trouble_;   ///< What was said last, by its own thread.
    std::stop_source starting_;  ///< Ends waiting for inputs.
    std::stop_source settling_;  ///< Ends waiting for the exchange to take outputs and the end.

    /// One renewal at a time, so that an older end never replaces a newer. Taken before mutex_.
    std::mutex renewing_;
    mutable std::mutex mutex_;
    std::condition_variable_any changed_;
    Wanted wanted_ = Wanted::running;
    Phase phase_ = Phase::starting;
    bool is_reported_running_ = false;
    std::int64_t lease_deadline_ns_;
    UsageSample usage_;
    ResultCount results_;
    std::jthread thread_;  ///< Last: it uses all the others.
};

}  // namespace penstock::agent
