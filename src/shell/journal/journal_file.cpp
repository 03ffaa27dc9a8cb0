#include "shell/journal/journal_file.h"

#include <cstring>
#include <string>
#include <utility>

#include "base/try.h"
#include "shell/journal/chain.h"
#include "shell/journal/error.h"
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

bool read_digest(const sqlite::Statement& row, int column, Digest& digest) {
    const std::string_view bytes = row.blob(column);
    if (bytes.size() != digest.size()) return false;
    std::memcpy(digest.data(), bytes.data(), digest.size());
    return true;
}

/// The first number that a statement gives.
Result<std::int64_t> number(const sqlite::Database& database, std::string_view sql) {
    auto statement = database.prepare(sql);
    if (!statement) return std::unexpected(journal_file_error(statement.error(), "opening it"));
    auto row = statement->step();
    if (!row) return std::unexpected(journal_file_error(row.error(), "opening it"));
    return *row ? statement->integer(0) : 0;
}

Result<void> check_format(const sqlite::Database& database, const std::filesystem::path& file) {
    TRY_ASSIGN(const auto application, number(database, "PRAGMA application_id"));
    TRY_ASSIGN(const auto version, number(database, "PRAGMA user_version"));
    if (application == kJournalApplicationId && version == kJournalFormatVersion) return {};
    return reject(kJournalForeign, {},
                  file.string() + " has application " + std::to_string(application) +
                      " and format " + std::to_string(version) + "; expected are " +
                      std::to_string(kJournalApplicationId) + " and " +
                      std::to_string(kJournalFormatVersion) + ".");
}

}  // namespace

Error journal_file_error(const Error& error, std::string_view doing) {
    std::string detail = "While " + std::string(doing) + ": " + error.detail();
    const bool damaged = error.number() == sqlite::kSqliteDamaged.number;
    return Error(damaged ? kJournalBroken : kJournalFault, {}, std::move(detail));
}

Result<void> ensure_journal_format(sqlite::Database& database, const std::filesystem::path& file) {
    TRY_ASSIGN(const auto application, number(database, "PRAGMA application_id"));
    TRY_ASSIGN(const auto version, number(database, "PRAGMA user_version"));
    TRY_ASSIGN(const auto tables, number(database, "SELECT count(*) FROM sqlite_schema"));
    if (application != 0 || version != 0 || tables != 0) return check_format(database, file);
    if (auto made = database.run(kSchema); !made)
        return std::unexpected(journal_file_error(made.error(), "beginning it"));
    return {};
}

bool read_batch_row(const sqlite::Statement& row, Batch& batch, Digest& chain_hash) {
    batch.first_sequence = row.unsigned_integer(0);
    batch.last_sequence = row.unsigned_integer(1);
    batch.time = Instant{row.integer(2)};
    batch.body = row.blob(3);
    return read_digest(row, 4, batch.rolling_hash) && read_digest(row, 5, chain_hash);
}

Result<JournalEnd> walk_batches(sqlite::Database& database, const TakeBatch& take) {
    auto all = database.prepare(std::string(kSelectBatches) + "ORDER BY first_sequence");
    if (!all) return std::unexpected(journal_file_error(all.error(), "reading it"));
    ChainReader reader;
    for (std::uint64_t row = 1;; ++row) {
        auto more = all->step();
        const std::uint64_t after = reader.end().sequence;
        if (!more) {
            const Error error = journal_file_error(more.error(), "reading it");
            return reject(error.rejection(), {}, broken_at(row, after, error.detail()));
        }
        if (!*more) return reader.end();
        Batch batch;
        Digest chain_hash;
        if (!read_batch_row(*all, batch, chain_hash))
            return reject(kJournalBroken, {}, broken_at(row, after, "a hash has a wrong length."));
        TRY(reader.accept(row, batch, chain_hash));
        if (take) TRY(take(batch));
    }
}

Result<JournalEnd> read_journal_file(const std::filesystem::path& file, const TakeBatch& take) {
    std::error_code missing;
    if (!std::filesystem::exists(file, missing)) return reject(kJournalMissing, {}, file.string());
    auto database = sqlite::Database::open_still(file);
    if (!database) return std::unexpected(journal_file_error(database.error(), "opening it"));
    TRY(check_format(*database, file));
    return walk_batches(*database, take);
}

Result<void> insert_batch(sqlite::Statement& insert, const Batch& batch, const Digest& chain_hash) {
    return insert.bind_unsigned(1, batch.first_sequence)
        .bind_unsigned(2, batch.last_sequence)
        .bind(3, batch.time.ns)
        .bind_blob(4, batch.body)
        .bind_blob(5, text_of(batch.rolling_hash))
        .bind_blob(6, text_of(chain_hash))
        .run();
}

Result<JournalFileWriter> JournalFileWriter::create(const std::filesystem::path& file) {
    JournalFileWriter writer;
    TRY_ASSIGN(writer.database_, sqlite::Database::open(file, sqlite::Durability::normal));
    TRY(ensure_journal_format(writer.database_, file));
    TRY(writer.database_.run("BEGIN IMMEDIATE"));
    TRY_ASSIGN(writer.insert_, writer.database_.prepare(kInsertBatch));
    return writer;
}

Result<void> JournalFileWriter::add(const Batch& batch) {
    chain_hash_ = chain_hash_after(chain_hash_, batch);
    return insert_batch(insert_, batch, chain_hash_);
}

Result<void> JournalFileWriter::finish() {
    insert_ = {};
    TRY(database_.run("COMMIT"));
    // One file, with nothing beside it.
    TRY(database_.run("PRAGMA journal_mode=DELETE"));
    database_ = {};
    return {};
}

}  // namespace penstock::shell
