#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/exchange/exchange.h"
#include "penstock/v1/journal.pb.h"
#include "shell/journal/memory_journal.h"
#include "sim/audit.h"
#include "sim/coverage.h"
#include "sim/random.h"

namespace penstock::sim {

/// The real core over a journal with faults: what the shell's sequencer does, one step at a time.
///
/// Takes commands into a batch, appends the batch, and only then lets replies out. May go down at
/// every named point around the append; comes up from what the journal kept, by replay or from a
/// snapshot, and must then be where every acknowledged command left it.
class Host {
  public:
    struct Options {
        std::uint64_t crash_one_in = 400;  ///< Batches.
        std::uint64_t repeat_one_in = 40;  ///< Commands that the network delivers twice.
        std::uint64_t snapshot_one_in = 200;
    };
    Host(Random& random, Coverage& coverage, Options options, const std::string& only = {});

    /// Sends one command, alone in its batch.
    Outcome send(const Message& message, Instant now);
    /// Asks; the serialised reply, or nothing when refused.
    std::optional<std::string> ask(const exchange::Actor& actor, const std::string& method,
                                   const std::string& request, Instant now);

    const exchange::Exchange& exchange() const { return exchange_; }
    /// Every broken promise so far, in words.
    const std::vector<std::string>& broken();
    /// Replays the whole journal into a fresh exchange and compares it with this one.
    const std::vector<std::string>& replay_differs();
    std::uint64_t crashes() const { return crashes_; }

  private:
    enum class Fate { kept_and_told, kept_untold, lost, torn };

    Fate draw_fate();
    Outcome deliver(const Message& message, Instant now);
    bool keep(v1::JournaledBatch& batch, Instant time, Fate fate);
    void give_due_ticks(v1::JournaledBatch& batch, Instant now);
    void go_down_and_up();
    void replay_into(exchange::Exchange& exchange, std::uint64_t from);

    Random& random_;
    Coverage& coverage_;
    Options options_;
    exchange::Exchange exchange_;
    std::shared_ptr<shell::MemoryDisk> disk_ = std::make_shared<shell::MemoryDisk>();
    std::unique_ptr<shell::MemoryJournal> journal_;
    std::string snapshot_;
    std::uint64_t snapshot_sequence_ = 0;
    std::uint64_t acknowledged_ = 0;  ///< The highest sequence whose reply was let out.
    std::uint64_t crashes_ = 0;
    Audit audit_;
};

}  // namespace penstock::sim
