#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <map>
#include <set>
#include <string>
#include <vector>

#include "base/archive.h"
#include "core/party/directory.h"
#include "core/party/invariants.h"

namespace penstock::party {
namespace {

std::array<std::uint8_t, 32> drawn(std::uint8_t seed) {
    std::array<std::uint8_t, 32> value{};
    value[0] = seed;
    value[1] = 1;
    return value;
}

std::string snapshot(Directory& directory) {
    std::string bytes;
    ArchiveWriter writer(bytes);
    writer(directory);
    return bytes;
}

/// Tries one random change; does it only when its check lets it.
void step(Directory& directory, Instant now) {
    const auto small = [] { return *rc::gen::inRange<std::uint64_t>(0, 6); };
    const PartyId party{small()};
    const KeyId key{small()};
    const AgentId agent{small()};
    const auto seed = static_cast<std::uint8_t>(small());
    switch (*rc::gen::inRange(0, 10)) {
        case 0: {
            const auto bits = *rc::gen::inRange(0, 4);
            Roles roles;
            if ((bits & 1) != 0) roles.add(Role::buyer);
            if ((bits & 2) != 0) roles.add(Role::supplier);
            if (directory.check_open_party("name", roles)) directory.open_party("name", roles, now);
            break;
        }
        case 1: {
            const auto decision = static_cast<PartyState>(*rc::gen::inRange(1, 5));
            if (directory.check_review(party, decision, "")) {
                directory.review(party, decision, "", now);
            }
            break;
        }
        case 2:
            if (directory.check_add_key(party, "key", {.ttl_seconds = 90'000}, now)) {
                directory.add_key(party, "key", drawn(seed), {.ttl_seconds = 90'000}, now);
            }
            break;
        case 9:
            if (directory.check_replace_key(key, Caller{}, 60, now)) {
                directory.replace_key(key, drawn(seed), 60, now);
            }
            break;
        case 3:
            if (directory.check_revoke_key(key)) directory.revoke_key(key);
            break;
        case 4: {
            const TokenRequest request{"site", "pool", 60};
            if (directory.check_add_token(party, request, drawn(seed), now)) {
                directory.add_token(party, request, drawn(seed), now);
            }
            break;
        }
        case 5: {
            const auto token = directory.check_token(drawn(seed), now);
            const PublicKey public_key = drawn(static_cast<std::uint8_t>(small()));
            const std::string sent(public_key.begin(), public_key.end());
            if (!token || !directory.check_public_key(sent)) break;
            const PartyId owner = (*token)->party;
            directory.use_token(drawn(seed));
            directory.add_agent(owner, SiteId{1}, PoolId{directory.next_agent_id().value},
                                public_key);
            break;
        }
        case 6:
            if (directory.check_mark_lost(agent)) directory.mark_lost(agent);
            break;
        case 7:
            if (directory.check_mark_back(agent)) directory.mark_back(agent);
            break;
        case 8:
            if (directory.check_revoke_agent(agent)) directory.revoke_agent(agent);
            break;
    }
}

RC_GTEST_PROP(DirectoryProperty, keeps_its_invariants_and_survives_its_snapshot, ()) {
    Directory directory;
    Instant now{1'000'000'000};
    const int steps = *rc::gen::inRange(0, 200);
    for (int i = 0; i < steps; ++i) {
        now = now + seconds(*rc::gen::inRange<std::int64_t>(0, 50'000));
        step(directory, now);
        const auto broken = broken_invariants(directory);
        if (!broken.empty()) RC_FAIL(broken.front());
    }
    const std::string bytes = snapshot(directory);
    Directory restored;
    ArchiveReader reader(bytes);
    reader(restored);
    RC_ASSERT(reader.finished());
    RC_ASSERT(snapshot(restored) == bytes);
    RC_ASSERT(broken_invariants(restored).empty());
}

RC_GTEST_PROP(DirectoryProperty, lets_nobody_start_who_is_not_qualified, ()) {
    const auto permission = static_cast<Permission>(*rc::gen::inRange(1, 20));
    const auto state = static_cast<PartyState>(*rc::gen::inRange(1, 5));
    const auto kind = *rc::gen::element(Caller::Kind::member, Caller::Kind::agent);
    Roles roles;
    if (*rc::gen::arbitrary<bool>()) roles.add(Role::buyer);
    if (*rc::gen::arbitrary<bool>()) roles.add(Role::supplier);
    const bool may = allows(roles, state, permission, kind, Effect::start);
    RC_ASSERT(!may || state == PartyState::qualified);
    // What a worse effect is allowed, a milder one is too.
    RC_ASSERT(!may || allows(roles, state, permission, kind, Effect::prepare));
    RC_ASSERT(!allows(roles, state, permission, kind, Effect::prepare) ||
              allows(roles, state, permission, kind, Effect::finish));
}

RC_GTEST_PROP(DirectoryProperty, refuses_damaged_snapshots_without_harm, ()) {
    Directory directory;
    const PartyId party = directory.open_party("a", {Role::supplier}, Instant{1});
    directory.add_key(party, "k", drawn(1), {}, Instant{2});
    directory.add_token(party, {"s", "p", 60}, drawn(2), Instant{3});
    directory.add_agent(party, SiteId{1}, PoolId{1}, drawn(3));
    const std::string bytes = snapshot(directory);
    const auto cut = *rc::gen::inRange<std::size_t>(0, bytes.size());
    Directory restored;
    ArchiveReader reader(std::string_view(bytes).substr(0, cut));
    reader(restored);
    RC_ASSERT(!reader.finished());
}

}  // namespace
}  // namespace penstock::party
