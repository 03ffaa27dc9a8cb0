#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "bench/script.h"
#include "penstock/v1/event.pb.h"
#include "penstock/v1/statement.pb.h"

namespace penstock::bench {

struct MarketOptions {
    std::size_t suppliers = 1'000;  ///< Each with one agent, one pool, one product.
    std::size_t buyers = 2'000;
    std::size_t lives = 20'000;  ///< Orders under way at once.
    std::uint32_t cores = 128;   ///< Of each pool.
    Duration step;               ///< By which time advances every kCommandsPerStep commands.
};
inline constexpr std::size_t kCommandsPerStep = 64;

/// Writes scripts: trades on an exchange of its own and keeps what was done.
///
/// An order's life: it is placed, accepted (or cancelled, now and then), gets a workload of two
/// tasks, which start, are metered and end with a final usage record; then it settles. Many lives
/// go on at once, in random turns; agents hand in usage batches over all that they run, and buyers
/// top up. The same options give the same script, but for the time it begins at.
class Market : private exchange::EventSink {
  public:
    explicit Market(MarketOptions options);

    /// Adds traffic of this many commands.
    void trade(std::size_t commands);
    /// Places and accepts orders of one contract, and leaves them open. Keeps no script of it.
    void open_contracts(std::size_t count);
    /// The same, each with a workload of one task that has been assigned.
    void open_contracts_with_work(std::size_t count);

    /// Every product gets a plan: cores, storage and a port, billed by the month of UTC.
    void sell_by_plan();
    /// Orders and accepts contracts under those plans from now on, each up to one of `ends` in
    /// turn.
    void open_contracts_by_plan(std::size_t count, const std::vector<Instant>& ends);
    /// Time passes; timers that fall due do not fire yet.
    void wait_until(Instant at) { now_ = at; }
    /// Fires timers that are due, as many as one command fires. False when none is.
    bool tick();

    Instant now() const { return now_; }
    Script take_script();
    const exchange::Exchange& exchange() const { return exchange_; }

  private:
    struct Supplier {
        exchange::Actor key;
        exchange::Actor agent;
        std::string agent_id;
        std::string product;
        std::uint32_t price_version = 1;
        std::uint64_t next_usage = 1;
        std::vector<std::uint64_t> attempts;
    };
    struct Attempt {
        std::size_t life = 0;
        std::size_t supplier = 0;
        Instant since;
        bool is_started = false;
    };
    struct Offer {
        std::string contract;
        std::size_t supplier = 0;
    };
    struct Life {
        std::size_t buyer = 0;
        std::string order;
        std::vector<Offer> offers;  ///< Not accepted yet; the next is the last.
        bool has_workload = false;
        std::vector<std::uint64_t> attempts;
    };

    void on_event(std::string_view bytes) override;

    /// Gives a command; true when it was done. Its reply, or why not, is then in reply_.
    /// @param method  With static lifetime.
    bool give(const exchange::Actor& actor, std::string_view method,
              const google::protobuf::Message& request);
    template <class Response>
    Response must(const exchange::Actor& actor, std::string_view method,
                  const google::protobuf::Message& request);
    std::uint64_t draw(std::uint64_t below);

    std::pair<std::string, exchange::Actor> open_party(const std::string& name, bool supplies);
    void open_supplier(std::size_t number);
    void measure(Supplier& supplier, const std::string& pool);
    void open_buyer(std::size_t number);
    void top_up(const exchange::Actor& buyer, std::int64_t micros);

    bool place(Life& life, std::size_t lines);
    bool accept(Life& life);
    bool submit(Life& life, std::uint32_t tasks);
    bool cancel(const Life& life);
    bool start(Attempt& attempt, std::uint64_t id);
    bool finish(std::uint64_t id);
    void meter(Supplier& supplier);
    void advance(std::size_t life);
    void add_record(std::uint64_t attempt, bool is_final, v1::UsageStatement& usage) const;

    const MarketOptions options_;
    exchange::Exchange exchange_;
    Script script_;
    bool keeps_script_ = true;
    Instant now_;
    std::uint64_t random_ = 1;
    std::uint64_t keys_ = 0;
    std::string reply_;
    exchange::Actor operator_key_;
    std::vector<Supplier> suppliers_;
    std::vector<exchange::Actor> buyers_;
    std::vector<Life> lives_;
    std::size_t current_life_ = 0;  ///< Whose command is being applied.
    std::unordered_map<std::uint64_t, Attempt> attempts_;
};

}  // namespace penstock::bench
