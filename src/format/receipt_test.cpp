#include "format/receipt.h"

#include <gtest/gtest.h>

#include "crypto/base64.h"
#include "crypto/hex.h"
#include "format/error.h"
#include "format/test_log.h"

namespace penstock::format {
namespace {

constexpr std::uint64_t kIndex = 4;

class Receipt : public testing::Test {
  protected:
    Receipt() {
        opening_.salt.fill(0x5a);
        opening_.payload = R"({"order":"ord_1","total":{"currency":"CNY","micros":"12500000"}})";
        entry_ = {"settlement", "ord_1", 1'790'000'000'123'456'789, commitment(opening_)};
        log_.append_numbered(kIndex);
        log_.append(entry_text(entry_));
        log_.append_numbered(13);
    }
    std::string receipt() const {
        return make_receipt(entry_, opening_, kIndex, log_.proof(kIndex), log_.checkpoint());
    }

    TestLog log_;
    Opening opening_;
    EvidenceEntry entry_;
};

TEST_F(Receipt, says_what_was_logged) {
    const auto verified = verify_receipt(receipt(), log_.key());
    ASSERT_TRUE(verified) << verified.error().message();
    EXPECT_EQ(verified->entry, entry_);
    EXPECT_EQ(verified->payload, opening_.payload);
    EXPECT_EQ(verified->index, kIndex);
    EXPECT_EQ(verified->checkpoint, (Checkpoint{"exchange.example/log", log_.head()}));
}

TEST_F(Receipt, is_refused_with_any_bit_altered) {
    for (const std::string& altered : altered_texts(receipt())) {
        EXPECT_FALSE(verify_receipt(altered, log_.key())) << altered;
    }
}

TEST_F(Receipt, is_refused_with_any_byte_missing_doubled_or_replaced) {
    const std::string text = receipt();
    for (std::size_t i = 0; i < text.size(); ++i) {
        std::string shorter = text;
        std::string longer = text;
        // Of two equal neighbours it does not matter which is missing: the text is the same.
        EXPECT_FALSE(verify_receipt(shorter.erase(i, 1), log_.key())) << i;
        EXPECT_FALSE(verify_receipt(longer.insert(i, 1, text[i]), log_.key())) << i;
        for (const char other : {'\0', '\n', ' ', '=', 'A', '0', '+', '\xff'}) {
            if (other == text[i]) continue;
            std::string altered = text;
            altered[i] = other;
            EXPECT_FALSE(verify_receipt(altered, log_.key())) << i;
        }
    }
    EXPECT_FALSE(verify_receipt(text + "\n", log_.key()));
    EXPECT_FALSE(verify_receipt("", log_.key()));
}

TEST_F(Receipt, of_another_payload_is_told_apart) {
    InclusionProof proof = parse_proof(receipt()).value();
    ASSERT_TRUE(proof.extra);
    proof.extra->back() = '!';
    EXPECT_EQ(verify_receipt(format_proof(proof), log_.key()).error().number(),
              kReceiptWrong.number);
    proof.extra->resize(33);
    EXPECT_EQ(verify_receipt(format_proof(proof), log_.key()).error().number(),
              kReceiptMalformed.number);
    proof.extra.reset();
    EXPECT_EQ(verify_receipt(format_proof(proof), log_.key()).error().number(),
              kReceiptMalformed.number);
}

TEST_F(Receipt, of_an_entry_that_is_not_in_the_log_is_refused) {
    EvidenceEntry forged = entry_;
    forged.subject = "ord_2";
    const std::string text =
        make_receipt(forged, opening_, kIndex, log_.proof(kIndex), log_.checkpoint());
    EXPECT_EQ(verify_receipt(text, log_.key()).error().number(), kProofWrong.number);
}

TEST(EvidenceEntry, has_one_text) {
    EvidenceEntry entry{"order", "ord_1", 0, {}};
    const std::string text = entry_text(entry);
    EXPECT_EQ(text, R"({"at":"0","commit":")" + std::string(64, '0') +
                        R"(","kind":"order","subject":"ord_1","v":1})");
    EXPECT_EQ(parse_entry(text).value(), entry);
    entry.at_ns = INT64_MAX;
    EXPECT_EQ(parse_entry(entry_text(entry)).value(), entry);
    for (const std::string& altered : altered_texts(text)) {
        const auto parsed = parse_entry(altered);
        if (!parsed) continue;
        EXPECT_EQ(entry_text(*parsed), altered);
    }
    const std::string commit = R"(","commit":")" + std::string(64, '0');
    for (const std::string& wrong :
         {std::string(), text + " ", " " + text, text.substr(1),
          R"({"at":"00)" + commit + R"(","kind":"order","subject":"ord_1","v":1})",
          R"({"at":"-1)" + commit + R"(","kind":"order","subject":"ord_1","v":1})",
          R"({"at":"9223372036854775808)" + commit + R"(","kind":"a","subject":"b","v":1})",
          R"({"at":"0)" + commit + R"(","kind":"","subject":"ord_1","v":1})",
          R"({"at":"0)" + commit + R"(","kind":"Order","subject":"ord_1","v":1})",
          R"({"at":"0)" + commit + R"(","kind":"order","subject":"ord 1","v":1})",
          R"({"at":"0)" + commit + R"(","kind":"order","subject":"ord_1","v":2})"}) {
        EXPECT_EQ(parse_entry(wrong).error().number(), kEvidenceEntryInvalid.number) << wrong;
    }
}

}  // namespace
}  // namespace penstock::format
