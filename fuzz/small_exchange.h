#pragma once

#include <string>
#include <string_view>

#include "base/assert.h"
#include "core/exchange/exchange.h"
#include "penstock/v1/internal.pb.h"

struct IgnoreEvents : penstock::exchange::EventSink {
    void on_event(std::string_view) override {}
};

inline constexpr penstock::Instant kSmallExchangeTime{1'800'000'000'000'000'000};

/// An exchange that is open, with a buyer and a supplier who wait for their admission and one
/// agent.
inline penstock::exchange::Exchange small_exchange() {
    using namespace penstock;
    exchange::Exchange fresh;
    const auto give = [&](exchange::Actor actor, const char* method, const auto& request) {
        IgnoreEvents ignore;
        const std::string bytes = request.SerializeAsString();
        const std::string key = "key " + std::to_string(fresh.last_sequence());
        const bool is_system = actor.kind == exchange::Actor::Kind::system;
        const auto reply = fresh.apply({fresh.last_sequence() + 1, kSmallExchangeTime, actor,
                                        method, bytes, is_system ? std::string_view() : key},
                                       ignore);
        PENSTOCK_ASSERT(reply.outcome == exchange::Reply::Outcome::done);
    };
    const auto hash = [](char last) { return std::string(31, 'h') + last; };
    v1::OpenExchangeRequest open;
    open.set_operator_name("operator");
    open.set_key_hash(hash('0'));
    open.set_currency("CNY");
    open.set_identifier_prefix("SIM1");
    give({exchange::Actor::Kind::system, 0}, "InternalService/OpenExchange", open);
    for (const v1::Role role : {v1::ROLE_BUYER, v1::ROLE_SUPPLIER}) {
        v1::OpenPartyRequest party;
        party.set_name("party");
        party.add_roles(role);
        party.set_key_hash(hash(static_cast<char>('0' + role)));
        give({}, "InternalService/OpenParty", party);
    }
    v1::AddEnrolmentTokenRequest token;
    token.set_site_name("site");
    token.set_pool_name("pool");
    token.set_token_hash(hash('t'));
    give({exchange::Actor::Kind::key, 3}, "InternalService/AddEnrolmentToken", token);
    v1::JoinAgentRequest join;
    join.set_token_hash(hash('t'));
    join.set_public_key(hash('k'));
    give({}, "InternalService/JoinAgent", join);
    return fresh;
}
