#include "shell/limits/terms.h"

#include <gtest/gtest.h>

namespace penstock::limits {
namespace {

TEST(LimitTerms, are_read_by_name_rate_and_burst) {
    AllTerms terms = kDefaultTerms;
    ASSERT_TRUE(change_terms(terms, "party=200/s:1000"));
    EXPECT_EQ(terms[index_of(Limit::party)], (Terms{.tokens_per_minute = 12'000, .burst = 1'000}));
    ASSERT_TRUE(change_terms(terms, "sign-in=30/min"));
    EXPECT_EQ(terms[index_of(Limit::sign_in)], (Terms{.tokens_per_minute = 30, .burst = 30}));
    ASSERT_TRUE(change_terms(terms, "key=1000000/s"));
    EXPECT_EQ(terms[index_of(Limit::key)],
              (Terms{.tokens_per_minute = kTokensPerMinuteMax, .burst = kBurstMax}));
    ASSERT_TRUE(change_terms(terms, "route=off"));
    EXPECT_TRUE(terms[index_of(Limit::route)].is_off());
    EXPECT_EQ(terms[index_of(Limit::poll)], kDefaultTerms[index_of(Limit::poll)]);
}

TEST(LimitTerms, refuse_what_they_cannot_be) {
    for (const char* text :
         {"", "=", "party", "party=", "party=5", "party=5/h", "party=0/s", "party=-1/s",
          "party=1000001/s", "party=5/s:", "party=5/s:0", "party=5/s:1000001", "party=5/s:x",
          "party= 5/s", "Party=5/s", "parties=5/s", "party=on", "party=5/s:5:5"}) {
        AllTerms terms = kDefaultTerms;
        const auto changed = change_terms(terms, text);
        ASSERT_FALSE(changed) << text;
        EXPECT_EQ(changed.error().reason(), "LIMIT_TERMS_INVALID");
        EXPECT_EQ(terms, kDefaultTerms);
    }
}

}  // namespace
}  // namespace penstock::limits
