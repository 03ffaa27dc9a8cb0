#include "format/merkle.h"

#include <gtest/gtest.h>

#include <bit>

#include "crypto/hex.h"
#include "format/error.h"
#include "format/test_log.h"

namespace penstock::format {
namespace {

/// RFC 6962's definition, as it stands there.
Hash naive_root(const std::vector<std::string>& entries, std::size_t first, std::size_t last) {
    if (first == last) return empty_root();
    if (last - first == 1) return leaf_hash(entries[first]);
    const std::size_t middle = first + std::bit_floor(last - first - 1);
    return node_hash(naive_root(entries, first, middle), naive_root(entries, middle, last));
}

TEST(MerkleTree, agrees_with_known_roots) {
    MerkleTree tree;
    EXPECT_EQ(crypto::hex(tree.root()),
              "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    // The eight leaves that tests of certificate transparency have used since RFC 6962.
    const char* const leaves[] = {"",
                                  "00",
                                  "10",
                                  "2021",
                                  "3031",
                                  "40414243",
                                  "5051525354555657",
                                  "606162636465666768696a6b6c6d6e6f"};
    for (const char* leaf : leaves) {
        tree.append(leaf_hash(crypto::text_of(crypto::parse_hex(leaf).value())));
    }
    EXPECT_EQ(crypto::hex(tree.root()),
              "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328");
}

TEST(MerkleTree, has_the_root_of_the_definition_at_every_size) {
    TestLog log;
    for (std::size_t size = 0; size <= 70; ++size) {
        log.append_numbered(size);
        EXPECT_EQ(log.tree().root(), naive_root(log.entries(), 0, size)) << size;
        EXPECT_EQ(tree_root(size, log.reader()).value(), log.tree().root()) << size;
        EXPECT_EQ(log.tree().peaks().size(), static_cast<std::size_t>(std::popcount(size)));
    }
}

TEST(MerkleTree, carries_on_from_its_peaks) {
    TestLog log;
    log.append_numbered(37);
    auto tree = MerkleTree::restore(log.tree().size(), log.tree().peaks()).value();
    log.append_numbered(53);
    for (std::size_t i = 37; i < 53; ++i) tree.append(leaf_hash(log.entries()[i]));
    EXPECT_EQ(tree.root(), log.tree().root());
    EXPECT_EQ(MerkleTree::restore(5, {Hash{}}).error().number(), kTileInvalid.number);
}

TEST(Inclusion, is_proved_for_every_leaf_of_every_size_and_for_no_other) {
    TestLog log;
    log.append_numbered(40);
    for (std::uint64_t size = 1; size <= 40; ++size) {
        const Hash root = tree_root(size, log.reader()).value();
        for (std::uint64_t index = 0; index < size; ++index) {
            const auto proof = inclusion_proof(index, size, log.reader()).value();
            const Hash leaf = leaf_hash(log.entries()[index]);
            EXPECT_TRUE(verify_inclusion(index, size, leaf, proof, root));
            for (std::uint64_t other = 0; other < size; ++other) {
                if (other == index) continue;
                EXPECT_FALSE(verify_inclusion(other, size, leaf, proof, root))
                    << index << " as " << other << " of " << size;
            }
        }
    }
}

TEST(Inclusion, is_refused_when_anything_is_altered) {
    TestLog log;
    log.append_numbered(21);
    const auto proof = log.proof(13);
    const Hash leaf = leaf_hash(log.entries()[13]);
    const Hash root = log.tree().root();
    ASSERT_TRUE(verify_inclusion(13, 21, leaf, proof, root));
    EXPECT_FALSE(verify_inclusion(13, 21, leaf_hash("other"), proof, root));
    EXPECT_FALSE(verify_inclusion(13, 21, leaf, proof, leaf));
    for (std::size_t i = 0; i < proof.size(); ++i) {
        auto altered = proof;
        altered[i][0] ^= 1;
        EXPECT_FALSE(verify_inclusion(13, 21, leaf, altered, root)) << i;
        altered = proof;
        altered.erase(altered.begin() + static_cast<std::ptrdiff_t>(i));
        EXPECT_FALSE(verify_inclusion(13, 21, leaf, altered, root)) << i;
    }
    auto longer = proof;
    longer.push_back(root);
    EXPECT_EQ(verify_inclusion(13, 21, leaf, longer, root).error().number(), kProofWrong.number);
    EXPECT_EQ(verify_inclusion(21, 21, leaf, proof, root).error().number(), kLeafOutOfRange.number);
    EXPECT_EQ(inclusion_proof(21, 21, log.reader()).error().number(), kLeafOutOfRange.number);
}

TEST(Consistency, is_proved_between_all_sizes_and_refused_for_another_tree) {
    TestLog log;
    log.append_numbered(33);
    for (std::uint64_t size = 0; size <= 33; ++size) {
        const TreeHead newer{size, tree_root(size, log.reader()).value()};
        for (std::uint64_t old_size = 0; old_size <= size; ++old_size) {
            TreeHead older{old_size, tree_root(old_size, log.reader()).value()};
            auto proof = consistency_proof(old_size, size, log.reader()).value();
            EXPECT_TRUE(verify_consistency(older, newer, proof)) << old_size << " in " << size;
            older.root[5] ^= 1;
            EXPECT_FALSE(verify_consistency(older, newer, proof)) << old_size << " in " << size;
            older.root[5] ^= 1;
            for (Hash& hash : proof) {
                hash[31] ^= 1;
                EXPECT_FALSE(verify_consistency(older, newer, proof));
                hash[31] ^= 1;
            }
            proof.push_back(newer.root);
            EXPECT_FALSE(verify_consistency(older, newer, proof));
        }
    }
    EXPECT_EQ(consistency_proof(34, 33, log.reader()).error().number(), kLeafOutOfRange.number);
    EXPECT_EQ(verify_consistency({2, {}}, {1, {}}, {}).error().number(), kLeafOutOfRange.number);
}

TEST(Consistency, is_refused_for_a_rewritten_history) {
    TestLog log;
    TestLog forked;
    log.append_numbered(20);
    forked.append("another first entry");
    forked.append_numbered(30);
    const auto proof = consistency_proof(20, 30, forked.reader()).value();
    EXPECT_EQ(verify_consistency(log.head(), forked.head(), proof).error().number(),
              kProofWrong.number);
}

}  // namespace
}  // namespace penstock::format
