#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "crypto/ed25519.h"
#include "format/merkle.h"
#include "format/note.h"

namespace penstock::format {

/// A whole log in memory, for tests: every node it ever completed, and a signer with a fixed key.
class TestLog {
  public:
    void append(std::string entry) {
        tree_.append(leaf_hash(entry), [this](NodeId id, const Hash& hash) { nodes_[id] = hash; });
        entries_.push_back(std::move(entry));
    }
    void append_numbered(std::uint64_t size) {
        while (tree_.size() < size) append("entry " + std::to_string(tree_.size()));
    }

    HashReader reader() const {
        return [this](NodeId id) -> Result<Hash> { return nodes_.at(id); };
    }
    const std::vector<std::string>& entries() const { return entries_; }
    const MerkleTree& tree() const { return tree_; }
    TreeHead head() const { return {tree_.size(), tree_.root()}; }
    const NoteSigner& signer() const { return signer_; }
    VerifierKey key() const { return signer_.verifier_key(); }
    std::string checkpoint() const { return sign_checkpoint(head(), signer_); }
    std::vector<Hash> proof(std::uint64_t index) const {
        return inclusion_proof(index, tree_.size(), reader()).value();
    }

  private:
    NoteSigner signer_{"exchange.example/log", crypto::KeyPair::from_seed(crypto::Seed{7})};
    MerkleTree tree_;
    std::map<NodeId, Hash> nodes_;
    std::vector<std::string> entries_;
};

/// Every text that differs from `text` in one byte by one bit.
inline std::vector<std::string> altered_texts(const std::string& text) {
    std::vector<std::string> altered;
    for (std::size_t i = 0; i < text.size(); ++i) {
        for (unsigned bit = 0; bit < 8; ++bit) {
            altered.push_back(text);
            altered.back()[i] = static_cast<char>(altered.back()[i] ^ (1 << bit));
        }
    }
    return altered;
}

}  // namespace penstock::format
