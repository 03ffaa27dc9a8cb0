#pragma once

#include <cstdint>

namespace penstock::sim {

/// How often what befell a world. So that a run shows that there was something to withstand.
struct Tally {
    std::uint64_t commands = 0;
    std::uint64_t messages = 0;
    std::uint64_t lost = 0;
    std::uint64_t repeated = 0;
    std::uint64_t late = 0;
    std::uint64_t pauses = 0;
    std::uint64_t cuts = 0;
    std::uint64_t crashes = 0;
    std::uint64_t failed_appends = 0;
    std::uint64_t fenced_appends = 0;
    std::uint64_t epochs = 0;

    void add(const Tally& other) {
        commands += other.commands;
        messages += other.messages;
        lost += other.lost;
        repeated += other.repeated;
        late += other.late;
        pauses += other.pauses;
        cuts += other.cuts;
        crashes += other.crashes;
        failed_appends += other.failed_appends;
        fenced_appends += other.fenced_appends;
        epochs += other.epochs;
    }
};

}  // namespace penstock::sim
