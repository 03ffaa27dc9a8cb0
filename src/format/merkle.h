#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "crypto/sha256.h"

namespace penstock::format {

/// A node of the log's Merkle tree (RFC 6962, section 2.1).
using Hash = crypto::Sha256;

/// Names a full subtree: the 2^level leaves from index × 2^level on.
struct NodeId {
    unsigned level = 0;
    std::uint64_t index = 0;
    auto operator<=>(const NodeId&) const = default;
};

/// SHA-256(0x00 || entry).
Hash leaf_hash(std::string_view entry);
/// SHA-256(0x01 || left || right).
Hash node_hash(const Hash& left, const Hash& right);
/// The root of a tree without leaves: SHA-256 of nothing.
Hash empty_root();

/// Told of each full subtree as it becomes complete, leaves (level 0) included.
using NodeSink = std::function<void(NodeId, const Hash&)>;

/// A growing Merkle tree that remembers only the roots of its full subtrees, largest first: at most
/// one a binary digit of its size.
class MerkleTree {
  public:
    MerkleTree() = default;
    /// A tree to be carried on from what `size()` and `peaks()` were.
    /// @retval kTileInvalid  As many peaks as `size` has binary ones are needed.
    static Result<MerkleTree> restore(std::uint64_t size, std::vector<Hash> peaks);

    /// Amortised O(1). `sink` is called up to log2(size) times; leaf first, then upwards.
    void append(const Hash& leaf, const NodeSink& sink = {});

    std::uint64_t size() const { return size_; }
    const std::vector<Hash>& peaks() const { return peaks_; }
    Hash root() const;

  private:
    std::uint64_t size_ = 0;
    std::vector<Hash> peaks_;
};

/// Gives the hash of a full subtree of the log that a proof is made in; its errors are passed on.
using HashReader = std::function<Result<Hash>(NodeId)>;

/// The root of the first `size` leaves. Reads O(log size) nodes.
Result<Hash> tree_root(std::uint64_t size, const HashReader& read);

/// The hashes that lead from leaf `index` to the root of the first `size` leaves, leaf to root
/// (RFC 6962, 2.1.1). O(log² size) reads at most.
/// @retval kLeafOutOfRange  `index` is not below `size`.
Result<std::vector<Hash>> inclusion_proof(std::uint64_t index, std::uint64_t size,
                                          const HashReader& read);

/// The hashes that show the first `old_size` leaves to be a prefix of the first `size`
/// (RFC 6962, 2.1.2). Empty when either is empty or they are equal.
/// @retval kLeafOutOfRange  `old_size` exceeds `size`.
Result<std::vector<Hash>> consistency_proof(std::uint64_t old_size, std::uint64_t size,
                                            const HashReader& read);

/// Checks an inclusion proof (RFC 9162, 2.1.3.2).
/// @retval kLeafOutOfRange  `index` is not below `size`.
/// @retval kProofWrong      The proof is too short, too long, or leads to another root.
Result<void> verify_inclusion(std::uint64_t index, std::uint64_t size, const Hash& leaf,
                              std::span<const Hash> proof, const Hash& root);

struct TreeHead {
    std::uint64_t size = 0;
    Hash root{};
    bool operator==(const TreeHead&) const = default;
};

/// Checks a consistency proof (RFC 9162, 2.1.4.2).
/// @retval kLeafOutOfRange  `older` is larger than `newer`.
/// @retval kProofWrong      It does not show `newer` to begin with the leaves of `older`.
Result<void> verify_consistency(const TreeHead& older, const TreeHead& newer,
                                std::span<const Hash> proof);

}  // namespace penstock::format
