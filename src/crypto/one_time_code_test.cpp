#include "crypto/one_time_code.h"

#include <gtest/gtest.h>

#include <array>
#include <cstdio>
#include <memory>
#include <string>

namespace penstock::crypto {
namespace {

// RFC 4226, appendix D.
TEST(OneTimeCode, is_that_of_the_standard_for_counters) {
    const std::array<const char*, 10> expected{"755224", "287082", "359152", "969429", "338314",
                                               "254676", "287922", "162583", "399871", "520489"};
    for (std::uint64_t counter = 0; counter < expected.size(); ++counter)
        EXPECT_EQ(one_time_code(bytes_of("12345678901234567890"), counter), expected[counter]);
}

// RFC 6238, appendix B, with its secrets of 20, 32 and 64 bytes.
TEST(OneTimeCode, is_that_of_the_standard_for_times) {
    std::string digits;
    for (int i = 0; i < 7; ++i) digits += "1234567890";
    struct Row {
        std::int64_t time;
        const char* sha1;
        const char* sha256;
        const char* sha512;
    };
    constexpr std::array kRows{Row{59, "94287082", "46119246", "90693936"},
                               Row{1111111109, "07081804", "68084774", "25091201"},
                               Row{1111111111, "14050471", "67062674", "99943326"},
                               Row{1234567890, "89005924", "91819424", "93441116"},
                               Row{2000000000, "69279037", "90698825", "38618901"},
                               Row{20000000000, "65353130", "77737706", "47863826"}};
    for (const Row& row : kRows) {
        const auto step = static_cast<std::uint64_t>(row.time / 30);
        const auto code = [&](std::size_t size, CodeHash hash) {
            return one_time_code(bytes_of(digits.substr(0, size)), step, 8, hash);
        };
        EXPECT_EQ(code(20, CodeHash::sha1), row.sha1) << row.time;
        EXPECT_EQ(code(32, CodeHash::sha256), row.sha256) << row.time;
        EXPECT_EQ(code(64, CodeHash::sha512), row.sha512) << row.time;
    }
}

TEST(OneTimeCode, is_found_one_step_off_and_no_further) {
    const ByteView secret = bytes_of("12345678901234567890");
    constexpr std::int64_t kNow = 1'000'000'020;  // Within step 33,333,334.
    constexpr std::uint64_t kStep = 33'333'334;
    const auto find = [&](std::uint64_t step, std::uint64_t after) {
        return find_code_step(secret, one_time_code(secret, step), kNow, after);
    };
    EXPECT_EQ(find(kStep, 0), kStep);
    EXPECT_EQ(find(kStep - 1, 0), kStep - 1);
    EXPECT_EQ(find(kStep + 1, 0), kStep + 1);
    EXPECT_FALSE(find(kStep - 2, 0));
    EXPECT_FALSE(find(kStep + 2, 0));
    EXPECT_FALSE(find(kStep, kStep)) << "a step was used twice";
    EXPECT_FALSE(find(kStep - 1, kStep));
    EXPECT_FALSE(find_code_step(secret, "", kNow, 0));
    EXPECT_FALSE(find_code_step(secret, "1234567", kNow, 0));
}

TEST(OneTimeCode, is_that_of_oathtool) {
    const std::string secret = "a secret of twenty b";
    const std::string command = "oathtool --totp --base32 --now '2026-11-22 01:00:00 UTC' " +
                                base32(bytes_of(secret)) + " 2>&1";
    const std::unique_ptr<FILE, int (*)(FILE*)> tool(::popen(command.c_str(), "r"), ::pclose);
    ASSERT_TRUE(tool);
    std::array<char, 64> line{};
    ASSERT_NE(std::fgets(line.data(), line.size(), tool.get()), nullptr);
    constexpr std::uint64_t kStep = 1'795'309'200 / 30;  // Of that instant.
    EXPECT_EQ(one_time_code(bytes_of(secret), kStep) + "\n", std::string(line.data()));
}

// RFC 4648, section 10.
TEST(Base32, is_that_of_the_standard) {
    EXPECT_EQ(base32(bytes_of("")), "");
    EXPECT_EQ(base32(bytes_of("f")), "MY");
    EXPECT_EQ(base32(bytes_of("fo")), "MZXQ");
    EXPECT_EQ(base32(bytes_of("foob")), "MZXW6YQ");
    EXPECT_EQ(base32(bytes_of("fooba")), "MZXW6YTB");
    EXPECT_EQ(base32(bytes_of("foobar")), "MZXW6YTBOI");
}

TEST(Base32, is_read_back_from_what_was_written_alone) {
    for (const char* text : {"", "f", "fo", "foo", "foob", "fooba", "foobar"}) {
        const auto read = parse_base32(base32(bytes_of(text)));
        ASSERT_TRUE(read) << text;
        EXPECT_EQ(text_of(*read), text);
    }
    for (const char* text : {"M", "MZ======", "mzxq", "MZXW6YR", "M1", "MZXW7"})
        EXPECT_FALSE(parse_base32(text)) << text;
}

}  // namespace
}  // namespace penstock::crypto
