#include "sim/audit.h"

#include "base/assert.h"

namespace penstock::sim {
namespace {

class Collect final : public exchange::EventSink {
  public:
    void on_event(std::string_view bytes) override {
        v1::Event event;
        PENSTOCK_ASSERT(event.ParseFromArray(bytes.data(), static_cast<int>(bytes.size())));
        events.push_back(std::move(event));
    }
    std::vector<v1::Event> events;
};

}  // namespace

exchange::Command to_command(const v1::JournaledCommand& stored) {
    exchange::Command command;
    command.sequence = stored.sequence();
    command.time = Instant{stored.time_ns()};
    command.actor = {static_cast<exchange::Actor::Kind>(stored.actor().kind()),
                     stored.actor().id()};
    command.method = stored.method();
    command.request = stored.request();
    command.idempotency_key = stored.idempotency_key();
    return command;
}

Audit::Audit(Coverage& coverage, std::string only)
    : coverage_(coverage), only_(std::move(only)), collected_(checkers_.size()) {}

void Audit::follow(const shell::MemoryDisk& disk) {
    bool is_new = false;
    while (rows_ < disk.rows.size() && !disk.rows[rows_].torn && !is_broken()) {
        const shell::MemoryDisk::Row& row = disk.rows[rows_++];
        const auto accepted = chain_.accept(rows_, row.batch(), row.chain_hash);
        if (!accepted) return report("journal", accepted.error().message());
        v1::JournaledBatch batch;
        PENSTOCK_ASSERT(batch.ParseFromString(row.body));
        take(batch);
        is_new = true;
        if (replica_.rolling_hash() != row.rolling_hash)
            report("replay", "another hash at " + std::to_string(row.last_sequence));
    }
    if (!is_new) return;
    for (const auto& checker : checkers_) {
        if (only_.empty() || checker->name() == only_) checker->on_batch(replica_);
    }
    collect();
}

void Audit::take(const v1::JournaledBatch& batch) {
    for (const v1::JournaledCommand& stored : batch.commands()) {
        if (stored.sequence() != replica_.last_sequence() + 1)
            return report("journal", "a gap before " + std::to_string(stored.sequence()));
        Collect collect_events;
        const exchange::Reply reply = replica_.apply(to_command(stored), collect_events);
        if (reply.outcome != exchange::Reply::Outcome::done || reply.bytes != stored.reply())
            return report("replay", stored.method() + ": another answer");
        for (const v1::Event& event : collect_events.events) coverage_.event(event);
        for (const auto& checker : checkers_) checker->on_command({stored, collect_events.events});
    }
}

void Audit::answer(const Message& message, const Outcome& outcome) {
    for (const auto& checker : checkers_) checker->on_answer(message, outcome);
    collect();
}

void Audit::quiet() {
    for (const auto& checker : checkers_) checker->on_quiet();
    collect();
}

void Audit::report(const std::string& checker, const std::string& what) {
    if (only_.empty() || checker == only_) broken_.push_back(checker + ": " + what);
}

void Audit::collect() {
    for (std::size_t i = 0; i < checkers_.size(); ++i) {
        const auto& findings = checkers_[i]->findings();
        for (; collected_[i] < findings.size(); ++collected_[i])
            report(std::string(checkers_[i]->name()), findings[collected_[i]]);
    }
}

}  // namespace penstock::sim
