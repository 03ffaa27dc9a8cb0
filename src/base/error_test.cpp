#include "base/error.h"

#include <gtest/gtest.h>

#include <memory>

#include "base/try.h"

namespace penstock {
namespace {

constexpr Rejection kTooSmall{1, Code::out_of_range, "TOO_SMALL", "Too small. Give more."};

TEST(Error, carries_the_rejection_and_where_it_was_met) {
    const Error error(kTooSmall, "price");
    EXPECT_EQ(error.code(), Code::out_of_range);
    EXPECT_EQ(error.reason(), "TOO_SMALL");
    EXPECT_EQ(error.number(), 1);
    EXPECT_EQ(error.field(), "price");
    EXPECT_EQ(error.message(), "Too small. Give more.");
    EXPECT_EQ(Error(kTooSmall, "", "At least 3.").message(), "Too small. Give more. At least 3.");
}

TEST(Error, prefixes_the_path_from_further_out) {
    EXPECT_EQ(Error(kTooSmall, "price").within("lines[2]").field(), "lines[2].price");
    EXPECT_EQ(Error(kTooSmall).within("lines[2]").within("order").field(), "order.lines[2]");
}

TEST(Code, is_named_as_connect_names_it) {
    EXPECT_EQ(name(Code::cancelled), "canceled");
    EXPECT_EQ(name(Code::unauthenticated), "unauthenticated");
    for (int number = 1; number <= 16; ++number) {
        EXPECT_FALSE(name(static_cast<Code>(number)).empty()) << number;
    }
}

Result<std::unique_ptr<int>> make(int value) {
    if (value < 0) return reject(kTooSmall, "value");
    return std::make_unique<int>(value);
}

Result<int> twice(int value) {
    TRY(make(value));
    TRY_ASSIGN(const auto first, make(value));
    TRY_ASSIGN(const auto second, make(value));
    return *first + *second;
}

TEST(Try, leaves_with_the_error_or_goes_on_with_the_value) {
    EXPECT_EQ(twice(4).value(), 8);
    const Result<int> failed = twice(-1);
    ASSERT_FALSE(failed.has_value());
    EXPECT_EQ(failed.error().field(), "value");
}

}  // namespace
}  // namespace penstock
