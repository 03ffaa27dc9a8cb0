#pragma once

#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "shell/api/api.h"
#include "shell/sequencer/event_observer.h"

namespace penstock::shell {

/// Streams the state of workloads to those who watch: the state of now first, then again after each
/// change until it ends. A slow reader gets fewer, newer messages, never a queue of old ones.
class WatchDesk final : public EventObserver {
  public:
    /// The sequencer outlives the last call.
    void start(Sequencer& sequencer) { sequencer_ = &sequencer; }
    /// Answers TaskService/WatchWorkload.
    void watch(std::unique_ptr<ApiCall> call);
    /// Ends all streams as unavailable. Before the sequencer stops.
    void stop();

    JournalPosition position() const override { return kOnlyNew; }
    void on_event(const v1::Event& event, std::string_view bytes) override;
    bool caught_up(const JournalPosition& position) override;

  private:
    struct Watcher {
        std::unique_ptr<ApiCall> call;
        std::string workload;
        // Guarded by the desk's mutex.
        bool asking = false;   ///< A query is under way: nobody else sends.
        bool changed = false;  ///< Ask again when it is back.
        bool full = false;     ///< The reader is behind; wait for the drain.
        bool gone = false;
    };
    using Shared = std::shared_ptr<Watcher>;

    void poke(const Shared& watcher);
    void ask(const Shared& watcher);
    void show(const Shared& watcher, Outcome outcome);
    void forget(const Shared& watcher);

    Sequencer* sequencer_ = nullptr;
    std::set<std::string> touched_;  ///< Of the event thread.
    std::mutex mutex_;
    std::unordered_multimap<std::string, Shared> watchers_;
    bool stopping_ = false;
};

}  // namespace penstock::shell
