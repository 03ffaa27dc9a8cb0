#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <array>

#include "core/sla/record.h"

namespace penstock::sla {
namespace {

constexpr Instant kStart{1'800'000'000'000'000'000};
constexpr std::size_t kSeconds = 200;

/// Second by second, what the exchange saw.
struct Second {
    bool in_service = true;
    bool excused = false;
};

std::array<Second, kSeconds> any_seconds() {
    std::array<Second, kSeconds> all;
    Second now;
    for (Second& second : all) {
        if (*rc::gen::inRange(0, 10) == 0) now.in_service = !now.in_service;
        if (*rc::gen::inRange(0, 15) == 0) now.excused = !now.excused;
        second = now;
    }
    return all;
}

RC_GTEST_PROP(ServiceRecord, sums_up_what_was_seen_however_it_was_told_and_cut, ()) {
    const auto all = any_seconds();
    const auto cut = *rc::gen::inRange<std::size_t>(0, kSeconds);
    const bool tells_all = *rc::gen::arbitrary<bool>();
    ServiceRecord record(kStart);
    Wide promised = 0;
    Wide available = 0;
    Second told;
    Share first;
    for (std::size_t i = 0; i < kSeconds; ++i) {
        const Instant at = kStart + seconds(static_cast<std::int64_t>(i));
        if (i == cut) {
            ServiceRecord next = record.close(at);
            first = record.attained(ObjectiveKind::availability);
            record = next;
        }
        // What has not changed may be told again, or not.
        if (tells_all || all[i].in_service != told.in_service)
            record.set_in_service(all[i].in_service, at);
        if (tells_all || all[i].excused != told.excused) record.set_excused(all[i].excused, at);
        told = all[i];
        if (all[i].excused) continue;
        promised += seconds(1).ns;
        if (all[i].in_service) available += seconds(1).ns;
    }
    record.close(kStart + seconds(kSeconds));
    const Share last = record.attained(ObjectiveKind::availability);
    RC_ASSERT(first.whole + last.whole == promised);
    RC_ASSERT(first.part + last.part == available);
}

}  // namespace
}  // namespace penstock::sla
