#include "format/bank/csv_profile.h"

#include <gtest/gtest.h>

#include <ostream>

#include "format/bank/error.h"
#include "format/bank/shipped_profiles.h"

namespace penstock::format {
namespace {

TEST(CsvProfile, is_shipped_under_its_own_name) {
    ASSERT_EQ(shipped_profiles().size(), 3U);
    for (const ShippedProfile& shipped : shipped_profiles()) {
        const auto profile = parse_csv_profile(shipped.yaml, shipped.name);
        ASSERT_TRUE(profile) << profile.error().message();
        EXPECT_EQ(profile->name(), shipped.name);
        EXPECT_FALSE(profile->description().empty());
    }
}

struct Wrong {
    std::string text;
    std::string detail;
};

void PrintTo(const Wrong& wrong, std::ostream* stream) {
    *stream << wrong.text;
}

class WrongProfile : public testing::TestWithParam<Wrong> {};

TEST_P(WrongProfile, is_refused_with_place_and_remedy) {
    const auto profile = parse_csv_profile(GetParam().text, "p.yaml");
    ASSERT_FALSE(profile);
    EXPECT_EQ(profile.error().reason(), kBankProfileInvalid.reason);
    EXPECT_TRUE(profile.error().detail().starts_with("p.yaml:")) << profile.error().detail();
    EXPECT_NE(profile.error().detail().find(GetParam().detail), std::string::npos)
        << profile.error().detail();
}

std::string with(std::string_view more) {
    return "name: x\naccount: '1'\ncurrency: CNY\ncolumns: {booking_day: a, amount: b}\n" +
           std::string(more);
}

INSTANTIATE_TEST_SUITE_P(
    All, WrongProfile,
    testing::Values(
        Wrong{"", "empty"}, Wrong{"[a]", "must be a mapping"},
        Wrong{with("colour: red"), "p.yaml:5:1: 'colour' is not known"},
        Wrong{with("name: y"), "given above already"}, Wrong{with("labels: {color: a}"), "'color'"},
        Wrong{"name: x", "columns.booking_day is missing"},
        Wrong{"name: x\ncolumns: {booking_day: a}", "account, labels.account"},
        Wrong{"account: '1'", "'name' is missing"},
        Wrong{with("encoding: latin1"), "encoding must be"}, Wrong{with("sign: odd"), "sign must"},
        Wrong{with("sign: two-columns"), "columns.debit is missing"},
        Wrong{with("sign: direction"), "columns.direction is missing"},
        Wrong{with("order: sideways"), "order must"},
        Wrong{with("delimiter: ab"), "one sign of ASCII"},
        Wrong{with("delimiter: '\"'"), "cannot be one sign"},
        Wrong{with("thousands: '.'"), "cannot be one sign"},
        Wrong{with("thousands: \"'\"\nquote: \"'\""), "cannot be one sign"},
        Wrong{with("decimal: '-'"), "the sign of an amount"},
        Wrong{with("below_zero: odd"), "below_zero must"},
        Wrong{with("dates: [YYYYMD]"), "no digit behind"},
        Wrong{with("dates: [YY-MM-DD]"), "must have YYYY"},
        Wrong{with("currencies: {RMB: yuan}"), "a code such as CNY"},
        Wrong{"name: x\ncurrency: yuan\naccount: '1'\ncolumns: {booking_day: a, amount: b}",
              "currency must be a code"},
        Wrong{"name: x\naccount: '1'\ncurrency: CNY\nsign: direction\ndebit_words: D\n"
              "credit_words: [C, D]\ncolumns: {booking_day: a, amount: b, direction: c}",
              "'D' cannot be both"}));

}  // namespace
}  // namespace penstock::format
