#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>

#include "shell/sequencer/core.h"

namespace penstock::shell {

/// A core of a few lines for the sequencer's own tests: it adds numbers.
///
/// Commands: "Test/Add" adds the request's number and replies with the sum; "Test/Refuse" is
/// rejected; "Test/Timer" sets a timer at the request's instant. Ticks fire due timers, each of
/// which adds 1,000,000. Query "Test/Sum" answers the sum. Each done command gives one event.
class FakeCore final : public Core {
  public:
    exchange::Reply apply(const exchange::Command& command, exchange::EventSink& events) override;
    Result<std::string> query(std::string_view method, const exchange::Actor& actor, Instant now,
                              std::string_view request) const override;
    bool has_due_timers(Instant now) const override;
    std::uint64_t last_sequence() const override { return sequence_; }
    Instant last_time() const override { return time_; }
    Digest rolling_hash() const override { return rolling_; }
    std::string snapshot() const override;
    const exchange::Exchange& exchange() const override;

    std::int64_t sum() const { return sum_; }

    template <class Archive>
    void visit(Archive& archive) {
        archive(sum_, sequence_, time_, rolling_, timers_, keys_);
    }

  private:
    exchange::Reply done(const exchange::Command& command, exchange::EventSink& events);

    std::int64_t sum_ = 0;
    std::uint64_t sequence_ = 0;
    Instant time_;
    Digest rolling_{};
    std::set<std::int64_t> timers_;
    std::map<std::string, std::uint64_t> keys_;  ///< Of a key, the sequence of its command.
};

class FakeFactory final : public CoreFactory {
  public:
    std::unique_ptr<Core> create() const override { return std::make_unique<FakeCore>(); }
    Result<std::unique_ptr<Core>> restore(std::string_view snapshot) const override;
};

inline constexpr Rejection kFakeRefusal{14999, Code::failed_precondition, "FAKE_REFUSAL", "No."};

}  // namespace penstock::shell
