#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/error.h"

namespace penstock::shell {

inline constexpr Rejection kKillPointUnknown{
    14090, Code::invalid_argument, "KILL_POINT_UNKNOWN",
    "PENSTOCK_KILL_AT is not the name of a kill point with an optional :N from 1; correct or unset "
    "it."};

/// A place around what must be durable, at which a test can make the server die.
enum class KillPoint : std::uint8_t {
    before_append,
    after_append,
    before_reply,
    after_reply,
    before_checkpoint,
    after_checkpoint,
    before_snapshot,
    after_snapshot,
};

/// The point's name, as PENSTOCK_KILL_AT gives it.
std::string_view name(KillPoint point);

/// Where to die: at the `pass`-th time that `point` is passed.
struct KillOrder {
    KillPoint point;
    std::uint64_t pass = 1;
    bool stop = false;  ///< SIGSTOP in place of SIGKILL: who wakes it up later sees what it does.
    bool operator==(const KillOrder&) const = default;
};

/// Reads "name" or "name:N", and ":stop" behind either.
/// @retval kKillPointUnknown
Result<KillOrder> parse_kill_order(std::string_view text);

/// Reads PENSTOCK_KILL_AT. Call once, before other threads start. Unset or empty means: never.
/// @retval kKillPointUnknown
Result<void> arm_kill_points_from_environment();

/// Dies by SIGKILL, or stops, if this is the pass that was ordered. Thread-safe; next to free when
/// off.
void pass(KillPoint point);

}  // namespace penstock::shell
