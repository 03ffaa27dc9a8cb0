#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"
#include "core/exchange/overview.h"
#include "shell/limits/terms.h"
#include "shell/sequencer/sequencer.h"

namespace penstock::shell {

/// How what is fed from the journal does. Looking it up may wait for a disk.
struct FeedHealth {
    std::string_view tables_fault;  ///< A reason; empty when there is none.
    std::string_view grants_fault;  ///< Likewise, as the next.
    std::string_view evidence_fault;
    std::uint64_t evidence_signed = 0;  ///< Records that the last checkpoint has.
};

/// What takes a moment to find out, and so is looked up about once a second.
struct Sample {
    FeedHealth feeds;
    std::uint64_t descriptors_open = 0;
    std::optional<std::uint64_t> disk_free_bytes;  ///< Where the data folder is; none: it is gone.
    std::string_view journal_trouble;  ///< Why it takes no batch: a reason; empty when it does.
    /// The last that the sequencer gave; none while it has given none.
    std::optional<exchange::Overview> overview;
    Duration overview_age;   ///< Since the sequencer gave it; while there is none, since the start.
    Duration overview_cost;  ///< How long the exchange stood still for it.
    Duration overview_due;   ///< The age at which the next is asked for.
};

/// How a server does at this moment.
struct Vitals {
    std::string version;
    std::string name;
    Instant started;
    SequencerStatus status;
    SequencerLoad load;
    Duration staleness_max;  ///< Beyond it one that follows answers nothing.
    Sample sample;
    std::uint64_t disk_free_min = 0;  ///< Bytes.
    std::uint64_t tables_sequence = 0;
    std::uint64_t evidence_sequence = 0;
    std::uint64_t evidence_records = 0;
    std::size_t connections = 0;
    std::size_t worker_jobs = 0;
    std::size_t forwards_waiting = 0;
    std::uint64_t calls_admitted = 0;  ///< By the limits, whose sender is known.
    std::array<std::uint64_t, limits::kLimitCount> limited{};  ///< Refused, by each limit.
};

}  // namespace penstock::shell
