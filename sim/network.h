#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sim/cluster.h"
#include "sim/fibers.h"
#include "sim/random.h"
#include "sim/swarm.h"

namespace penstock::sim {

/// What lies between callers, servers and the journal: messages that get lost, repeated, late and
/// out of order; appends that take their time and fail; servers that stop, crash, are cut off, and
/// whose clocks differ; and the lease by which one of them leads.
///
/// Owns simulated time: it moves when an event is due.
class Network {
  public:
    /// Without a fault, until disturb().
    Network(Random& random, Cluster& cluster, Fibers& fibers, Instant& now);
    void disturb(const Swarm& swarm);

    /// Sends a command, again and again with the same key, to one server after the other, until it
    /// is known what became of it. Only within a fiber.
    Outcome call(Message message);
    /// Asks, a few times at most; empty when refused or nobody answers.
    std::optional<std::string> ask(Message message);
    /// Lets time pass for the fiber that calls.
    void sleep(Duration duration);

    /// All that happens until then.
    void run_until(Instant until);
    /// The next thing that happens.
    void run_one();
    /// Until nobody waits, but those who do not wait for the network, and nothing is under way.
    /// @param others  How many those are; asked again and again, for they may become more.
    void drain(const std::function<std::size_t()>& others = [] { return std::size_t{0}; });
    /// From now on nothing fails, and what is down or cut off comes back.
    void heal();

    /// When the server that leads now began to.
    Instant led_since() const { return led_since_; }

  private:
    struct Event {
        Instant at;
        std::uint64_t order = 0;
        std::function<void()> happen;
        /// Earliest first; std::push_heap keeps the largest in front.
        bool operator<(const Event& other) const {
            return at != other.at ? at > other.at : order > other.order;
        }
    };
    struct Caller {
        Fibers::Id fiber = 0;
        std::uint64_t wait = 0;  ///< Rises with each; a late wake-up is of an earlier one.
        bool is_waiting = false;
        std::optional<Outcome> answer;
    };
    struct Link {
        Instant paused_until;
        Instant journal_cut_until;
        Instant callers_cut_until;
        Duration skew;
        bool is_write_due = false;
    };

    void later(Duration delay, std::function<void()> happen);
    bool draw(std::uint64_t one_in) { return one_in > 0 && random_.one_in(one_in); }
    Duration latency();
    Instant clock_of(std::uint32_t node) const { return now_ + links_[node].skew; }

    /// Waits for an answer, at most so long. Empty when none came, or nobody knows.
    std::optional<Outcome> wait_for_answer(std::uint64_t call, Duration at_most);
    void send(std::uint64_t call, std::uint32_t node, std::shared_ptr<const Message> message,
              bool is_question);
    void arrive(std::uint64_t call, std::uint32_t node, std::shared_ptr<const Message> message,
                bool is_question);
    void happen(Happening happening);
    void pass_answers_on(std::uint32_t node);
    void answer_arrives(std::uint64_t call, const Outcome& outcome);

    void see_to_writing(std::uint32_t node);
    void begin_write(std::uint32_t node);
    void end_write(std::uint32_t node, std::uint64_t life);
    void crash(std::uint32_t node);
    void begin_beating();
    void beat(std::uint32_t node);
    void draw_troubles(std::uint32_t node);
    void see_to_lease(std::uint32_t node);
    std::uint32_t other_than(std::uint32_t node);

    Random& random_;
    Swarm swarm_;
    Cluster& cluster_;
    Fibers& fibers_;
    Instant& now_;
    std::vector<Event> events_;  ///< A heap.
    std::uint64_t ordered_ = 0;
    std::map<std::uint64_t, Caller> callers_;
    std::uint64_t calls_ = 0;
    std::uint64_t under_way_ = 0;  ///< Messages.
    std::vector<Link> links_;
    std::vector<std::uint64_t> lives_;  ///< Rises when a server goes down: its writes go with it.
    std::uint32_t hint_ = 0;            ///< Who leads, callers believe.
    Instant lease_until_;
    std::uint32_t lease_holder_ = 0;
    Instant led_since_;
};

}  // namespace penstock::sim
