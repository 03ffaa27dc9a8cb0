#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/exchange/exchange.h"
#include "shell/journal/memory_journal.h"
#include "sim/audit.h"
#include "sim/message.h"

namespace penstock::sim {

/// What befalls an append.
enum class Fate : std::uint8_t {
    kept,         ///< Durable, and the server is told so.
    kept_untold,  ///< Durable, but the server sees a fault.
    lost,         ///< A fault, and nothing was written.
    torn,         ///< A fault, and a part was written. Only where one server has the disk.
};

/// One exchange server of several that share a journal: the real core and the real journal, with
/// what the shell's sequencer does between them, one step at a time.
///
/// Commands go into a round, a round into one append, and only when that is durable do answers go
/// out; the next round fills meanwhile. A server that does not lead follows: it applies what the
/// journal holds. Whatever fails, the state in memory is dropped and read back.
class Node {
  public:
    /// An answer on its way out.
    struct Told {
        std::uint64_t call = 0;
        std::shared_ptr<const Message> message;
        Outcome outcome;
        bool is_final = true;  ///< Else the caller does not know, and asks again.
    };

    Node(std::shared_ptr<shell::MemoryDisk> disk, Coverage& coverage, Audit& audit);

    bool is_up() const { return is_up_; }
    bool leads() const { return is_up_ && epoch_ != 0; }
    bool is_writing() const { return writing_.has_value(); }
    bool has_round() const { return !round_.body.empty(); }
    const exchange::Exchange& exchange() const { return exchange_; }

    void give(std::uint64_t call, std::shared_ptr<const Message> message, Instant now);
    void ask(std::uint64_t call, std::shared_ptr<const Message> message, Instant now);
    /// Sends the round to the journal, where there is one and none is on its way.
    void begin_write();
    /// What was sent arrives at the journal, which tells the server what became of it.
    enum class Written { well, failed, fenced };
    Written end_write(Fate fate);
    void go_down();
    /// Comes up following. @param from_snapshot  Uses its last snapshot, where it has one.
    void come_up(bool from_snapshot);
    /// Leads from now on, in the newest epoch, after it has read all that older ones left.
    void lead();
    void follow();
    /// Leads no more: hands over, or has learnt that another leads.
    void step_down();
    /// Lets time pass, where timers are due.
    void tick(Instant now);
    void take_snapshot();

    /// The answers that were let out since the last call.
    std::vector<Told> take_answers() { return std::exchange(told_, {}); }

  private:
    struct Round {
        std::uint64_t first_sequence = 0;
        std::uint64_t last_sequence = 0;
        Instant time;
        std::string body;
        Digest rolling_hash{};
        std::vector<Told> waiting;
    };

    void give_due_ticks(Instant now);
    void add(const Message& message, std::uint64_t sequence, Instant time,
             const std::string& reply);
    std::string find_reply(std::uint64_t sequence);
    /// Lets an answer out when all that it was based on is durable.
    void let_out(Told answer);
    /// Nobody knows what became of what waits.
    void leave_in_doubt(Round& round);
    void drop_and_read_back(bool from_snapshot);
    void read_back(bool from_snapshot);
    void apply_row(const shell::Batch& row);

    Coverage& coverage_;
    Audit& audit_;
    std::shared_ptr<shell::MemoryDisk> disk_;
    std::unique_ptr<shell::MemoryJournal> journal_;
    exchange::Exchange exchange_;
    bool is_up_ = true;
    std::uint64_t epoch_ = 0;  ///< In which it leads; 0 while it follows.
    Round round_;
    std::optional<Round> writing_;
    std::vector<Told> told_;
    std::string snapshot_;
    std::uint64_t snapshot_sequence_ = 0;
};

}  // namespace penstock::sim
