#pragma once

#include <gtest/gtest.h>

#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "format/bank/csv_profile.h"
#include "format/bank/shipped_profiles.h"

namespace penstock::format {

/// A file of examples/bank.
std::string example(const std::string& name);

/// `text` with the first `from` in it replaced, which must be there.
inline std::string altered(std::string text, std::string_view from, std::string_view to) {
    const std::size_t at = text.find(from);
    EXPECT_NE(at, text.npos) << from;
    if (at != text.npos) text.replace(at, from.size(), to);
    return text;
}

inline v1::CsvProfile shipped_profile(std::string_view name) {
    for (const ShippedProfile& shipped : shipped_profiles()) {
        if (shipped.name != name) continue;
        auto profile = parse_csv_profile(shipped.yaml, name);
        EXPECT_TRUE(profile) << profile.error().message();
        return profile ? *profile : v1::CsvProfile();
    }
    ADD_FAILURE() << "no profile " << name;
    return {};
}

/// What the month of the examples holds, however it is written.
inline void expect_example(const v1::BankStatement& statement) {
    EXPECT_EQ(statement.account(), "1100220033004400");
    EXPECT_EQ(statement.currency(), "CNY");
    EXPECT_EQ(statement.opening_micros(), 100'000'000'000);
    EXPECT_EQ(statement.closing_micros(), 86'184'500'000);
    std::vector<std::int64_t> amounts;
    for (const v1::BankEntry& entry : statement.entries()) amounts.push_back(entry.amount_micros());
    EXPECT_EQ(amounts, (std::vector<std::int64_t>{5'000'000'000, 1'200'000'000, -15'500'000,
                                                  -20'000'000'000}));
    ASSERT_EQ(statement.entries_size(), 4);
    EXPECT_EQ(statement.entries(3).booking_day(), "2026-11-04");
    EXPECT_EQ(statement.entries(3).bank_reference(), "B20261104-0001");
    EXPECT_EQ(statement.entries(3).counterparty_account(), "6222000055556666");
}

/// A change to a good file that makes it wrong, and how it is refused.
struct Wrong {
    std::string from;
    std::string to;
    const Rejection& rejection;
    std::string detail;  ///< A part of it.
};

inline void PrintTo(const Wrong& wrong, std::ostream* stream) {
    *stream << wrong.from << " -> " << wrong.to;
}

/// @param read  Of a file that was given the name "file".
template <class Statements>
void expect_refusal(const Result<Statements>& read, const Wrong& wrong) {
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().reason(), wrong.rejection.reason) << read.error().message();
    EXPECT_TRUE(read.error().detail().starts_with("file:")) << read.error().detail();
    EXPECT_NE(read.error().detail().find(wrong.detail), std::string::npos) << read.error().detail();
}

}  // namespace penstock::format
