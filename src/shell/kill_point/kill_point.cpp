#include "shell/kill_point/kill_point.h"

#include <array>
#include <atomic>
#include <charconv>
#include <csignal>
#include <cstdlib>
#include <string>

#include "base/try.h"

namespace penstock::shell {

namespace {

constexpr std::array<std::string_view, 8> kNames{
    "before_append",     "after_append",     "before_reply",    "after_reply",
    "before_checkpoint", "after_checkpoint", "before_snapshot", "after_snapshot"};
constexpr std::uint8_t kNone = 255;

std::atomic<std::uint8_t> armed_point{kNone};
std::atomic<std::uint64_t> passes_left{0};

}  // namespace

std::string_view name(KillPoint point) {
    return kNames[static_cast<std::size_t>(point)];
}

Result<KillOrder> parse_kill_order(std::string_view text) {
    KillOrder order{KillPoint::before_append, 1};
    const auto colon = text.find(':');
    if (colon != std::string_view::npos) {
        const std::string_view digits = text.substr(colon + 1);
        const char* last = digits.data() + digits.size();
        const auto [end, error] = std::from_chars(digits.data(), last, order.pass);
        if (error != std::errc{} || end != last || order.pass == 0)
            return reject(kKillPointUnknown, {}, std::string(text));
    }
    for (std::size_t i = 0; i < kNames.size(); ++i) {
        if (kNames[i] != text.substr(0, colon)) continue;
        order.point = static_cast<KillPoint>(i);
        return order;
    }
    return reject(kKillPointUnknown, {}, std::string(text));
}

Result<void> arm_kill_points_from_environment() {
    const char* text = std::getenv("PENSTOCK_KILL_AT");
    if (text == nullptr || *text == '\0') return {};
    TRY_ASSIGN(const KillOrder order, parse_kill_order(text));
    passes_left = order.pass;
    armed_point = static_cast<std::uint8_t>(order.point);
    return {};
}

void pass(KillPoint point) {
    if (armed_point.load(std::memory_order_relaxed) != static_cast<std::uint8_t>(point)) return;
    if (passes_left.fetch_sub(1) == 1) std::raise(SIGKILL);
}

}  // namespace penstock::shell
