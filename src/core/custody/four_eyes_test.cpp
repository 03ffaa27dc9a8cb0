#include "core/custody/four_eyes.h"

#include <gtest/gtest.h>

#include <string>

namespace penstock::custody {
namespace {

constexpr Instant kNow{1'800'000'000'000'000'000};
constexpr UserId kAnna{1};
constexpr UserId kBo{2};

/// Says something, as a handler does that carries it out.
std::string say(FourEyes& eyes, UserId officer, std::string_view what, Instant now = kNow) {
    const Digest said = digest_of(what);
    const auto heard = eyes.hear(officer, said, now);
    if (!heard) return std::string(heard.error().reason());
    eyes.note(officer, said, now, *heard);
    return *heard == FourEyes::Heard::first ? "first" : "second";
}

TEST(FourEyes, let_a_thing_be_done_that_two_persons_say) {
    FourEyes eyes;
    EXPECT_EQ(say(eyes, kAnna, "pay 5"), "first");
    EXPECT_EQ(say(eyes, kAnna, "pay 5"), "SECOND_OFFICER_NEEDED");
    EXPECT_EQ(say(eyes, kBo, "pay 6"), "first") << "which is something else";
    EXPECT_EQ(say(eyes, kBo, "pay 5"), "second");
    EXPECT_EQ(eyes.size(), 1u);
    EXPECT_EQ(say(eyes, kBo, "pay 5"), "first") << "it was done, and is proposed anew";
}

TEST(FourEyes, are_those_of_persons) {
    FourEyes eyes;
    EXPECT_EQ(say(eyes, UserId{}, "pay 5"), "OFFICER_NEEDED");
    EXPECT_EQ(say(eyes, kAnna, "pay 5"), "first");
    EXPECT_EQ(say(eyes, UserId{}, "pay 5"), "OFFICER_NEEDED");
}

TEST(FourEyes, forget_what_nobody_agreed_to_for_a_week) {
    FourEyes eyes;
    EXPECT_EQ(say(eyes, kAnna, "pay 5"), "first");
    const Instant end = kNow + kProposalWindow;
    EXPECT_EQ(say(eyes, kBo, "pay 5", end), "first");
    EXPECT_EQ(say(eyes, kAnna, "pay 5", end), "second");
    EXPECT_EQ(eyes.size(), 0u);
}

TEST(FourEyes, forget_the_word_of_who_is_no_officer_any_more) {
    FourEyes eyes;
    EXPECT_EQ(say(eyes, kAnna, "pay 5"), "first");
    EXPECT_EQ(say(eyes, kBo, "pay 6"), "first");
    eyes.forget(kAnna);
    EXPECT_EQ(eyes.size(), 1u);
    EXPECT_EQ(say(eyes, kBo, "pay 5"), "first");
    EXPECT_EQ(say(eyes, kAnna, "pay 6"), "second");
}

TEST(FourEyes, hold_a_bounded_number_of_proposals) {
    FourEyes eyes;
    for (std::size_t i = 0; i <= kProposalsMax; ++i)
        EXPECT_EQ(say(eyes, kAnna, "pay " + std::to_string(i), kNow + seconds(std::int64_t(i))),
                  "first");
    EXPECT_EQ(eyes.size(), kProposalsMax);
    EXPECT_EQ(say(eyes, kBo, "pay 1", kNow + seconds(2'000)), "second");
    EXPECT_EQ(say(eyes, kBo, "pay 0", kNow + seconds(2'000)), "first")
        << "the oldest was forgotten";
}

}  // namespace
}  // namespace penstock::custody
