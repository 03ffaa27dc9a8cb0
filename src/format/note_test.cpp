#include "format/note.h"

#include <gtest/gtest.h>

#include "crypto/base64.h"
#include "format/error.h"
#include "format/test_log.h"

namespace penstock::format {
namespace {

// From the documentation of golang.org/x/mod/sumdb/note.
constexpr std::string_view kGoKey =
    "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
constexpr std::string_view kGoNote =
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
    "\n"
    "— PeterNeumann "
    "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6K"
    "E6RyyBwJnAM=\n";

TEST(Note, of_another_implementation_is_opened) {
    const VerifierKey key = VerifierKey::parse(kGoKey).value();
    EXPECT_EQ(key.name, "PeterNeumann");
    EXPECT_EQ(key.id(), 0xc74f20a3U);
    EXPECT_EQ(key.text(), kGoKey);
    const auto text = open_note(kGoNote, key);
    ASSERT_TRUE(text) << text.error().message();
    EXPECT_TRUE(text->ends_with("problem is.\n"));
}

TEST(Note, is_refused_with_any_bit_altered) {
    const VerifierKey key = VerifierKey::parse(kGoKey).value();
    for (const std::string& altered : altered_texts(std::string(kGoNote))) {
        EXPECT_FALSE(open_note(altered, key)) << altered;
    }
    for (const std::string& altered : altered_texts(std::string(kGoKey))) {
        const auto other = VerifierKey::parse(altered);
        EXPECT_TRUE(!other || !open_note(kGoNote, *other)) << altered;
    }
}

TEST(Note, may_carry_signatures_of_other_keys) {
    const TestLog log;
    const NoteSigner witness("witness.example", crypto::KeyPair::generate());
    const std::string note = sign_note("text\n\nwith an empty line\n", {&witness, &log.signer()});
    EXPECT_EQ(open_note(note, log.key()).value(), "text\n\nwith an empty line\n");
    EXPECT_TRUE(open_note(note, witness.verifier_key()));
    EXPECT_EQ(parse_note(note)->signatures.size(), 2U);
    const NoteSigner stranger("stranger.example", crypto::KeyPair::generate());
    EXPECT_EQ(open_note(note, stranger.verifier_key()).error().number(), kNoteNotSigned.number);
    const NoteSigner namesake("exchange.example/log", crypto::KeyPair::generate());
    EXPECT_FALSE(open_note(note, namesake.verifier_key()));
    EXPECT_FALSE(open_note(sign_note("x\n", {&log.signer(), &log.signer()}), log.key()));
}

TEST(Note, malformed_is_refused) {
    const TestLog log;
    const std::string good = sign_note("x\n", {&log.signer()});
    const std::string line = log.signer().signature_line("x\n");
    std::string many = "x\n\n";
    for (std::size_t i = 0; i <= kNoteSignaturesMax; ++i) many += line;
    for (const std::string& wrong :
         {std::string(), std::string("x"), std::string("x\n"), std::string("x\n\n"),
          good.substr(0, good.size() - 1), good + "x", good + "\n", "x\n" + line, "\xff" + good,
          "\t" + good, "x\r\n\n" + line, many, std::string(kNoteSizeMax, 'x') + good,
          std::string("x\n\n— name AAAA\n"), std::string("x\n\n- name AAAAAAAA\n"),
          std::string("x\n\n— na+me AAAAAAAA\n"), std::string("x\n\n—  AAAAAAAA\n")}) {
        EXPECT_EQ(parse_note(wrong).error().number(), kNoteMalformed.number) << wrong.substr(0, 99);
    }
}

TEST(KeyName, is_a_word_without_plus) {
    EXPECT_TRUE(is_key_name("exchange.example/log"));
    EXPECT_TRUE(is_key_name("交易所"));
    for (const char* wrong :
         {"", "a b", "a+b", "a\nb", "a\tb", "a\u00a0b", "a\u3000b", "a\x85", "\xc0\xaf"}) {
        EXPECT_FALSE(is_key_name(wrong)) << wrong;
    }
}

TEST(Checkpoint, returns_its_tree_head) {
    TestLog log;
    log.append_numbered(5);
    const Checkpoint checkpoint = verify_checkpoint(log.checkpoint(), log.key()).value();
    EXPECT_EQ(checkpoint, (Checkpoint{"exchange.example/log", log.head()}));
    EXPECT_EQ(checkpoint_text(checkpoint),
              "exchange.example/log\n5\n" + crypto::base64(log.tree().root()) + "\n");
}

TEST(Checkpoint, is_refused_with_any_bit_altered) {
    TestLog log;
    log.append_numbered(5);
    for (const std::string& altered : altered_texts(log.checkpoint())) {
        EXPECT_FALSE(verify_checkpoint(altered, log.key())) << altered;
    }
}

TEST(Checkpoint, that_is_signed_but_no_tree_head_is_refused) {
    const TestLog log;
    const std::string root = crypto::base64(empty_root()) + "\n";
    const std::string origin = "exchange.example/log\n";
    const auto opened = [&log](const std::string& text) {
        return verify_checkpoint(sign_note(text, {&log.signer()}), log.key());
    };
    EXPECT_TRUE(opened(origin + "0\n" + root));
    EXPECT_TRUE(opened(origin + "0\n" + root + "extension\n"));
    for (const std::string& wrong :
         {origin + "0\n", origin + "00\n" + root, origin + "-1\n" + root, origin + "+1\n" + root,
          origin + "\n" + root, origin + "18446744073709551616\n" + root, "\n0\n" + root,
          "other.example\n0\n" + root, origin + "0\n" + root.substr(4),
          origin + "0\n" + root + "\nextension\n"}) {
        EXPECT_EQ(opened(wrong).error().number(), kCheckpointMalformed.number) << wrong;
    }
}

TEST(VerifierKey, malformed_is_refused) {
    for (const char* wrong :
         {"", "PeterNeumann", "PeterNeumann+c74f20a3", "+c74f20a3+ARpc2QcU",
          "PeterNeumann+c74f20a3+BBpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
          "PeterNeumann+c74f20a4+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
          "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10T"}) {
        EXPECT_EQ(VerifierKey::parse(wrong).error().number(), kVerifierKeyInvalid.number) << wrong;
    }
}

}  // namespace
}  // namespace penstock::format
