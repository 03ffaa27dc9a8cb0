#include "shell/limits/limits.h"

#include <gtest/gtest.h>

#include "shell/limits/address.h"

namespace penstock::limits {
namespace {

constexpr const char* kPeer = "192.0.2.7:50310";
constexpr Terms kFive{.tokens_per_minute = 60, .burst = 5};

AllTerms only(Limit limit) {
    AllTerms terms{};
    terms[index_of(limit)] = kFive;
    return terms;
}

int admitted(Limits& limits, const Call& call, Duration now = seconds(100)) {
    int count = 0;
    while (count < 100 && !limits.admit_call(call, now)) ++count;
    return count;
}

TEST(Limits, counts_requests_by_address) {
    Limits limits(only(Limit::address), 64);
    for (int i = 0; i < 5; ++i) EXPECT_FALSE(limits.admit_request(kPeer, seconds(100)));
    const auto refused = limits.admit_request("192.0.2.7:1", seconds(100));
    ASSERT_TRUE(refused);
    EXPECT_EQ(refused->limit, Limit::address);
    EXPECT_FALSE(limits.admit_request("192.0.2.8:50310", seconds(100)));
    EXPECT_FALSE(limits.admit_request(kPeer, seconds(101)));
    EXPECT_EQ(limits.counters().refused[index_of(Limit::address)], 1u);
}

TEST(Limits, says_when_to_come_again_in_seconds_rounded_up) {
    EXPECT_EQ((Refusal{Limit::key, Duration{1}}).error().retry_after_seconds(), 1u);
    EXPECT_EQ((Refusal{Limit::key, seconds(2)}).error().retry_after_seconds(), 2u);
    EXPECT_EQ((Refusal{Limit::key, seconds(2) + Duration{1}}).error().retry_after_seconds(), 3u);
    const Error error = (Refusal{Limit::route, seconds(7)}).error();
    EXPECT_EQ(error.code(), Code::resource_exhausted);
    EXPECT_EQ(error.reason(), "LIMIT_ROUTE");
    EXPECT_NE(error.message().find("7 s"), std::string::npos);
}

TEST(Limits, counts_calls_by_key_by_party_and_by_method) {
    const Call first{.peer = kPeer, .kind = 1, .number = 1, .party = 1, .method = 3};
    Call other_key = first;
    other_key.number = 2;
    Call other_method = first;
    other_method.method = 4;
    Call other_party = first;
    other_party.number = 3;
    other_party.party = 2;
    Limits keys(only(Limit::key), 64);
    EXPECT_EQ(admitted(keys, first), 5);
    EXPECT_EQ(admitted(keys, other_method), 0);
    EXPECT_EQ(admitted(keys, other_key), 5);
    Limits parties(only(Limit::party), 64);
    EXPECT_EQ(admitted(parties, first), 5);
    EXPECT_EQ(admitted(parties, other_key), 0);
    EXPECT_EQ(admitted(parties, other_party), 5);
    Limits routes(only(Limit::route), 64);
    EXPECT_EQ(admitted(routes, first), 5);
    EXPECT_EQ(admitted(routes, other_key), 0);
    EXPECT_EQ(admitted(routes, other_method), 5);
    EXPECT_EQ(admitted(routes, other_party), 5);
}

TEST(Limits, takes_nothing_for_what_is_refused) {
    AllTerms terms = only(Limit::key);
    terms[index_of(Limit::route)] = {.tokens_per_minute = 60, .burst = 2};
    Limits limits(terms, 64);
    Call call{.peer = kPeer, .kind = 1, .number = 1, .party = 1, .method = 3};
    EXPECT_EQ(admitted(limits, call), 2);
    for (int i = 0; i < 50; ++i)
        EXPECT_EQ(limits.admit_call(call, seconds(100))->limit, Limit::route);
    call.method = 4;
    EXPECT_EQ(admitted(limits, call), 2);
    call.method = 5;
    EXPECT_EQ(admitted(limits, call), 1);
    EXPECT_EQ(limits.counters().admitted, 5u);
}

TEST(Limits, weighs_calls_by_their_cost) {
    Limits limits(only(Limit::party), 64);
    Call call{.peer = kPeer, .kind = 1, .number = 1, .party = 1, .cost = 2};
    EXPECT_EQ(admitted(limits, call), 2);
    call.cost = 1;
    EXPECT_EQ(admitted(limits, call), 1);
}

TEST(Limits, keep_polls_apart_from_all_else) {
    AllTerms terms = only(Limit::key);
    terms[index_of(Limit::poll)] = {.tokens_per_minute = 60, .burst = 3};
    Limits limits(terms, 64);
    Call agent{.peer = kPeer, .kind = 2, .number = 1, .party = 1};
    EXPECT_EQ(admitted(limits, agent), 5);
    agent.is_poll = true;
    EXPECT_EQ(admitted(limits, agent), 3);
    EXPECT_EQ(limits.admit_call(agent, seconds(100))->limit, Limit::poll);
}

TEST(Limits, count_sign_ins_by_address_whoever_signs_in) {
    Limits limits(only(Limit::sign_in), 64);
    Call call{.peer = kPeer, .is_for_anyone = true};
    EXPECT_EQ(admitted(limits, call), 5);
    call.party = 7;
    call.number = 8;
    EXPECT_EQ(limits.admit_call(call, seconds(100))->limit, Limit::sign_in);
    call.peer = "192.0.2.8:1";
    EXPECT_EQ(admitted(limits, call), 5);
}

TEST(Limits, make_guessing_dear) {
    AllTerms terms{};
    terms[index_of(Limit::address)] = {.tokens_per_minute = 600, .burst = 100};
    Limits limits(terms, 64);
    int guesses = 0;
    while (!limits.admit_request(kPeer, seconds(100))) {
        limits.note_wrong_credentials(kPeer, seconds(100));
        ++guesses;
    }
    EXPECT_EQ(guesses, 5);
}

TEST(Limits, count_what_nobody_asks_for_at_his_address) {
    Limits limits(only(Limit::address), 64);
    const Call list{.peer = kPeer, .cost = 3};
    EXPECT_FALSE(limits.admit_request(kPeer, seconds(100)));
    EXPECT_FALSE(limits.admit_call(list, seconds(100)));
    EXPECT_FALSE(limits.admit_request(kPeer, seconds(100)));
    EXPECT_EQ(limits.admit_call(list, seconds(100))->limit, Limit::address);
}

}  // namespace
}  // namespace penstock::limits
