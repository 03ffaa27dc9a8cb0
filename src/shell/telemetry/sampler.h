#pragma once

#include <condition_variable>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>

#include "shell/journal/journal.h"
#include "shell/telemetry/vitals.h"

namespace penstock::shell {

/// Looks up, about once a second on a thread of its own, what should not be looked up while
/// somebody waits; and says in the log when something important has changed.
class Sampler {
  public:
    struct Options {
        std::filesystem::path folder;  ///< Whose disk is watched.
        std::uint64_t disk_free_min = 0;
        Duration interval = seconds(1);
        std::function<FeedHealth()> feeds;  ///< Asked on the sampler's thread.
    };
    /// @param journal, sequencer  Outlive stop().
    Sampler(Options options, Journal& journal, Sequencer& sequencer);
    ~Sampler() { stop(); }

    Sample sample() const;
    /// Idempotent.
    void stop();

  private:
    struct Overviews;
    /// What the log last said of.
    struct Told {
        bool leads = false;
        bool read_only = false;
        bool clock_held = false;
        bool disk_low = false;
        bool first = true;
        FeedHealth feeds;
    };

    void run();
    void look();
    void ask_for_overview();
    void tell(const SequencerStatus& status, bool disk_low, const FeedHealth& feeds);

    const Options options_;
    Journal& journal_;
    Sequencer& sequencer_;
    std::shared_ptr<Overviews> overviews_;  ///< Shared with inspections under way.
    Told told_;                             ///< Of our thread.
    mutable std::mutex mutex_;
    std::condition_variable wake_;
    bool stopping_ = false;
    Sample looked_up_;  ///< But for the overview.
    std::thread thread_;
};

}  // namespace penstock::shell
