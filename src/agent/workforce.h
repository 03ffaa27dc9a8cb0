#pragma once

#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "agent/attempt_runner.h"
#include "penstock/v1/task.pb.h"

namespace penstock::agent {

/// All attempts of the agent, brought in line with what the exchange wants.
class Workforce {
  public:
    /// @param folder  Holds one folder for each attempt.
    Workforce(RunnerTools tools, std::string folder, Capacity capacity);

    /// Takes up the attempts that an earlier agent left in the folder. Before anything else.
    Result<void> recover();

    /// Makes what runs here what should run: renews leases, starts, stops, forgets. What has no
    /// free cores yet is started as soon as it has.
    void apply(const v1::PullWorkResponse& wanted, std::int64_t lease_deadline_ns);

    /// Starts what had to wait for cores, when some have become free. Blocks until then, until the
    /// time is over, or until `stop`.
    void tend(std::stop_token stop, std::chrono::milliseconds time);

    std::vector<std::string> running() const;    ///< Attempts, by id.
    std::vector<v1::UsageRecord> usage() const;  ///< Of the running ones.
    bool is_idle() const;                        ///< Nothing runs or is about to.

  private:
    void reconcile();
    void start_attempt(const v1::Assignment& assignment);
    void add_runner(AttemptRecord record);
    std::uint32_t free_cores() const;
    std::vector<std::uint32_t> free_cpu_ids() const;
    std::uint64_t free_memory() const;
    std::string folder_of(const std::string& attempt) const { return folder_ + '/' + attempt; }

    RunnerTools tools_;
    std::string folder_;
    Capacity capacity_;
    mutable std::mutex mutex_;
    std::map<std::string, v1::Assignment> wanted_;
    std::int64_t lease_deadline_ns_ = 0;

    std::mutex
        settled_mutex_;  ///< Of the next two; taken by runners, so never with mutex_ awaited.
    std::condition_variable_any settled_changed_;
    bool has_settled_ = false;

    std::map<std::string, std::unique_ptr<AttemptRunner>> runners_;  ///< Last: they use the others.
};

}  // namespace penstock::agent
