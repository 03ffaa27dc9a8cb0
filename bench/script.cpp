#include "bench/script.h"

#include <cstdio>
#include <cstdlib>

namespace penstock::bench {

Played play(const std::vector<ScriptedCommand>& commands, exchange::Exchange& exchange) {
    EventDrain drain;
    Played played;
    const auto apply = [&](exchange::Command command) {
        command.sequence = exchange.last_sequence() + 1;
        const exchange::Reply reply = exchange.apply(command, drain);
        played.reply_bytes += reply.bytes.size();
        if (reply.outcome == exchange::Reply::Outcome::done) return;
        give_up(std::string(command.method) + " was not done: " +
                (reply.error ? reply.error->message() : "it was taken for a repetition"));
    };
    for (const ScriptedCommand& scripted : commands) {
        while (exchange.has_due_timers(scripted.time)) {
            apply({.sequence = 0,
                   .time = scripted.time,
                   .actor = {exchange::Actor::Kind::system, 0},
                   .method = "InternalService/Tick",
                   .request = {},
                   .idempotency_key = {}});
            ++played.ticks;
        }
        apply({.sequence = 0,
               .time = scripted.time,
               .actor = scripted.actor,
               .method = scripted.method,
               .request = scripted.request,
               .idempotency_key = scripted.key});
    }
    return played;
}

void give_up(const std::string& what) {
    std::fprintf(stderr, "penstock_bench: %s\n", what.c_str());
    std::exit(1);
}

}  // namespace penstock::bench
