#include "crypto/sha256.h"

#include <gtest/gtest.h>

#include <string>

#include "crypto/hex.h"

namespace penstock::crypto {
namespace {

TEST(Sha256, agrees_with_the_standard) {
    EXPECT_EQ(hex(sha256("")), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    EXPECT_EQ(hex(sha256("abc")),
              "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    EXPECT_EQ(hex(sha256(std::string(1'000'000, 'a'))),
              "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST(Sha256Stream, does_not_depend_on_how_the_data_is_cut) {
    const std::string data(1000, 'x');
    Sha256Stream stream;
    for (std::size_t cut = 0; cut <= data.size(); cut += 37) {
        stream.update(std::string_view(data).substr(0, cut));
        stream.update(std::string_view(data).substr(cut));
        EXPECT_EQ(stream.finish(), sha256(data)) << "cut at " << cut;
    }
}

TEST(HmacSha256, agrees_with_rfc_4231) {
    EXPECT_EQ(hex(hmac_sha256(bytes_of("Jefe"), bytes_of("what do ya want for nothing?"))),
              "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    EXPECT_EQ(hex(hmac_sha256(Bytes(131, 0xaa),
                              bytes_of("Test Using Larger Than Block-Size Key - Hash Key First"))),
              "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
    EXPECT_EQ(hex(hmac_sha256({}, {})),
              "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad");
}

}  // namespace
}  // namespace penstock::crypto
