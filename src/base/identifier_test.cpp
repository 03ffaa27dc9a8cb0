#include "base/identifier.h"

#include <gtest/gtest.h>

#include <utility>

namespace penstock {
namespace {

const Identifier kExamples[] = {{"BJ01", IdentifierKind::pool, 100},
                                {"0000", IdentifierKind::site, 0},
                                {"ZZZZ", IdentifierKind::resource, kIdentifierNumberEnd - 1},
                                {"GZ9A", IdentifierKind::site, 987'654'321'012'345}};

TEST(Identifier, returns_its_parts) {
    for (const Identifier& example : kExamples) {
        const std::string text = identifier_text(example);
        EXPECT_EQ(text.size(), 25U);
        EXPECT_EQ(parse_identifier(text).value(), example) << text;
    }
    EXPECT_EQ(identifier_text(kExamples[0]).substr(0, 23), "PSK1-BJ01-P-000000002S-");
}

TEST(Identifier, has_check_characters_that_sum_to_one) {
    // ISO/IEC 7064: with weights 36^n … 36, 1 the whole is 1 modulo 1271.
    for (const Identifier& example : kExamples) {
        unsigned sum = 0;
        for (const char c : identifier_text(example)) {
            if (c == '-') continue;
            const int value = c <= '9' ? c - '0' : c - 'A' + 10;
            sum = (sum * 36 + static_cast<unsigned>(value)) % 1271;
        }
        EXPECT_EQ(sum, 1U);
    }
}

TEST(Identifier, shows_every_single_wrong_character) {
    for (const Identifier& example : kExamples) {
        const std::string text = identifier_text(example);
        for (std::size_t i = 0; i < text.size(); ++i) {
            for (int other = 0; other < 256; ++other) {
                std::string wrong = text;
                wrong[i] = static_cast<char>(other);
                if (wrong == text) continue;
                EXPECT_EQ(parse_identifier(wrong).error().number(), kIdentifierInvalid.number)
                    << wrong;
            }
        }
    }
}

TEST(Identifier, shows_every_swap_of_two_characters) {
    for (const Identifier& example : kExamples) {
        const std::string text = identifier_text(example);
        for (std::size_t i = 0; i < text.size(); ++i) {
            for (std::size_t k = i + 1; k < text.size(); ++k) {
                std::string wrong = text;
                std::swap(wrong[i], wrong[k]);
                if (wrong == text) continue;
                EXPECT_FALSE(parse_identifier(wrong)) << wrong;
            }
        }
    }
}

TEST(Identifier, of_another_length_is_refused) {
    const std::string text = identifier_text(kExamples[3]);
    for (std::size_t i = 0; i < text.size(); ++i) {
        std::string wrong = text;
        EXPECT_FALSE(parse_identifier(wrong.erase(i, 1)));
        wrong = text;
        EXPECT_FALSE(parse_identifier(wrong.insert(i, 1, '0')));
    }
    EXPECT_FALSE(parse_identifier(""));
    EXPECT_FALSE(parse_identifier(text + text));
}

}  // namespace
}  // namespace penstock
