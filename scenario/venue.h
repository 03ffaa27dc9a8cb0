#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "core/exchange/exchange.h"
#include "penstock/v1/event.pb.h"
#include "shell/projection/sqlite_projection.h"

namespace penstock::scenario {

/// Ends the program: the scenario cannot go on.
[[noreturn]] void give_up(const std::string& why);

/// A small generator (xorshift64*): one seed, one scenario.
class Dice {
  public:
    explicit Dice(std::uint64_t seed) : state_(seed * 2 + 1) {}
    /// A whole number of [low, high].
    std::int64_t between(std::int64_t low, std::int64_t high);
    /// True so many times in a hundred.
    bool percent(std::int64_t chance) { return between(1, 100) <= chance; }
    template <class Items>
    auto& pick(Items& items) {
        return items[static_cast<std::size_t>(
            between(0, static_cast<std::int64_t>(items.size()) - 1))];
    }

  private:
    std::uint64_t state_;
};

inline constexpr exchange::Actor kSystem{exchange::Actor::Kind::system, 0};
inline constexpr exchange::Actor kNobody{exchange::Actor::Kind::anonymous, 0};

exchange::Actor key_actor(const std::string& key);
/// 32 bytes that no other number gives.
std::string hash_of(char kind, std::uint64_t number);

/// The exchange itself and its tables, with a clock that the scenario sets: commands go into the
/// real core, its events into the real tables, and timers fire as time passes. After each command
/// of the books the debits equal the credits, or the scenario ends.
class Venue final : private exchange::EventSink {
  public:
    /// @param tables  Where the tables' file is to be.
    Venue(const std::string& tables, Instant begin);

    Instant now() const { return now_; }
    const exchange::Exchange& exchange() const { return exchange_; }
    projection::SqliteProjection& tables() { return *tables_; }

    /// Lets time pass up to an instant: what was planned happens, and timers fire.
    void play_until(Instant until);
    /// At an instant, but not before now.
    void plan(Instant at, std::function<void()> act);
    /// Whenever such an event has happened.
    void listen(v1::Event::BodyCase kind, std::function<void(const v1::Event&)> listener);

    /// Gives a command; nothing when it was refused, and then reason() says why.
    template <class Response>
    std::optional<Response> command(const exchange::Actor& actor, std::string_view method,
                                    const google::protobuf::Message& request) {
        Response response;
        if (!give(actor, method, request, {}) || !response.ParseFromString(reply_)) return {};
        return response;
    }
    /// One that must be done.
    template <class Response>
    Response must(const exchange::Actor& actor, std::string_view method,
                  const google::protobuf::Message& request) {
        auto response = command<Response>(actor, method, request);
        if (!response) give_up(std::string(method) + " was refused: " + reason_);
        return *std::move(response);
    }
    /// One that must be refused for a reason; it is counted as a fault that the exchange withstood.
    void must_refuse(const exchange::Actor& actor, std::string_view method,
                     const google::protobuf::Message& request, std::string_view reason);
    /// The same command several times, as clients do that hear no answer: it is done once.
    template <class Response>
    Response storm(const exchange::Actor& actor, std::string_view method,
                   const google::protobuf::Message& request) {
        const std::string key = "storm" + std::to_string(++keys_);
        Response first;
        if (!give(actor, method, request, key) || !first.ParseFromString(reply_))
            give_up(std::string(method) + " was refused: " + reason_);
        const std::uint64_t done = commands();
        for (int i = 0; i < 2; ++i) {
            if (!give(actor, method, request, key) || repeats_ != done)
                give_up(std::string(method) + " was done twice");
        }
        storms_ += 2;
        return first;
    }
    template <class Response>
    Response ask(const exchange::Actor& actor, std::string_view method,
                 const google::protobuf::Message& request) const {
        Response response;
        const auto reply = exchange_.query(method, actor, now_, request.SerializeAsString());
        if (!reply || !response.ParseFromString(*reply))
            give_up(std::string(method) + " gave no answer: " +
                    (reply ? "it cannot be read" : std::string(reply.error().reason())));
        return response;
    }
    const std::string& reason() const { return reason_; }

    std::uint64_t commands() const { return exchange_.last_sequence(); }
    std::uint64_t refused() const { return refused_; }
    std::uint64_t storms() const { return storms_; }
    std::uint64_t transfers() const { return transfers_; }
    /// The longest that a single firing of timers kept the exchange.
    std::chrono::nanoseconds longest_tick() const { return longest_tick_; }

  private:
    bool give(const exchange::Actor& actor, std::string_view method,
              const google::protobuf::Message& request, const std::string& key);
    bool apply(const exchange::Actor& actor, std::string_view method, const std::string& request,
               const std::string& key);
    void fire_timers();
    void on_event(std::string_view bytes) override;

    exchange::Exchange exchange_;
    std::unique_ptr<projection::SqliteProjection> tables_;
    Instant now_;
    std::multimap<Instant, std::function<void()>> plans_;
    std::multimap<v1::Event::BodyCase, std::function<void(const v1::Event&)>> listeners_;
    std::uint64_t keys_ = 0;
    std::string reply_;
    std::uint64_t repeats_ = 0;  ///< The command that the last one repeated; 0: it was new.
    std::string reason_;
    std::uint64_t refused_ = 0;
    std::uint64_t storms_ = 0;
    std::uint64_t transfers_ = 0;
    std::chrono::nanoseconds longest_tick_{};
};

}  // namespace penstock::scenario
