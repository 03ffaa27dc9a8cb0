#pragma once

#include <string>
#include <vector>

#include "shell/journal/chain.h"
#include "shell/journal/memory_journal.h"
#include "sim/checkers/checker.h"
#include "sim/coverage.h"

namespace penstock::sim {

/// A stranger with a replica of his own: follows the durable rows of the journal, applies them, and
/// lets every checker look.
///
/// That replaying leads to the same replies and the same rolling hash as the exchange journaled is
/// checked here, under the name "replay".
class Audit {
  public:
    /// @param only  The one checker to listen to; empty for all.
    explicit Audit(Coverage& coverage, std::string only = {});

    /// Takes the rows that have become durable since the last call.
    void follow(const shell::MemoryDisk& disk);
    void answer(const Message& message, const Outcome& outcome);
    /// The time in which all work must have ended is over.
    void quiet();
    /// A finding of the world itself.
    void report(const std::string& checker, const std::string& what);

    const exchange::Exchange& replica() const { return replica_; }
    bool is_broken() const { return !broken_.empty(); }
    /// What is broken, each with the name of who found it in front: "money: acct_3: …".
    const std::vector<std::string>& broken() const { return broken_; }

  private:
    void take(const v1::JournaledBatch& batch);
    void collect();

    Coverage& coverage_;
    std::string only_;
    std::vector<std::unique_ptr<Checker>> checkers_ = all_checkers();
    std::vector<std::size_t> collected_;  ///< Findings of each checker that are in broken_.
    std::vector<std::string> broken_;
    exchange::Exchange replica_;
    shell::ChainReader chain_;
    std::size_t rows_ = 0;
};

/// The command that a journal's entry stands for; its views are those of the entry.
exchange::Command to_command(const v1::JournaledCommand& stored);

}  // namespace penstock::sim
