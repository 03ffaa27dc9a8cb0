// How an EvidenceLog makes sure that what it has is what it signed.
#include <utility>

#include "base/assert.h"
#include "base/try.h"
#include "shell/evidence/error.h"
#include "shell/evidence/evidence_log.h"

namespace penstock::evidence {

namespace {

using format::kTileWidth;

std::unexpected<Error> mismatch(std::string detail) {
    return reject(kCheckpointMismatch, {}, std::move(detail));
}

/// Finds the first record that is not what the leaf tiles say.
Result<void> compare_leaves(const RecordStore& records, const LogFiles& files, std::uint64_t first,
                            std::uint64_t end, std::uint64_t signed_size) {
    std::vector<format::Hash> tile;
    return records.read(first, end, [&](const Record& record) -> Result<void> {
        const std::uint64_t index = record.leaf / kTileWidth;
        if (tile.empty() || record.leaf % kTileWidth == 0) {
            const auto width = static_cast<unsigned>(
                std::min<std::uint64_t>(kTileWidth, signed_size - index * kTileWidth));
            TRY_ASSIGN(const std::string content,
                       files.read({format::TileKind::hashes, 0, index, width}));
            TRY_ASSIGN(tile, format::decode_hashes(content, width));
        }
        if (format::leaf_hash(format::entry_text(record.entry)) != tile[record.leaf % kTileWidth])
            return mismatch("Record " + std::to_string(record.leaf) + " (" + record.entry.kind +
                            " " + record.entry.subject + ") is not the leaf that was signed.");
        return {};
    });
}

}  // namespace

Result<void> EvidenceLog::start(StartCheck check) {
    PENSTOCK_ASSERT(!thread_.joinable());
    const format::TreeHead head = signed_head();
    if (head.size > size_)
        return mismatch("It has " + std::to_string(size_) +
                        " records, and its last signed checkpoint covers " +
                        std::to_string(head.size) + ".");
    if (signed_) {
        // Whoever lost the database has records made anew: all of them must be looked at.
        const bool all = check == StartCheck::whole || signed_ != stored_head_;
        TRY(all ? compare_all(head) : compare_edge(head.size));
        const std::lock_guard publishing(publish_mutex_);
        if (signed_ != stored_head_) {
            TRY_ASSIGN(const bool swapped,
                       signer_records_.swap_signed_head(stored_head_, *signed_));
            if (!swapped) return reject(kCheckpointConflict);
            stored_head_ = signed_;
        }
        TRY_ASSIGN(writer_, LogWriter::resume(files_, head.size));
        if (writer_->head() != head)
            return mismatch("The tiles in " + files_.folder().string() +
                            " do not give the root that was signed at size " +
                            std::to_string(head.size) + ".");
        // We may have died after the swap and before the file.
        TRY(files_.write_checkpoint(signed_->note));
    } else {
        TRY(publish());  // The empty log has a checkpoint too, or one over what was replayed.
    }
    if (options_.interval.count() > 0)
        thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
    return {};
}

Result<void> EvidenceLog::compare_edge(std::uint64_t signed_size) {
    if (signed_size == 0) return {};
    const std::uint64_t first = (signed_size - 1) / kTileWidth * kTileWidth;
    return compare_leaves(records_, files_, first, signed_size, signed_size);
}

Result<void> EvidenceLog::compare_all(const format::TreeHead& head) {
    format::MerkleTree tree;
    TRY(records_.read(0, head.size, [&](const Record& record) -> Result<void> {
        tree.append(format::leaf_hash(format::entry_text(record.entry)));
        return {};
    }));
    if (tree.root() == head.root) return {};
    TRY(compare_leaves(records_, files_, 0, head.size, head.size));
    return mismatch("The records up to " + std::to_string(head.size) +
                    " do not give the root that was signed.");
}

Result<void> EvidenceLog::rebuild_files() {
    const format::TreeHead head = signed_head();
    if (head.size > size_)
        return mismatch("It has " + std::to_string(size_) +
                        " records, and its last signed checkpoint covers " +
                        std::to_string(head.size) + ".");
    TRY(compare_all(head));
    const std::lock_guard publishing(publish_mutex_);
    writer_.emplace(files_);
    TRY(signer_records_.read(0, head.size, [this](const Record& record) {
        return writer_->append(format::entry_text(record.entry));
    }));
    return writer_->flush();
}

}  // namespace penstock::evidence
