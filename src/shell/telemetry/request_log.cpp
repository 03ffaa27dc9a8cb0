#include "shell/telemetry/request_log.h"

#include <algorithm>
#include <array>

#include "log/line.h"

namespace penstock::shell {
namespace {

using log::Level;
using transport::HttpExchange;

template <std::size_t Size>
bool is_one_of(std::string_view text, const std::array<std::string_view, Size>& all) {
    return std::ranges::find(all, text) != all.end();
}

/// What callers send is not to be trusted with a place in the log.
std::string_view known_verb(std::string_view verb) {
    constexpr std::array<std::string_view, 7> kVerbs{"GET",    "POST",  "PUT",    "HEAD",
                                                     "DELETE", "PATCH", "OPTIONS"};
    return is_one_of(verb, kVerbs) ? verb : "other";
}

/// Asked by machines, all the time.
bool is_quiet(std::string_view route) {
    constexpr std::array<std::string_view, 3> kQuiet{"healthz", "metrics", "readyz"};
    return is_one_of(route, kQuiet);
}

Level level_of(const HttpExchange& exchange, bool is_slow) {
    // Who floods us shall not push out of the log what matters; metrics count them.
    if (exchange.is_turned_away || is_quiet(exchange.route)) return Level::debug;
    const bool passes = exchange.status == 503 || exchange.status == 504;
    if (exchange.status >= 500 && !passes) return Level::error;
    if (passes || is_slow) return Level::warning;
    return Level::info;
}

}  // namespace

bool is_held(std::string_view route) {
    return route == "TaskService/PullWork" || route == "artifacts";
}

bool RequestLog::is_slow(const HttpExchange& exchange) const {
    return !exchange.is_stream && !is_held(exchange.route) && exchange.duration >= slow_after_;
}

void RequestLog::write(const HttpExchange& exchange) const {
    const bool slow = is_slow(exchange);
    const Level level = level_of(exchange, slow);
    if (!log::is_on(level)) return;
    log::Line line(level, "request");
    line.add("trace_id", exchange.trace.id())
        .add("span_id", exchange.trace.step())
        .add("method", exchange.route.empty() ? "none" : exchange.route)
        .add("verb", known_verb(exchange.verb))
        .add("status", exchange.status)
        .add("duration_us", exchange.duration / std::chrono::microseconds(1));
    if (!exchange.caller.empty()) line.add("caller", exchange.caller);
    if (!exchange.reason.empty()) line.add("reason", exchange.reason);
    if (exchange.is_stream) line.add("stream", true);
    if (slow) line.add("slow", true);
}

}  // namespace penstock::shell
