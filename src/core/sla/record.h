#pragma once

#include <cstdint>

#include "base/time.h"
#include "base/wide.h"
#include "core/sla/level.h"

namespace penstock::sla {

/// So much of so much; nothing of nothing is no shortfall.
struct Share {
    Wide part = 0;
    Wide whole = 0;
    /// Exactly, without rounding.
    bool is_below(std::uint32_t ppm) const { return part * kWholePpm < whole * ppm; }
    /// Rounded down; a million of nothing.
    std::uint32_t ppm() const {
        return whole == 0 ? kWholePpm : static_cast<std::uint32_t>(part * kWholePpm / whole);
    }
};

/// The longest work that is told at once.
inline constexpr Duration kWorkMax{kLastInstant.ns};
/// Work beyond so many nanoseconds in one period is not looked at: a million tasks that ran since
/// 1970, and still far from what a Wide can be multiplied by twice a million.
inline constexpr Wide kWorkSumMax = Wide{kLastInstant.ns} * 1'000'000;

/// A sum that 64 bits do not hold.
struct Sum {
    Wide value = 0;
    template <class Archive>
    void visit(Archive& archive) {
        auto low = static_cast<std::uint64_t>(value);
        auto high = static_cast<std::int64_t>(value >> 64);
        archive(low, high);
        value = (Wide{high} << 64) | low;
    }
};

/// What the exchange has seen of a service in one billing period, as running sums: its size does
/// not grow. Instants never fall.
class ServiceRecord {
  public:
    explicit ServiceRecord(Instant start = {}) : since_(start) {}

    /// The service can be used from here on, or cannot. It begins as one that can.
    void set_in_service(bool in_service, Instant at);
    /// From here on time does not count, or does again: maintenance that was announced, or what the
    /// buyer caused.
    void set_excused(bool excused, Instant at);
    void add_start(bool in_time);
    /// Work of some length that ran at a part of the measured profile.
    /// @param length  Above zero, at most kWorkMax.
    /// @param profile_ppm  More than the whole counts as the whole.
    void add_work(Duration length, std::uint32_t profile_ppm);

    /// Ends the period.
    /// @return The record of the next one, which begins as this one ended.
    ServiceRecord close(Instant end);

    /// @param kind  Of time up to the last instant that was told, or to close().
    Share attained(ObjectiveKind kind) const;

    /// The last instant that was told, or the start.
    Instant since() const { return since_; }

    template <class Archive>
    void visit(Archive& archive) {
        archive(since_, promised_, unavailable_, starts_, starts_in_time_, work_, delivered_,
                in_service_, excused_);
        if constexpr (Archive::kReads) {
            if (archive.ok() && !is_plausible()) archive.fail();
        }
    }

  private:
    void pass(Instant at);
    bool is_plausible() const;

    Instant since_;
    Duration promised_;     ///< Time that counts.
    Duration unavailable_;  ///< Of it.
    std::uint64_t starts_ = 0;
    std::uint64_t starts_in_time_ = 0;
    Sum work_;       ///< Nanoseconds of all work, of several tasks at once several times.
    Sum delivered_;  ///< Nanoseconds × parts per million.
    bool in_service_ = true;
    bool excused_ = false;
};

}  // namespace penstock::sla
