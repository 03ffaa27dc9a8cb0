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
#include "shell/journal/error.h"
#include "shell/journal/wal_check.h"
#include "shell/sqlite/error.h"

namespace penstock::shell {

namespace {

constexpr const char* kSchema =
    "BEGIN IMMEDIATE;"
    "CREATE TABLE batch (first_sequence INTEGER PRIMARY KEY, last_sequence INTEGER NOT NULL,"
    " time_ns INTEGER NOT NULL, body BLOB NOT NULL, rolling_hash BLOB NOT NULL,"
    " chain_hash BLOB NOT NULL) STRICT;"
    "CREATE TABLE probe (id INTEGER PRIMARY KEY CHECK (id = 1), count INTEGER NOT NULL) STRICT;"
    "INSERT INTO probe VALUES (1, 0);"
    "PRAGMA application_id = 1347635761;"  // kJournalApplicationId
    "PRAGMA user_version = 1;"
    "COMMIT;";
constexpr const char* kColumns =
    "SELECT first_sequence, last_sequence, time_ns, body, rolling_hash, chain_hash FROM batch ";

/// What SQLite reports, in the journal's own words.
Error journal_error(const Error& error, std::string_view doing) {
    std::string detail = "While " + std::string(doing) + ": " + error.detail();
    const bool damaged = error.number() == sqlite::kSqliteDamaged.number;
    return Error(damaged ? kJournalBroken : kJournalFault, {}, std::move(detail));
}

bool read_digest(const sqlite::Statement& row, int column, Digest& digest) {
    const std::string_view bytes = row.blob(column);
    if (bytes.size() != digest.size()) return false;
    std::memcpy(digest.data(), bytes.data(), digest.size());
    return true;
}

std::string_view text_of(const Digest& digest) {
    return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

/// @return False when a hash is not of the length of a hash.
bool read_batch(const sqlite::Statement& row, Batch& batch, Digest& chain_hash) {
    batch.first_sequence = row.unsigned_integer(0);
    batch.last_sequence = row.unsigned_integer(1);
    batch.time = Instant{row.integer(2)};
    batch.body = row.blob(3);
    return read_digest(row, 4, batch.rolling_hash) && read_digest(row, 5, chain_hash);
}

}  // namespace

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
    TRY_ASSIGN(journal->end_, journal->check_all_rows());
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
        return std::unexpected(journal_error(opened.error(), "opening it"));
    }
    database_ = *std::move(opened);
    TRY(ensure_format());
    const auto prepare = [&](sqlite::Statement& statement, const std::string& sql) -> Result<void> {
        auto prepared = database_.prepare(sql);
        if (!prepared) return std::unexpected(journal_error(prepared.error(), "opening it"));
        statement = *std::move(prepared);
        return {};
    };
    TRY(prepare(insert_, "INSERT INTO batch VALUES (?, ?, ?, ?, ?, ?)"));
    return prepare(select_from_,
                   std::string(kColumns) +
                       "WHERE first_sequence >= ifnull((SELECT max(first_sequence) FROM batch"
                       " WHERE first_sequence <= ?1), 0) AND last_sequence >= ?1"
                       " ORDER BY first_sequence");
}

Result<void> SqliteJournal::ensure_format() {
    const auto number = [&](std::string_view pragma) -> Result<std::int64_t> {
        auto statement = database_.prepare(pragma);
        if (!statement) return std::unexpected(journal_error(statement.error(), "opening it"));
        auto row = statement->step();
        if (!row) return std::unexpected(journal_error(row.error(), "opening it"));
        return *row ? statement->integer(0) : 0;
    };
    TRY_ASSIGN(const auto application, number("PRAGMA application_id"));
    TRY_ASSIGN(const auto version, number("PRAGMA user_version"));
    TRY_ASSIGN(const auto tables, number("SELECT count(*) FROM sqlite_schema"));
    if (application == 0 && version == 0 && tables == 0) {
        if (auto made = database_.run(kSchema); !made)
            return std::unexpected(journal_error(made.error(), "beginning it"));
    } else if (application != kJournalApplicationId || version != kJournalFormatVersion) {
        return reject(kJournalForeign, {},
                      options_.file.string() + " has application " + std::to_string(application) +
                          " and format " + std::to_string(version) + "; expected are " +
                          std::to_string(kJournalApplicationId) + " and " +
                          std::to_string(kJournalFormatVersion) + ".");
    }
    // Pages go from the log to the file every 16 MiB: the log is then written over in place, which
    // is faster than growing a file with each commit.
    if (auto set = database_.run("PRAGMA wal_autocheckpoint = 4096;"); !set)
        return std::unexpected(journal_error(set.error(), "opening it"));
    return {};
}

Result<JournalEnd> SqliteJournal::check_all_rows() {
    auto all = database_.prepare(std::string(kColumns) + "ORDER BY first_sequence");
    if (!all) return std::unexpected(journal_error(all.error(), "reading it"));
    ChainReader reader;
    for (std::uint64_t row = 1;; ++row) {
        auto more = all->step();
        const std::uint64_t after = reader.end().sequence;
        if (!more) {
            const Error error = journal_error(more.error(), "reading it");
            return reject(error.rejection(), {}, broken_at(row, after, error.detail()));
        }
        if (!*more) return reader.end();
        Batch batch;
        Digest chain_hash;
        if (!read_batch(*all, batch, chain_hash))
            return reject(kJournalBroken, {}, broken_at(row, after, "a hash has a wrong length."));
        TRY(reader.accept(row, batch, chain_hash));
    }
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
    insert_.bind_unsigned(1, batch.first_sequence)
        .bind_unsigned(2, batch.last_sequence)
        .bind(3, batch.time.ns)
        .bind_blob(4, batch.body)
        .bind_blob(5, text_of(batch.rolling_hash))
        .bind_blob(6, text_of(chain_hash));
    if (auto done = insert_.run(); !done) {
        in_doubt_ = true;
        return std::unexpected(journal_error(done.error(), "appending to it"));
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
        if (!more) return std::unexpected(journal_error(more.error(), "reading it"));
        if (!*more) break;
        Batch batch;
        Digest chain_hash;
        if (!read_batch(select_from_, batch, chain_hash)) {
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
    if (!more) return std::unexpected(journal_error(more.error(), "reading it"));
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
        return std::unexpected(journal_error(moved.error(), "reopening it"));
    TRY_ASSIGN(const JournalEnd found, check_all_rows());
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
        return std::unexpected(journal_error(done.error(), "probing it"));
    return {};
}

}  // namespace penstock::shell
