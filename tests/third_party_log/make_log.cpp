// Writes an evidence log of many entries, as the exchange would serve it, and receipts from it:
//
//     make_log FOLDER SIZE [SALT]
//
// makes FOLDER/log (checkpoint, tile/…), FOLDER/key (the verifier key), FOLDER/other-key (a key of
// the same name that did not sign), and a receipt at each of several indices:
// FOLDER/old-<index>.tlog-proof from when the log had 300 entries, and
// FOLDER/new-<index>.tlog-proof from the whole. Another SALT gives another
// history, signed with the same key: a fork.
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/assert.h"
#include "crypto/bytes.h"
#include "crypto/sha256.h"
#include "format/merkle.h"
#include "format/note.h"
#include "format/receipt.h"
#include "format/tile.h"

namespace {

using namespace penstock;
using namespace penstock::format;
namespace fs = std::filesystem;

constexpr std::uint64_t kOldSize = 300;

void write(const fs::path& path, std::string_view content) {
    fs::create_directories(path.parent_path());
    std::ofstream file(path, std::ios::binary);
    file << content;
    file.close();
    PENSTOCK_ASSERT(file.good());
}

/// The content that the entry at `index` commits to. The same on every run.
Opening opening_of(std::string_view salt_key, std::uint64_t index) {
    const std::string number = std::to_string(index);
    const crypto::Sha256 salt =
        crypto::hmac_sha256(crypto::bytes_of(salt_key), crypto::bytes_of(number));
    return {salt, R"({"order":"ord_)" + number + R"(","总价":"12.50"})"};
}

EvidenceEntry entry_of(std::string_view salt_key, std::uint64_t index) {
    constexpr std::string_view kKinds[] = {"order", "computation", "settlement"};
    return {std::string(kKinds[index % 3]), "ord_" + std::to_string(index / 3 + 1),
            1'790'000'000'000'000'000 + static_cast<std::int64_t>(index),
            commitment(opening_of(salt_key, index))};
}

class Log {
  public:
    Log(fs::path folder, std::string_view salt_key)
        : folder_(std::move(folder)), salt_key_(salt_key) {}

    /// Adds entries and writes what a server would for the new size.
    void grow(std::uint64_t size) {
        const std::uint64_t old_size = tree_.size();
        while (tree_.size() < size) {
            entries_.push_back(entry_text(entry_of(salt_key_, tree_.size())));
            tree_.append(leaf_hash(entries_.back()), [this](NodeId id, const Hash& hash) {
                if (id.level % kTileHeight == 0) rows_[id.level / kTileHeight].push_back(hash);
            });
        }
        for (const Tile& tile : tiles_between(old_size, size)) {
            write(folder_ / "log" / tile_path(tile), content(tile));
        }
        write(folder_ / "log" / kCheckpointPath, checkpoint());
    }

    void write_receipt(const std::string& name, std::uint64_t index) const {
        // Proved from the files alone, as the exchange does it after a restart.
        TiledHashes hashes(tree_.size(), [this](const Tile& tile) -> Result<std::string> {
            std::ifstream file(folder_ / "log" / tile_path(tile), std::ios::binary);
            return std::string(std::istreambuf_iterator<char>(file), {});
        });
        auto proof = inclusion_proof(index, tree_.size(), [&](NodeId id) { return hashes(id); });
        PENSTOCK_ASSERT(proof.has_value());
        const std::string text =
            make_receipt(entry_of(salt_key_, index), opening_of(salt_key_, index), index,
                         *std::move(proof), checkpoint());
        PENSTOCK_ASSERT(verify_receipt(text, signer_.verifier_key()).has_value());
        write(folder_ / (name + "-" + std::to_string(index) + ".tlog-proof"), text);
    }

    std::string key() const { return signer_.verifier_key().text(); }

  private:
    std::string checkpoint() const {
        return sign_checkpoint({tree_.size(), tree_.root()}, signer_);
    }

    std::string content(const Tile& tile) const {
        const auto first = static_cast<std::ptrdiff_t>(tile.index * kTileWidth);
        const auto last = first + static_cast<std::ptrdiff_t>(tile.width);
        if (tile.kind == TileKind::entries) {
            return encode_entries({entries_.begin() + first, entries_.begin() + last}).value();
        }
        const std::vector<Hash>& row = rows_.at(tile.level);
        return encode_hashes({row.begin() + first, row.begin() + last});
    }

    fs::path folder_;
    std::string salt_key_;
    NoteSigner signer_{"penstock.example/evidence", crypto::KeyPair::from_seed(crypto::Seed{42})};
    MerkleTree tree_;
    std::map<unsigned, std::vector<Hash>> rows_;  ///< The levels that tiles are cut from.
    std::vector<std::string> entries_;
};

}  // namespace

int main(int count, char** arguments) {
    std::uint64_t size = 0;
    const std::string_view size_text = count >= 3 ? arguments[2] : "";
    std::from_chars(size_text.data(), size_text.data() + size_text.size(), size);
    if (size <= kOldSize) {
        std::fprintf(stderr, "usage: make_log FOLDER SIZE [SALT], with a SIZE above 300\n");
        return EXIT_FAILURE;
    }
    const fs::path folder = arguments[1];
    Log log(folder, count > 3 ? arguments[3] : "salt");
    log.grow(kOldSize);
    for (const std::uint64_t index : {0U, 255U, 256U, 299U}) log.write_receipt("old", index);
    log.grow(size);
    for (const std::uint64_t index : {std::uint64_t{0}, std::uint64_t{256}, size / 2, size - 1}) {
        log.write_receipt("new", index);
    }
    write(folder / "key", log.key());
    VerifierKey other = VerifierKey::parse(log.key()).value();
    other.key = crypto::KeyPair::from_seed(crypto::Seed{43}).public_key();
    write(folder / "other-key", other.text());
    return EXIT_SUCCESS;
}
