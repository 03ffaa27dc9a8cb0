#include "shell/journal/postgres_fill.h"

#include <array>
#include <chrono>
#include <string_view>

#include "base/try.h"
#include "shell/journal/chain.h"
#include "shell/journal/error.h"
#include "shell/journal/journal_file.h"
#include "shell/journal/postgres_schema.h"

namespace penstock::shell {

namespace {

using postgres::Value;

/// Of a statement; a commit may have gigabytes to sync.
constexpr std::chrono::minutes kPatience{10};

Result<postgres::Rows> execute(postgres::Connection& connection, const std::string& sql,
                               std::span<const Value> values = {}) {
    auto done = connection.execute(sql, values);
    if (!done) return std::unexpected(journal_error(done.error(), "filling it"));
    return done;
}

/// Inserts every row; what follows a row is chained to it, so the hashes are made here.
Result<JournalEnd> insert_all(postgres::Connection& connection, const std::filesystem::path& file) {
    // Epoch 0: appended by no leader of this database.
    static const std::string kInsert =
        "INSERT INTO batch (first_sequence, last_sequence, time_ns, epoch, body, rolling_hash,"
        " chain_hash) VALUES ($1, $2, $3, 0, $4, $5, $6)";
    Digest chain_hash{};
    return read_journal_file(file, [&](const Batch& batch) -> Result<void> {
        chain_hash = chain_hash_after(chain_hash, batch);
        const std::array values{Value(batch.first_sequence),
                                Value(batch.last_sequence),
                                Value(batch.time.ns),
                                Value::blob(batch.body),
                                Value::blob(text_of(batch.rolling_hash)),
                                Value::blob(text_of(chain_hash))};
        TRY(execute(connection, kInsert, values));
        return {};
    });
}

}  // namespace

Result<void> fill_postgres_journal(const std::string& url, const std::filesystem::path& file,
                                   const std::function<Result<void>()>& before_commit) {
    auto opened = postgres::Connection::open(url, kPatience);
    if (!opened) return std::unexpected(journal_error(opened.error(), "connecting"));
    postgres::Connection connection = *std::move(opened);
    TRY(ensure_journal_schema(connection));
    TRY(execute(connection, "BEGIN"));
    TRY(execute(connection, "LOCK TABLE batch IN EXCLUSIVE MODE"));
    TRY_ASSIGN(
        const postgres::Rows last,
        execute(connection, "SELECT chain_hash FROM batch ORDER BY first_sequence DESC LIMIT 1"));
    if (last.size() != 0) {
        TRY_ASSIGN(const JournalEnd end, read_journal_file(file));
        if (last.bytes(0, 0) == text_of(end.chain_hash)) return before_commit();
        return reject(kJournalNotEmpty);
    }
    TRY(insert_all(connection, file));
    TRY(before_commit());
    TRY(execute(connection, "COMMIT"));
    return {};
}

}  // namespace penstock::shell
