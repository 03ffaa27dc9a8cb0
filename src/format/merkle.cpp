#include "format/merkle.h"

#include <algorithm>
#include <array>
#include <bit>
#include <utility>

#include "base/assert.h"
#include "base/try.h"
#include "format/error.h"

namespace penstock::format {

namespace {

/// Proofs never hold more hashes than this, whatever the size.
constexpr std::size_t kProofHashesMax = 2 * 64;

/// The largest power of two below `size`, which is at least 2.
std::uint64_t split_point(std::uint64_t size) {
    return std::bit_floor(size - 1);
}

/// The root over leaves [first, last), of which `first` is a multiple of the largest power of two
/// in the range's length; that holds for every range that RFC 6962's recursions meet.
Result<Hash> range_root(std::uint64_t first, std::uint64_t last, const HashReader& read) {
    std::vector<Hash> peaks;
    while (first < last) {
        const std::uint64_t length = std::bit_floor(last - first);
        PENSTOCK_ASSERT((first & (length - 1)) == 0);
        const auto level = static_cast<unsigned>(std::countr_zero(length));
        TRY_ASSIGN(const Hash peak, read(NodeId{level, first >> level}));
        peaks.push_back(peak);
        first += length;
    }
    Hash root = peaks.back();
    for (std::size_t i = peaks.size() - 1; i-- > 0;) root = node_hash(peaks[i], root);
    return root;
}

}  // namespace

Hash leaf_hash(std::string_view entry) {
    thread_local crypto::Sha256Stream stream;
    stream.update(std::string_view("\0", 1));
    stream.update(entry);
    return stream.finish();
}

Hash node_hash(const Hash& left, const Hash& right) {
    std::array<std::uint8_t, 65> input;
    input[0] = 1;
    std::ranges::copy(left, input.begin() + 1);
    std::ranges::copy(right, input.begin() + 33);
    return crypto::sha256(crypto::ByteView(input));
}

Hash empty_root() {
    return crypto::sha256(std::string_view());
}

Result<MerkleTree> MerkleTree::restore(std::uint64_t size, std::vector<Hash> peaks) {
    if (peaks.size() != static_cast<std::size_t>(std::popcount(size))) {
        return reject(kTileInvalid, "peaks");
    }
    MerkleTree tree;
    tree.size_ = size;
    tree.peaks_ = std::move(peaks);
    return tree;
}

void MerkleTree::append(const Hash& leaf, const NodeSink& sink) {
    NodeId id{0, size_};
    Hash hash = leaf;
    if (sink) sink(id, hash);
    // Each trailing one of the size is a full subtree on the left that now finds its pair.
    for (std::uint64_t rest = size_; rest % 2 == 1; rest /= 2) {
        hash = node_hash(peaks_.back(), hash);
        peaks_.pop_back();
        id = NodeId{id.level + 1, id.index / 2};
        if (sink) sink(id, hash);
    }
    peaks_.push_back(hash);
    ++size_;
}

Hash MerkleTree::root() const {
    if (peaks_.empty()) return empty_root();
    Hash root = peaks_.back();
    for (std::size_t i = peaks_.size() - 1; i-- > 0;) root = node_hash(peaks_[i], root);
    return root;
}

Result<Hash> tree_root(std::uint64_t size, const HashReader& read) {
    if (size == 0) return empty_root();
    return range_root(0, size, read);
}

Result<std::vector<Hash>> inclusion_proof(std::uint64_t index, std::uint64_t size,
                                          const HashReader& read) {
    if (index >= size) return reject(kLeafOutOfRange, "index");
    std::vector<Hash> proof;
    std::uint64_t first = 0;
    std::uint64_t last = size;
    while (last - first > 1) {
        const std::uint64_t middle = first + split_point(last - first);
        if (index < middle) {
            TRY_ASSIGN(const Hash right, range_root(middle, last, read));
            proof.push_back(right);
            last = middle;
        } else {
            TRY_ASSIGN(const Hash left, range_root(first, middle, read));
            proof.push_back(left);
            first = middle;
        }
    }
    std::ranges::reverse(proof);
    return proof;
}

Result<std::vector<Hash>> consistency_proof(std::uint64_t old_size, std::uint64_t size,
                                            const HashReader& read) {
    if (old_size > size) return reject(kLeafOutOfRange, "old_size");
    std::vector<Hash> proof;
    if (old_size == 0 || old_size == size) return proof;
    std::uint64_t first = 0;
    std::uint64_t last = size;
    while (last != old_size) {
        const std::uint64_t middle = first + split_point(last - first);
        if (old_size <= middle) {
            TRY_ASSIGN(const Hash right, range_root(middle, last, read));
            proof.push_back(right);
            last = middle;
        } else {
            TRY_ASSIGN(const Hash left, range_root(first, middle, read));
            proof.push_back(left);
            first = middle;
        }
    }
    // The verifier knows the old root itself, but not the old tree's last subtree when that is only
    // a part of it.
    if (first != 0) {
        TRY_ASSIGN(const Hash shared, range_root(first, last, read));
        proof.push_back(shared);
    }
    std::ranges::reverse(proof);
    return proof;
}

Result<void> verify_inclusion(std::uint64_t index, std::uint64_t size, const Hash& leaf,
                              std::span<const Hash> proof, const Hash& root) {
    if (index >= size) return reject(kLeafOutOfRange, "index");
    if (proof.size() > kProofHashesMax) return reject(kProofWrong, "proof");
    std::uint64_t position = index;
    std::uint64_t last = size - 1;
    Hash computed = leaf;
    for (const Hash& sibling : proof) {
        if (last == 0) return reject(kProofWrong, "proof");
        if (position % 2 == 1 || position == last) {
            computed = node_hash(sibling, computed);
            while (position % 2 == 0 && position != 0) {
                position /= 2;
                last /= 2;
            }
        } else {
            computed = node_hash(computed, sibling);
        }
        position /= 2;
        last /= 2;
    }
    if (last != 0 || computed != root) return reject(kProofWrong, "proof");
    return {};
}

Result<void> verify_consistency(const TreeHead& older, const TreeHead& newer,
                                std::span<const Hash> proof) {
    if (older.size > newer.size) return reject(kLeafOutOfRange, "older");
    if (older.size == 0 || older.size == newer.size) {
        const Hash expected = older.size == 0 ? empty_root() : newer.root;
        if (!proof.empty() || older.root != expected) return reject(kProofWrong, "proof");
        return {};
    }
    if (proof.empty() || proof.size() > kProofHashesMax) return reject(kProofWrong, "proof");
    std::uint64_t position = older.size - 1;
    std::uint64_t last = newer.size - 1;
    while (position % 2 == 1) {
        position /= 2;
        last /= 2;
    }
    // A full old tree is its own first subtree, which is then left out of the proof.
    Hash old_computed = older.root;
    if (!std::has_single_bit(older.size)) {
        old_computed = proof.front();
        proof = proof.subspan(1);
    }
    Hash new_computed = old_computed;
    for (const Hash& hash : proof) {
        if (last == 0) return reject(kProofWrong, "proof");
        if (position % 2 == 1 || position == last) {
            old_computed = node_hash(hash, old_computed);
            new_computed = node_hash(hash, new_computed);
            while (position % 2 == 0 && position != 0) {
                position /= 2;
                last /= 2;
            }
        } else {
            new_computed = node_hash(new_computed, hash);
        }
        position /= 2;
        last /= 2;
    }
    if (last != 0 || old_computed != older.root || new_computed != newer.root) {
        return reject(kProofWrong, "proof");
    }
    return {};
}

}  // namespace penstock::format
