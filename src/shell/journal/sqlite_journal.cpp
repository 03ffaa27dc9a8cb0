#include "shell/journal/sqlite_journal.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string>
#include <utility>

#include "base/assert.h"
#include "base/try.h"
#include "shell/journal/batch_body.h"
#include "shell/journal/chain.h"
#include "shell/journal/error.h"
#include "shell/journal/journal_file.h"
#include "shell/journal/wal_check.h"

namespace penstock::shell {

SqliteJournal::SqliteJournal(SqliteJournalOptions options) : options_(std::move(options)) {}

SqliteJournal::~SqliteJournal() {
    disconnect();
    if (lock_descriptor_ >= 0) ::close(lock_descriptor_);
}

void SqliteJournal::disconnect() {
    insert_ = {};
    select_from_ = {};
    database_ = {};
}

Result<std::unique_ptr<SqliteJournal>> SqliteJournal::open(SqliteJournalOptions options) {
    std::unique_ptr<SqliteJournal> journal(new SqliteJournal(std::move(options)));
    TRY(journal->lock());
    std::error_code ignored;
    const auto size = std::filesystem::file_size(journal->options_.file, ignored);
    const bool present = !ignored && size > 0;
    if (!present && journal->options_.if_missing == SqliteJournalOptions::IfMissing::refuse)
        return reject(kJournalMissing, {}, journal->options_.file.string());
    TRY(check_write_ahead_log(journal->options_.file.string() + "-wal"));
    TRY(journal->connect());
    TRY_ASSIGN(journal->end_, walk_batches(journal->database_));
    return journal;
}

Result<void> SqliteJournal::lock() {
    const std::string path = options_.file.string() + ".lock";
    lock_descriptor_ = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (lock_descriptor_ < 0) return reject(kJournalFault, {}, path + ": " + std::strerror(errno));
    if (::flock(lock_descriptor_, LOCK_EX | LOCK_NB) != 0)
        return reject(kJournalInUse, {}, options_.file.string());
    return {};
}

Result<void> SqliteJournal::connect() {
    auto opened = sqlite::Database::open(options_.file, sqlite::Durability::full);
    if (!opened) {
        // What is no SQLite file at all is another's, or ours with its head destroyed.
        return std::unexpected(journal_file_error(opened.error(), "opening it"));
    }
    database_ = *std::move(opened);
    TRY(ensure_journal_format(database_, options_.file));
    // Pages go from the log to the file every 16 MiB: the log is then written over in place, which
    // is faster than growing a file with each commit.
    if (auto set = database_.run("PRAGMA wal_autocheckpoint = 4096;"); !set)
        return std::unexpected(journal_file_error(set.error(), "opening it"));
    const auto prepare = [&](sqlite::Statement& statement, const std::string& sql) -> Result<void> {
        auto prepared = database_.prepare(sql);
        if (!prepared) return std::unexpected(journal_file_error(prepared.error(), "opening it"));
        statement = *std::move(prepared);
        return {};
    };
    TRY(prepare(insert_, kInsertBatch));
    return prepare(select_from_,
                   std::string(kSelectBatches) +
                       "WHERE first_sequence >= ifnull((SELECT max(first_sequence) FROM batch"
                       " WHERE first_sequence <= ?1), 0) AND last_sequence >= ?1"
                       " ORDER BY first_sequence");
}

Result<void> SqliteJournal::check_free_space() const {
    struct statvfs status{};
    if (::statvfs(options_.file.c_str(), &status) != 0)
        return reject(kJournalFault, {}, options_.file.string() + ": " + std::strerror(errno));
    const std::uint64_t free_bytes = status.f_bavail * status.f_frsize;
    if (free_bytes >= options_.free_bytes_min) return {};
    return reject(kDiskLow, {},
                  std::to_string(free_bytes) + " bytes are free where " + options_.file.string() +
                      " lies; " + std::to_string(options_.free_bytes_min) + " are needed.");
}

Result<void> SqliteJournal::ready() {
    if (in_doubt_) return reject(kJournalFault, {}, "An append failed and is in doubt.");
    return check_free_space();
}

Result<void> SqliteJournal::append(const Batch& batch) {
    TRY(ready());
    PENSTOCK_ASSERT(batch.first_sequence == end_.sequence + 1);
    PENSTOCK_ASSERT(batch.last_sequence >= batch.first_sequence && batch.time >= end_.time);
    const Digest chain_hash = chain_hash_after(end_.chain_hash, batch);
    if (auto done = insert_batch(insert_, batch, chain_hash); !done) {
        in_doubt_ = true;
        return std::unexpected(journal_file_error(done.error(), "appending to it"));
    }
    end_ = {batch.last_sequence, batch.time, batch.rolling_hash, chain_hash};
    return {};
}

Result<void> SqliteJournal::read_from(std::uint64_t sequence,
                                      const std::function<Result<void>(const Batch&)>& take) {
    select_from_.reset();
    select_from_.bind_unsigned(1, sequence);
    Result<void> taken;
    while (taken) {
        auto more = select_from_.step();
        if (!more) return std::unexpected(journal_file_error(more.error(), "reading it"));
        if (!*more) break;
        Batch batch;
        Digest chain_hash;
        if (!read_batch_row(select_from_, batch, chain_hash)) {
            taken = reject(kJournalBroken, {}, "A hash has a wrong length.");
            break;
        }
        taken = take(batch);
    }
    select_from_.reset();
    return taken;
}

Result<std::string> SqliteJournal::find_reply(std::uint64_t sequence) {
    if (sequence == 0 || sequence > end_.sequence) return reject(kReplyUnknown);
    select_from_.reset();
    select_from_.bind_unsigned(1, sequence);
    auto more = select_from_.step();
    if (!more) return std::unexpected(journal_file_error(more.error(), "reading it"));
    std::optional<std::string> reply;
    if (*more) reply = find_reply_in(select_from_.blob(3), sequence);
    select_from_.reset();
    if (!reply) return reject(kReplyUnknown);
    return *std::move(reply);
}

Result<void> SqliteJournal::reopen() {
    in_doubt_ = true;
    disconnect();
    TRY(connect());
    // After a failed sync the kernel may hold as written what is not on the disk. Moving all of the
    // log into the file writes and syncs it again, so that what is read below is there to stay.
    if (auto moved = database_.run("PRAGMA wal_checkpoint(TRUNCATE);"); !moved)
        return std::unexpected(journal_file_error(moved.error(), "reopening it"));
    TRY_ASSIGN(const JournalEnd found, walk_batches(database_));
    if (found.sequence < end_.sequence)
        return reject(kJournalBroken, {},
                      "It ends at command " + std::to_string(found.sequence) + " but command " +
                          std::to_string(end_.sequence) + " was durable.");
    end_ = found;
    in_doubt_ = false;
    return {};
}

Result<void> SqliteJournal::probe() {
    TRY(ready());
    if (auto done = database_.run("UPDATE probe SET count = count + 1;"); !done)
        return std::unexpected(journal_file_error(done.error(), "probing it"));
    return {};
}

}  // namespace penstock::shell
