#pragma once

#include <memory>
#include <string>
#include <vector>

#include "sim/node.h"
#include "sim/tally.h"

namespace penstock::sim {

/// One thing that befalls the servers. All that ever does is one of these, so a list of them is the
/// whole story of a cluster, and can be told again, in part or whole.
struct Happening {
    enum class Kind : std::uint8_t {
        give,         ///< A command arrives at a server.
        command,      ///< The same, and is written at once; for stories cut short.
        begin_write,  ///< The server sends its round to the journal.
        end_write,    ///< It arrives there; `fate` says what becomes of it.
        go_down,
        come_up,              ///< Reading the whole journal.
        come_up_by_snapshot,  ///< From the server's last snapshot.
        lead,                 ///< A new epoch begins, in which this server leads.
        step_down,
        follow,
        tick,
        take_snapshot,
    };
    Kind kind = Kind::give;
    std::uint32_t node = 0;
    Instant at{};  ///< By the server's own clock.
    Fate fate = Fate::kept;
    std::uint64_t call = 0;
    std::shared_ptr<const Message> message = {};  ///< Of give.
};

/// The servers of one exchange, the journal that they share, and the audit that follows it.
class Cluster {
  public:
    Cluster(std::uint32_t nodes, Coverage& coverage, const std::string& only,
            bool is_recording = false);

    /// Lets it happen; what makes no sense where the server is does nothing. Deterministic.
    void happen(const Happening& happening);
    /// A question arrives at a server. Changes nothing, so it is no part of the story.
    void ask(std::uint32_t node, std::uint64_t call, std::shared_ptr<const Message> message,
             Instant at);
    /// The answers that a server has let out since the last call.
    std::vector<Node::Told> take_answers() { return std::exchange(answers_, {}); }
    /// All that happened, when it is recording.
    const std::vector<Happening>& story() const { return story_; }

    Node& node(std::uint32_t index) { return *nodes_[index]; }
    std::uint32_t size() const { return static_cast<std::uint32_t>(nodes_.size()); }
    const shell::MemoryDisk& disk() const { return *disk_; }
    Audit& audit() { return audit_; }
    const Audit& audit() const { return audit_; }
    /// In which epoch appends are taken; each has one leader.
    std::uint64_t epoch() const { return disk_->epoch; }
    Tally& tally() { return tally_; }

    /// Every server that is up follows to the end; all must have come to the same.
    void compare_all();
    /// Replays the whole journal into a fresh exchange and compares all states, byte by byte.
    void compare_with_replay();

  private:
    std::shared_ptr<shell::MemoryDisk> disk_ = std::make_shared<shell::MemoryDisk>();
    Audit audit_;
    std::vector<std::unique_ptr<Node>> nodes_;
    void apply(Node& node, const Happening& happening);
    void collect_answers(Node& node);

    bool is_recording_ = false;
    std::vector<Node::Told> answers_;
    std::vector<Happening> story_;
    Tally tally_;
};

}  // namespace penstock::sim
