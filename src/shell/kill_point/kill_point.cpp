#include "shell/kill_point/kill_point.h"

#include <sys/mman.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <charconv>
#include <csignal>
#include <cstdlib>
#include <new>
#include <string>

#include "base/assert.h"
#include "base/try.h"

namespace penstock::shell {

namespace {

constexpr std::array<std::string_view, 8> kNames{
    "before_append",     "after_append",     "before_reply",    "after_reply",
    "before_checkpoint", "after_checkpoint", "before_snapshot", "after_snapshot"};
/// What was ordered. Shared with forked children, which write snapshots, so that their passes count
/// and their death is the server's.
struct Armed {
    KillOrder order;
    pid_t server = 0;
    std::atomic<std::uint64_t> passes{0};
};
Armed* armed = nullptr;  ///< Set once, before other threads start.

}  // namespace

std::string_view name(KillPoint point) {
    return kNames[static_cast<std::size_t>(point)];
}

Result<KillOrder> parse_kill_order(std::string_view text) {
    KillOrder order{KillPoint::before_append, 1};
    constexpr std::string_view kStop = ":stop";
    const std::string_view whole = text;
    order.stop = text.ends_with(kStop);
    if (order.stop) text.remove_suffix(kStop.size());
    const auto colon = text.find(':');
    if (colon != std::string_view::npos) {
        const std::string_view digits = text.substr(colon + 1);
        const char* last = digits.data() + digits.size();
        const auto [end, error] = std::from_chars(digits.data(), last, order.pass);
        if (error != std::errc{} || end != last || order.pass == 0)
            return reject(kKillPointUnknown, {}, std::string(whole));
    }
    for (std::size_t i = 0; i < kNames.size(); ++i) {
        if (kNames[i] != text.substr(0, colon)) continue;
        order.point = static_cast<KillPoint>(i);
        return order;
    }
    return reject(kKillPointUnknown, {}, std::string(whole));
}

Result<void> arm_kill_points_from_environment() {
    const char* text = std::getenv("PENSTOCK_KILL_AT");
    if (text == nullptr || *text == '\0') return {};
    TRY_ASSIGN(const KillOrder order, parse_kill_order(text));
    void* shared =
        ::mmap(nullptr, sizeof(Armed), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    PENSTOCK_ASSERT(shared != MAP_FAILED);
    armed = new (shared) Armed{.order = order, .server = ::getpid()};
    return {};
}

void pass(KillPoint point) {
    if (armed == nullptr || armed->order.point != point) return;
    if (armed->passes.fetch_add(1) + 1 != armed->order.pass) return;
    if (armed->order.stop) {
        // A thread that stops its own process does not get beyond this point before.
        if (::getpid() == armed->server) {
            std::raise(SIGSTOP);
        } else {
            ::kill(armed->server, SIGSTOP);
        }
        return;
    }
    ::kill(armed->server, SIGKILL);
    std::raise(SIGKILL);
}

}  // namespace penstock::shell
