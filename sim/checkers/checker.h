#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/time.h"
#include "core/exchange/exchange.h"
#include "penstock/v1/event.pb.h"
#include "penstock/v1/journal.pb.h"
#include "sim/message.h"

namespace penstock::sim {

/// One durable command, as a stranger who reads the journal sees it.
struct Record {
    const v1::JournaledCommand& command;
    std::span<const v1::Event> events;

    Instant at() const { return Instant{command.time_ns()}; }
    bool is_tick() const { return command.method() == "InternalService/Tick"; }
};

/// Watches one property from outside: from the durable commands, their events and replies, and from
/// what clients were told. Knows nothing of how the core keeps its state, so that a fault in the
/// core's own invariants shows too.
class Checker {
  public:
    virtual ~Checker() = default;
    /// As its file is called; `journal` and `replay` are the world's own (audit, node).
    virtual std::string_view name() const = 0;

    /// A command became durable. Called in the journal's order.
    virtual void on_command(const Record&) {}
    /// Every command so far has been given to on_command(); `replica` has applied just these. For
    /// asking what the exchange says of itself.
    virtual void on_batch(const exchange::Exchange&) {}
    /// A client was told of an outcome that is final.
    virtual void on_answer(const Message&, const Outcome&) {}
    /// The faults are over, and the time in which all work has to end has passed.
    virtual void on_quiet() {}

    /// What was found broken so far.
    const std::vector<std::string>& findings() const { return findings_; }

  protected:
    void check(bool holds, const std::string& subject, std::string_view what) {
        if (!holds) findings_.push_back(subject + ": " + std::string(what));
    }

  private:
    std::vector<std::string> findings_;
};

// One for each file of this folder.
std::unique_ptr<Checker> bills_checker();
std::unique_ptr<Checker> by_plan_checker();
std::unique_ptr<Checker> capacity_checker();
std::unique_ptr<Checker> changes_checker();
std::unique_ptr<Checker> charges_checker();
std::unique_ptr<Checker> core_invariants_checker();
std::unique_ptr<Checker> custody_checker();
std::unique_ptr<Checker> direct_payments_checker();
std::unique_ptr<Checker> durability_checker();
std::unique_ptr<Checker> holds_checker();
std::unique_ptr<Checker> idempotency_checker();
std::unique_ptr<Checker> leases_checker();
std::unique_ptr<Checker> liveness_checker();
std::unique_ptr<Checker> money_checker();
std::unique_ptr<Checker> qualification_checker();
std::unique_ptr<Checker> result_bands_checker();
std::unique_ptr<Checker> rolling_escrow_checker();
std::unique_ptr<Checker> service_levels_checker();
std::unique_ptr<Checker> settlement_checker();
std::unique_ptr<Checker> sub_accounts_checker();
std::unique_ptr<Checker> usage_checker();

/// One of each.
std::vector<std::unique_ptr<Checker>> all_checkers();

}  // namespace penstock::sim
