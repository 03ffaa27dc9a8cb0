#include "format/proof.h"

#include <gtest/gtest.h>

#include "format/error.h"
#include "format/test_log.h"

namespace penstock::format {
namespace {

InclusionProof proof_of(const TestLog& log, std::uint64_t index) {
    return {std::nullopt, index, log.proof(index), log.checkpoint()};
}

TEST(InclusionProof, is_verified_for_its_entry_alone) {
    TestLog log;
    log.append_numbered(11);
    for (std::uint64_t index = 0; index < 11; ++index) {
        const auto proof = parse_proof(format_proof(proof_of(log, index))).value();
        EXPECT_EQ(proof, proof_of(log, index));
        EXPECT_EQ(verify_proof(proof, log.key(), log.entries()[index]).value().head, log.head());
        EXPECT_EQ(verify_proof(proof, log.key(), "another entry").error().number(),
                  kProofWrong.number);
    }
}

TEST(InclusionProof, keeps_its_extra_bytes) {
    TestLog log;
    log.append_numbered(1);
    InclusionProof proof = proof_of(log, 0);
    for (const std::string& extra : {std::string(), std::string("\0\n\xff", 3)}) {
        proof.extra = extra;
        EXPECT_EQ(parse_proof(format_proof(proof)).value(), proof);
    }
}

TEST(InclusionProof, malformed_is_refused) {
    TestLog log;
    log.append_numbered(3);
    const std::string checkpoint = log.checkpoint();
    const std::string first = "c2sp.org/tlog-proof@v1\n";
    const std::string hash = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n";
    std::string hashes;
    for (int i = 0; i < 64; ++i) hashes += hash;
    ASSERT_TRUE(parse_proof(first + "index 0\n" + hash + "\n" + checkpoint));
    for (const std::string& wrong :
         {std::string(), first, first + "index 0\n", first + "index 0\n\n", first + "\n",
          "c2sp.org/tlog-proof@v2\nindex 0\n\n" + checkpoint, first + "index 00\n\n" + checkpoint,
          first + "index -1\n\n" + checkpoint, first + "index\n\n" + checkpoint,
          first + "index 0 \n\n" + checkpoint, first + "index 0\nextra AAAA\n\n" + checkpoint,
          first + "extra AAA\nindex 0\n\n" + checkpoint,
          first + "extra AAAA\nextra AAAA\nindex 0\n\n" + checkpoint,
          first + "index 0\n" + hash.substr(1) + "\n" + checkpoint,
          first + "index 0\n" + hashes + "\n" + checkpoint,
          first + "index 0\n\n" + std::string(kProofTextSizeMax, 'x')}) {
        EXPECT_EQ(parse_proof(wrong).error().number(), kProofMalformed.number)
            << wrong.substr(0, 99);
    }
}

}  // namespace
}  // namespace penstock::format
