// A reference is found however people and banks write it, and no entry takes what is not its own.
#include <gtest/gtest.h>

#include <map>
#include <random>

#include "advise/bank/match.h"

namespace penstock::advise {
namespace {

constexpr std::uint64_t kSeeds = 300;

class Writer {
  public:
    explicit Writer(std::uint64_t seed) : random_(seed) {}

    std::uint64_t below(std::uint64_t limit) { return random_() % limit; }

    /// The reference with blanks, small letters and full-width forms, and words around it that end
    /// where it begins.
    std::string purpose(const std::string& reference) {
        std::string text = below(2) == 0 ? "" : "payment for machines: ";
        bool first = true;
        for (const char letter : reference) {
            // No blank between digits: that could be another number, which a person must look at.
            const bool digit = letter >= '0' && letter <= '9';
            if (!first && !digit && below(6) == 0) text += below(2) == 0 ? " " : "\u3000";
            text += written(letter);
            first = false;
        }
        return text + (below(2) == 0 ? "" : "，谢谢");
    }

  private:
    std::string written(char letter) {
        const std::uint64_t way = below(3);
        if (way == 0) return {letter};
        if (way == 1) return {static_cast<char>(std::tolower(letter))};
        // U+FF01 is EF BC 81, and the forms go on from there in the order of ASCII.
        const unsigned code = 0xFF01U + static_cast<unsigned>(letter - '!');
        return {static_cast<char>(0xE0U | (code >> 12U)),
                static_cast<char>(0x80U | ((code >> 6U) & 0x3FU)),
                static_cast<char>(0x80U | (code & 0x3FU))};
    }

    std::mt19937_64 random_;
};

TEST(MatchProperty, finds_each_reference_however_it_is_written) {
    for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
        Writer writer(seed);
        std::vector<v1::AnnouncedPayment> payments;
        v1::BankStatement statement;
        statement.set_currency("CNY");
        const std::uint64_t count = 1 + writer.below(40);
        for (std::uint64_t i = 1; i <= count; ++i) {
            v1::AnnouncedPayment& payment = payments.emplace_back();
            payment.set_reference("PSK-TOPUP-" + std::to_string(i * 7));
            payment.set_currency("CNY");
            payment.set_amount_micros(static_cast<std::int64_t>(1 + writer.below(1'000)));
            v1::BankEntry& entry = *statement.add_entries();
            entry.set_identity("e" + std::to_string(i));
            entry.set_amount_micros(payment.amount_micros());
            entry.set_purpose(writer.purpose(payment.reference()));
        }
        const auto result = match_statement(statement, payments, {});
        ASSERT_TRUE(result);
        EXPECT_EQ(result->exact(), count) << "seed " << seed << "\n" << result->ShortDebugString();
        for (std::size_t i = 0; i < count; ++i) {
            const v1::BankMatch& match = result->matches(static_cast<int>(i));
            ASSERT_EQ(match.references_size(), 1);
            EXPECT_EQ(match.references(0), payments[i].reference());
        }
    }
}

TEST(MatchProperty, overlapping_statements_settle_each_payment_once) {
    for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
        Writer writer(seed);
        std::vector<v1::AnnouncedPayment> payments;
        std::vector<v1::BankEntry> entries;
        for (int i = 1; i <= 30; ++i) {
            v1::AnnouncedPayment& payment = payments.emplace_back();
            payment.set_reference("PSK-TOPUP-" + std::to_string(i));
            payment.set_currency("CNY");
            payment.set_amount_micros(100);
            v1::BankEntry& entry = entries.emplace_back();
            entry.set_identity("e" + std::to_string(i));
            entry.set_amount_micros(100);
            // Some name a payment that another names, too.
            entry.set_purpose("PSK-TOPUP-" + std::to_string(1 + writer.below(30)));
        }
        std::set<std::string, std::less<>> known;
        std::map<std::string, int> settled;
        for (int round = 0; round < 12; ++round) {
            v1::BankStatement statement;
            statement.set_currency("CNY");
            const std::size_t from = writer.below(entries.size());
            const std::size_t to = from + writer.below(entries.size() - from) + 1;
            for (std::size_t i = from; i < to; ++i) *statement.add_entries() = entries[i];
            const auto result = match_statement(statement, payments, known);
            ASSERT_TRUE(result);
            EXPECT_EQ(result->exact() + result->known() + result->unmatched(), to - from);
            for (const v1::BankMatch& match : result->matches()) {
                EXPECT_EQ(match.kind() == v1::BANK_MATCH_KNOWN, known.contains(match.entry()));
                known.insert(match.entry());
                if (match.kind() != v1::BANK_MATCH_EXACT) continue;
                EXPECT_EQ(++settled[match.references(0)], 1) << "seed " << seed;
                for (v1::AnnouncedPayment& payment : payments) {
                    if (payment.reference() == match.references(0)) {
                        payment.set_entry(match.entry());
                    }
                }
            }
        }
    }
}

}  // namespace
}  // namespace penstock::advise
