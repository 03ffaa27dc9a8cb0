#include "shell/evidence/log_copy.h"

#include <optional>
#include <utility>

#include "base/try.h"
#include "files/folder.h"
#include "format/receipt.h"
#include "format/tile.h"
#include "shell/evidence/check.h"
#include "shell/evidence/error.h"
#include "shell/evidence/log_files.h"
#include "shell/evidence/record_store.h"
#include "shell/sqlite/sqlite.h"

namespace penstock::evidence {

namespace {

constexpr const char* kDatabase = "evidence.db";
constexpr const char* kPublic = "log";

/// What the copied records know.
struct Known {
    LogCopy log;
    std::string note;
};

Result<Known> known_in(const RecordStore& records) {
    Known known;
    TRY_ASSIGN(const JournalPosition position, records.position());
    known.log.applied_sequence = position.sequence;
    TRY_ASSIGN(std::optional<SignedHead> head, records.signed_head());
    if (!head) return known;
    known.log.head = head->head;
    known.note = std::move(head->note);
    return known;
}

}  // namespace

Result<LogCopy> copy_log(const std::filesystem::path& from, const std::filesystem::path& to) {
    TRY(files::ensure_folder(to));
    {
        TRY_ASSIGN(const auto source, sqlite::Database::open_to_read(from / kDatabase));
        TRY(source.copy_to(to / kDatabase));
    }
    TRY_ASSIGN(auto copied, sqlite::Database::open_still(to / kDatabase));
    TRY_ASSIGN(const RecordStore records, RecordStore::to_read(std::move(copied)));
    TRY_ASSIGN(const Known known, known_in(records));
    if (known.note.empty()) return known.log;
    // Files were on the disk before their checkpoint was stored, and stay, but for partial tiles
    // that a full one has replaced: those are cut from it.
    const LogFiles source(from / kPublic);
    const LogFiles copy(to / kPublic);
    for (const format::Tile& tile : format::tiles_between(0, known.log.head.size)) {
        TRY_ASSIGN(const std::string content, source.read(tile));
        TRY(copy.write(tile, content));
    }
    TRY(copy.write_checkpoint(known.note));
    return known.log;
}

Result<LogCopy> check_copy(const std::filesystem::path& folder, CopyIs copy) {
    const bool grows = copy == CopyIs::growing;
    TRY_ASSIGN(auto database, grows ? sqlite::Database::open_to_read(folder / kDatabase)
                                    : sqlite::Database::open_still(folder / kDatabase));
    TRY(database.run("BEGIN"));  // All that follows is of one instant.
    TRY_ASSIGN(const RecordStore records, RecordStore::to_read(std::move(database)));
    TRY_ASSIGN(const Known known, known_in(records));
    if (known.note.empty()) return known.log;
    const format::TreeHead& head = known.log.head;
    TRY_ASSIGN(const std::string published, LogFiles(folder / kPublic).read_checkpoint());
    if (!grows && published != known.note)
        return reject(kCheckpointMismatch, {}, "The checkpoint is not the one of evidence.db.");
    TRY_ASSIGN(const std::uint64_t count, records.size());
    if (count < head.size)
        return reject(kCheckpointMismatch, {},
                      "There are " + std::to_string(count) +
                          " records, and the checkpoint covers " + std::to_string(head.size) + ".");
    format::MerkleTree tree;
    TRY(records.read(0, head.size, [&](const Record& record) -> Result<void> {
        tree.append(format::leaf_hash(format::entry_text(record.entry)));
        return {};
    }));
    if (tree.root() != head.root)
        return reject(kCheckpointMismatch, {},
                      "The records do not give the root that was signed at size " +
                          std::to_string(head.size) + ".");
    TRY(check_tiles(folder / kPublic, head));
    return known.log;
}

}  // namespace penstock::evidence
