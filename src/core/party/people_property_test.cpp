#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "base/archive.h"
#include "core/party/invariants.h"
#include "core/party/people.h"

namespace penstock::party {
namespace {

template <class Array>
Array drawn(std::uint8_t seed) {
    Array value{};
    value[0] = seed;
    value[1] = 1;
    return value;
}

std::string snapshot(People& people) {
    std::string bytes;
    ArchiveWriter writer(bytes);
    writer(people);
    return bytes;
}

/// Tries one random change; does it only when its check lets it.
void step(People& people, Instant now) {
    const auto small = [] { return *rc::gen::inRange<std::uint64_t>(1, 6); };
    const UserId user{small()};
    const SessionId session{*rc::gen::inRange<std::uint64_t>(1, 12)};
    const auto ref = drawn<VaultRef>(static_cast<std::uint8_t>(small()));
    const auto hash = drawn<SecretHash>(static_cast<std::uint8_t>(small()));
    const User* known = people.find_user(user);
    const bool is_open = people.find_session(session) != nullptr;
    const UserId holder = is_open ? people.session(session).user : UserId{};
    switch (*rc::gen::inRange(0, 13)) {
        case 0:
        case 1:
            if (people.check_invite(PartyId{1}, {Role::buyer}, {UserRole::trader}, ref, hash))
                people.invite(PartyId{1}, {UserRole::trader}, ref, hash, now);
            break;
        case 2:
            if (const auto invited = people.check_activate(hash, ref, now))
                people.activate(*invited, ref);
            break;
        case 3:
            if (people.check_reset(user, hash)) people.reset(user, hash, now);
            break;
        case 4:
            if (*rc::gen::inRange(0, 4) == 0 && people.check_user(user)) people.remove(user);
            break;
        case 5:
            if (people.check_count_failure(user, hash, now)) people.count_failure(user, hash, now);
            break;
        case 6:
        case 7: {
            if (known == nullptr) break;
            SignIn sign;
            sign.user = user;
            sign.password = known->password;
            sign.token_hash = hash;
            sign.device = hash;
            sign.new_device = drawn<SecretHash>(static_cast<std::uint8_t>(small()));
            sign.proof.step = *rc::gen::inRange<std::uint64_t>(0, 9);
            if (people.check_sign_in(sign, now)) people.sign_in(sign, now);
            break;
        }
        case 8:
            if (is_open) people.end(session);
            break;
        case 9:
            if (people.check_note_use(session, now)) people.note_use(session, now);
            break;
        case 10:
            if (is_open) people.set_password(session, ref);
            break;
        case 11:
            if (!is_open) break;
            if (people.check_offer(holder, ref)) people.offer(holder, ref);
            if (people.check_set_second_factor(holder, ref, {hash}))
                people.set_second_factor(session, ref, 1, {hash});
            break;
        case 12: {
            const SecondFactorProof proof{.recovery = hash};
            if (is_open && people.check_use_second_factor(holder, proof))
                people.use_second_factor(session, proof, People::Use::remove_factor);
            break;
        }
    }
}

RC_GTEST_PROP(PeopleProperty, keeps_its_invariants_and_survives_its_snapshot, ()) {
    People people;
    Instant now{1'000'000'000};
    const int steps = *rc::gen::inRange(0, 200);
    for (int i = 0; i < steps; ++i) {
        now = now + seconds(*rc::gen::inRange<std::int64_t>(0, 5'000));
        step(people, now);
        const auto broken = broken_invariants(people);
        if (!broken.empty()) RC_FAIL(broken.front());
    }
    const std::string bytes = snapshot(people);
    People restored;
    ArchiveReader reader(bytes);
    reader(restored);
    RC_ASSERT(reader.finished());
    RC_ASSERT(snapshot(restored) == bytes);
    RC_ASSERT(broken_invariants(restored).empty());
}

}  // namespace
}  // namespace penstock::party
