#include "base/hash.h"

#include <gtest/gtest.h>

namespace penstock {
namespace {

TEST(Hash, is_blake2b_of_256_bits) {
    // From `b2sum -l 256` of the empty input and of "abc".
    EXPECT_EQ(to_hex(digest_of("")),
              "0e5751c026e543b2e8ab2eb06099daa1d1e5df47778f7787faab45cdf12fe3a8");
    EXPECT_EQ(to_hex(digest_of("abc")),
              "bddd813c634239723171ef3fee98579b94964e3bb1cb3e427262c8c068d52319");
}

TEST(Fingerprint, is_xxh3_of_128_bits) {
    // From `xxh128sum` of the empty input.
    const Fingerprint expected{0x99, 0xaa, 0x06, 0xd3, 0x01, 0x47, 0x98, 0xd8,
                               0x60, 0x01, 0xc3, 0x24, 0x46, 0x8d, 0x49, 0x7f};
    EXPECT_EQ(fingerprint_of(""), expected);
    EXPECT_NE(fingerprint_of("a"), fingerprint_of("b"));
}

TEST(Hasher, tells_sequences_of_pieces_apart) {
    const auto digest = [](auto... pieces) {
        Hasher hasher;
        (hasher.add(pieces), ...);
        return hasher.digest();
    };
    using Text = std::string_view;
    EXPECT_NE(digest(Text("ab"), Text("c")), digest(Text("a"), Text("bc")));
    EXPECT_EQ(digest(Text()), digest(Text(""))) << "it may lie nowhere";
    EXPECT_NE(digest(Text("")), digest());
    EXPECT_NE(digest(Text("")), digest(std::uint64_t{0}));
    EXPECT_NE(digest(Text(""), Text("")), digest(Text("")));
    EXPECT_NE(digest(std::uint64_t{1}), digest(std::uint64_t{2}));
}

TEST(Hasher, hashes_a_number_as_its_eight_bytes) {
    Hasher numbers;
    numbers.add(std::uint64_t{0x0102});
    Hasher pieces;
    pieces.add(std::string_view("\x02\x01\0\0\0\0\0\0", 8));
    EXPECT_EQ(numbers.digest(), pieces.digest());
}

TEST(Hasher, goes_on_after_it_was_asked) {
    Hasher asked;
    asked.add("a");
    const Digest early = asked.digest();
    EXPECT_EQ(asked.digest(), early);
    asked.add("b");
    Hasher silent;
    silent.add("a");
    silent.add("b");
    EXPECT_EQ(asked.digest(), silent.digest());
    EXPECT_NE(asked.digest(), early);
}

}  // namespace
}  // namespace penstock
