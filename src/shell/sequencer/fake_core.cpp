#include "shell/sequencer/fake_core.h"

#include "base/archive.h"
#include "base/assert.h"
#include "penstock/v1/event.pb.h"

namespace penstock::shell {

exchange::Reply FakeCore::apply(const exchange::Command& command, exchange::EventSink& events) {
    PENSTOCK_ASSERT(command.sequence == sequence_ + 1 && command.time >= time_);
    using Outcome = exchange::Reply::Outcome;
    const std::string key(command.idempotency_key);
    if (const auto known = keys_.find(key); !key.empty() && known != keys_.end())
        return {.outcome = Outcome::repeated,
                .bytes = {},
                .error = {},
                .original_sequence = known->second};
    if (command.method == "Test/Refuse")
        return {.outcome = Outcome::rejected, .bytes = {}, .error = Error(kFakeRefusal)};
    const std::string request(command.request);
    if (command.method == "Test/Add") sum_ += std::stoll(request);
    if (command.method == "Test/Timer") timers_.insert(std::stoll(request));
    if (command.method == "InternalService/Tick") {
        PENSTOCK_ASSERT(has_due_timers(command.time));
        timers_.erase(timers_.begin());
        sum_ += 1'000'000;
    }
    if (!key.empty()) keys_[key] = command.sequence;
    return done(command, events);
}

exchange::Reply FakeCore::done(const exchange::Command& command, exchange::EventSink& events) {
    sequence_ = command.sequence;
    time_ = command.time;
    v1::Event event;
    event.set_sequence(sequence_);
    event.mutable_version_activated()->set_version(static_cast<std::uint32_t>(sum_ % 1000));
    const std::string bytes = event.SerializeAsString();
    events.on_event(bytes);
    exchange::Reply reply;
    reply.bytes = std::to_string(sum_);
    Hasher hasher;
    hasher.add({reinterpret_cast<const char*>(rolling_.data()), rolling_.size()});
    hasher.add(bytes);
    hasher.add(reply.bytes);
    rolling_ = hasher.digest();
    return reply;
}

Result<std::string> FakeCore::query(std::string_view, const exchange::Actor&, Instant,
                                    std::string_view) const {
    return std::to_string(sum_);
}

bool FakeCore::has_due_timers(Instant now) const {
    return !timers_.empty() && *timers_.begin() <= now.ns;
}

std::string FakeCore::snapshot() const {
    std::string bytes;
    ArchiveWriter writer(bytes);
    writer(const_cast<FakeCore&>(*this));
    return bytes;
}

const exchange::Exchange& FakeCore::exchange() const {
    PENSTOCK_ASSERT(false && "the test's core has no exchange");
    __builtin_unreachable();
}

Result<std::unique_ptr<Core>> FakeFactory::restore(std::string_view snapshot) const {
    auto core = std::make_unique<FakeCore>();
    ArchiveReader reader(snapshot);
    reader(*core);
    if (!reader.finished()) return reject(kFakeRefusal);
    return core;
}

}  // namespace penstock::shell
