#include "scenario/venue.h"

#include <cstdio>
#include <cstdlib>
#include <utility>

#include "base/id.h"

namespace penstock::scenario {
namespace {

/// How often time stands still for timers, when nothing else happens.
constexpr Duration kBeat = seconds(300);

}  // namespace

void give_up(const std::string& why) {
    std::fprintf(stderr, "scenario: %s\n", why.c_str());
    std::exit(1);
}

std::int64_t Dice::between(std::int64_t low, std::int64_t high) {
    state_ ^= state_ >> 12;
    state_ ^= state_ << 25;
    state_ ^= state_ >> 27;
    const std::uint64_t drawn = (state_ * 0x2545F4914F6CDD1DULL) >> 11;
    return low + static_cast<std::int64_t>(drawn % (static_cast<std::uint64_t>(high - low) + 1));
}

exchange::Actor key_actor(const std::string& key) {
    return {exchange::Actor::Kind::key, KeyId::parse(key)->value};
}

std::string hash_of(char kind, std::uint64_t number) {
    std::string text = std::to_string(number);
    return kind + std::string(31 - text.size(), '0') + text;
}

Venue::Venue(const std::string& tables, Instant begin) : now_(begin) {
    auto opened = projection::SqliteProjection::open(tables);
    if (!opened) give_up("the tables cannot be opened: " + opened.error().message());
    tables_ = *std::move(opened);
}

void Venue::plan(Instant at, std::function<void()> act) {
    plans_.emplace(std::max(at, now_), std::move(act));
}

void Venue::listen(v1::Event::BodyCase kind, std::function<void(const v1::Event&)> listener) {
    listeners_.emplace(kind, std::move(listener));
}

void Venue::play_until(Instant until) {
    while (now_ < until) {
        const Instant beat{(now_.ns / kBeat.ns + 1) * kBeat.ns};
        Instant next = std::min(beat, until);
        if (!plans_.empty()) next = std::min(next, plans_.begin()->first);
        now_ = std::max(now_, next);
        fire_timers();
        while (!plans_.empty() && plans_.begin()->first <= now_) {
            const auto act = std::move(plans_.begin()->second);
            plans_.erase(plans_.begin());
            act();
        }
        if (!tables_->caught_up({exchange_.last_sequence(), exchange_.rolling_hash()}))
            give_up("the tables cannot be written");
    }
}

void Venue::fire_timers() {
    while (exchange_.has_due_timers(now_)) {
        const auto begin = std::chrono::steady_clock::now();
        apply(kSystem, "InternalService/Tick", {}, {});
        longest_tick_ = std::max<std::chrono::nanoseconds>(
            longest_tick_, std::chrono::steady_clock::now() - begin);
    }
}

bool Venue::give(const exchange::Actor& actor, std::string_view method,
                 const google::protobuf::Message& request, const std::string& key) {
    fire_timers();
    const bool is_system = actor.kind == exchange::Actor::Kind::system;
    const std::string own = key.empty() ? "key" + std::to_string(++keys_) : key;
    return apply(actor, method, request.SerializeAsString(), is_system ? std::string() : own);
}

bool Venue::apply(const exchange::Actor& actor, std::string_view method, const std::string& request,
                  const std::string& key) {
    exchange::Command command;
    command.sequence = exchange_.last_sequence() + 1;
    command.time = now_;
    command.actor = actor;
    command.method = method;
    command.request = request;
    command.idempotency_key = key;
    exchange::Reply reply = exchange_.apply(command, *this);
    if (reply.outcome == exchange::Reply::Outcome::rejected) {
        reason_ = reply.error->reason();
        reason_.append(" (").append(reply.error->message()).append(")");
        return false;
    }
    reply_ = std::move(reply.bytes);
    repeats_ = reply.original_sequence;
    return true;
}

void Venue::must_refuse(const exchange::Actor& actor, std::string_view method,
                        const google::protobuf::Message& request, std::string_view reason) {
    if (give(actor, method, request, {})) give_up(std::string(method) + " was not refused");
    if (!reason_.starts_with(reason))
        give_up(std::string(method) + " was refused for " + reason_ + ", not " +
                std::string(reason));
    ++refused_;
}

void Venue::on_event(std::string_view bytes) {
    v1::Event event;
    if (!event.ParseFromArray(bytes.data(), static_cast<int>(bytes.size())))
        give_up("an event cannot be read");
    if (event.has_transfer_posted()) ++transfers_;
    tables_->on_event(event);
    const auto [first, last] = listeners_.equal_range(event.body_case());
    for (auto listener = first; listener != last; ++listener) listener->second(event);
}

}  // namespace penstock::scenario
