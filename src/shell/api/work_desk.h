#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "shell/api/api.h"
#include "shell/sequencer/event_observer.h"

namespace penstock::shell {

struct WorkDeskOptions {
    Duration lease = seconds(10);  ///< Granted with each answer to PullWork.
    Duration margin = seconds(2);  ///< Beyond the lease, before an agent counts as lost.
};

/// Hands work to agents by long poll, and notices when one falls silent.
///
/// An answer to PullWork renews the leases of all the agent's attempts; a poll is held for at most
/// a third of a lease, so that an agent that polls always has one. When the last answer is lease
/// and margin ago, the agent is marked lost and its attempts move elsewhere: by then its shims have
/// killed them. The first poll after that marks it back. After a start every agent has one lease
/// and margin of grace.
class WorkDesk final : public EventObserver {
  public:
    WorkDesk(const Clock& clock, WorkDeskOptions options) : clock_(clock), options_(options) {}
    ~WorkDesk() override { stop(); }

    /// Starts looking after agents. The sequencer outlives the desk's stop().
    void start(Sequencer& sequencer);
    /// Answers TaskService/PullWork.
    void pull(std::unique_ptr<ApiCall> call);
    /// Whether this server leads; it does at first. One that follows hands out nothing, and when it
    /// begins to lead every agent has one lease and margin of grace. On the sequencer's thread.
    void set_leading(bool leads);
    /// Refuses all polls, held or new. Idempotent. Before the sequencer stops.
    void stop();

    JournalPosition position() const override { return kOnlyNew; }
    void on_event(const v1::Event&, std::string_view) override {}
    bool caught_up(const JournalPosition&) override;

  private:
    /// A poll that waits for a change.
    struct Poll {
        std::unique_ptr<ApiCall> call;
        AgentId agent;
        std::uint64_t known_version = 0;
        Duration until;  ///< By the steady clock.
        /// The connection has gone: an answer would grant a lease to nobody.
        std::shared_ptr<std::atomic<bool>> gone = std::make_shared<std::atomic<bool>>(false);
    };
    struct Answered {
        std::unique_ptr<ApiCall> call;
        Result<std::string> reply;
    };
    enum class Seen : std::uint8_t { answered, held, lost };

    /// What one look at the exchange has decided, for the callback that follows.
    struct Decisions {
        std::vector<Answered> answers;
        std::vector<AgentId> silent;
    };

    void ask(std::unique_ptr<Poll> poll);
    void mark_back(std::unique_ptr<Poll> poll);
    void mark_lost(AgentId agent);
    void run();
    void sweep();

    // On the sequencer's thread, like the members that they use.
    Answered answer(const Core& core, Instant now, Poll& poll);
    void sweep_polls(const Core& core, Instant now, Decisions& decisions);
    void sweep_agents(const Core& core, Decisions& decisions);
    bool is_silent(AgentId agent) const;

    static void send(std::vector<Answered>& answers, const Outcome& outcome);

    const Clock& clock_;
    const WorkDeskOptions options_;
    Sequencer* sequencer_ = nullptr;

    // Of the sequencer's thread.
    std::vector<std::unique_ptr<Poll>> held_;
    std::map<AgentId, Duration> lease_ends_;  ///< Of agents that are live.

    std::atomic<bool> leads_ = true;
    std::atomic<std::size_t> held_count_ = 0;
    std::atomic<bool> sweeping_ = false;
    std::mutex mutex_;
    std::condition_variable wake_;
    bool look_now_ = false;
    std::atomic<bool> stopping_ = false;
    std::thread thread_;
};

}  // namespace penstock::shell
