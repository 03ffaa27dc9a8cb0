#include "shell/journal/postgres_journal.h"

#include <array>
#include <cstring>
#include <optional>
#include <utility>

#include "base/assert.h"
#include "base/try.h"
#include "shell/journal/batch_body.h"
#include "shell/journal/chain.h"
#include "shell/journal/error.h"
#include "shell/journal/postgres_schema.h"

namespace penstock::shell {

namespace {

using postgres::Rows;
using postgres::Value;

const std::string kColumns =
    "SELECT first_sequence, last_sequence, time_ns, body, rolling_hash, chain_hash FROM batch ";
const std::string kFrom =
    kColumns +
    "WHERE first_sequence >= coalesce((SELECT max(first_sequence) FROM batch"
    " WHERE first_sequence <= $1), 0) AND last_sequence >= $1 AND last_sequence <= $2"
    " ORDER BY first_sequence";
const std::string kAfter = kColumns + "WHERE first_sequence > $1 ORDER BY first_sequence";
const std::string kInsert =
    "INSERT INTO batch (first_sequence, last_sequence, time_ns, epoch, body, rolling_hash,"
    " chain_hash) SELECT $1, $2, $3, epoch, $5, $6, $7 FROM leadership"
    " WHERE id = 1 AND epoch = $4 AND epoch > 0 AND $8 = coalesce("
    "(SELECT chain_hash FROM batch ORDER BY first_sequence DESC LIMIT 1),"
    " decode(repeat('00', 32), 'hex')) FOR SHARE";
const std::string kLastUpTo =
    "SELECT last_sequence, chain_hash FROM batch WHERE first_sequence <= $1"
    " ORDER BY first_sequence DESC LIMIT 1";
const std::string kBodyAt =
    "SELECT last_sequence, body FROM batch WHERE first_sequence <= $1"
    " ORDER BY first_sequence DESC LIMIT 1";
const std::string kProbe =
    "UPDATE leadership SET probes = probes + 1"
    " WHERE id = 1 AND epoch = $1 AND epoch > 0";

bool read_digest(const Rows& row, int column, Digest& digest) {
    const std::string_view bytes = row.bytes(0, column);
    if (bytes.size() != digest.size()) return false;
    std::memcpy(digest.data(), bytes.data(), digest.size());
    return true;
}

/// @return False when a hash is not of the length of a hash.
bool read_batch(const Rows& row, Batch& batch, Digest& chain_hash) {
    batch.first_sequence = row.unsigned_integer(0, 0);
    batch.last_sequence = row.unsigned_integer(0, 1);
    batch.time = Instant{row.integer(0, 2)};
    batch.body = row.bytes(0, 3);
    return read_digest(row, 4, batch.rolling_hash) && read_digest(row, 5, chain_hash);
}

}  // namespace

Result<std::unique_ptr<PostgresJournal>> PostgresJournal::open(PostgresJournalOptions options) {
    std::unique_ptr<PostgresJournal> journal(new PostgresJournal(std::move(options)));
    TRY(journal->reopen());
    return journal;
}

Result<void> PostgresJournal::connect() {
    if (connection_.is_open()) return {};
    auto opened = postgres::Connection::open(options_.url, options_.timeout);
    if (!opened) return std::unexpected(journal_error(opened.error(), "connecting"));
    TRY(ensure_journal_schema(*opened, options_.tables));
    TRY(check_end(*opened));
    connection_ = *std::move(opened);
    return {};
}

Result<void> PostgresJournal::check_end(postgres::Connection& connection) const {
    if (end_.sequence == 0) return {};
    const std::array values{Value(end_.sequence)};
    const auto row = connection.execute(kLastUpTo, values);
    if (!row) return std::unexpected(journal_error(row.error(), "comparing its end"));
    if (row->size() == 1 && row->unsigned_integer(0, 0) == end_.sequence &&
        row->bytes(0, 1) == text_of(end_.chain_hash))
        return {};
    return reject(kJournalBroken, {},
                  "What was durable up to command " + std::to_string(end_.sequence) +
                      " is there no more: the database was set back.");
}

Result<void> PostgresJournal::ready() {
    if (in_doubt_) return reject(kJournalFault, {}, "An append failed and is in doubt.");
    return {};
}

Result<void> PostgresJournal::append(const Batch& batch) {
    TRY(ready());
    PENSTOCK_ASSERT(batch.first_sequence == end_.sequence + 1);
    PENSTOCK_ASSERT(batch.last_sequence >= batch.first_sequence && batch.time >= end_.time);
    const Digest chain_hash = chain_hash_after(end_.chain_hash, batch);
    const std::array values{Value(batch.first_sequence),
                            Value(batch.last_sequence),
                            Value(batch.time.ns),
                            Value(epoch_.load()),
                            Value::blob(batch.body),
                            Value::blob(text_of(batch.rolling_hash)),
                            Value::blob(text_of(chain_hash)),
                            Value::blob(text_of(end_.chain_hash))};
    const auto inserted = connection_.execute(kInsert, values);
    in_doubt_ = !inserted || inserted->affected() != 1;
    if (!inserted) return std::unexpected(journal_error(inserted.error(), "appending to it"));
    if (in_doubt_) return reject(kFenced);
    end_ = {batch.last_sequence, batch.time, batch.rolling_hash, chain_hash};
    return {};
}

Result<void> PostgresJournal::read(const std::string& sql, std::span<const Value> values,
                                   const TakeRow& take) {
    TRY(connect());
    std::optional<Error> refused;
    const auto streamed = connection_.stream(sql, values, [&](const Rows& row) -> Result<void> {
        Batch batch;
        Digest chain_hash;
        auto taken = read_batch(row, batch, chain_hash)
                         ? take(batch, chain_hash)
                         : reject(kJournalBroken, {}, "A hash has a wrong length.");
        if (!taken) refused = taken.error();
        return taken;
    });
    if (refused) {
        // The next append needs a connection; if there is none, it says so.
        [[maybe_unused]] const auto again = connect();
        return std::unexpected(*std::move(refused));
    }
    if (!streamed) return std::unexpected(journal_error(streamed.error(), "reading it"));
    return {};
}

Result<void> PostgresJournal::read_from(std::uint64_t sequence,
                                        const std::function<Result<void>(const Batch&)>& take) {
    const std::array values{Value(sequence), Value(end_.sequence)};
    return read(kFrom, values, [&](const Batch& batch, const Digest&) { return take(batch); });
}

Result<void> PostgresJournal::follow(const std::function<Result<void>(const Batch&)>& take) {
    ChainReader reader(end_);
    const std::array values{Value(end_.sequence)};
    return read(kAfter, values, [&](const Batch& batch, const Digest& chain_hash) -> Result<void> {
        TRY(reader.accept(batch.first_sequence, batch, chain_hash));
        TRY(take(batch));
        end_ = reader.end();
        return {};
    });
}

Result<std::string> PostgresJournal::find_reply(std::uint64_t sequence) {
    if (sequence == 0 || sequence > end_.sequence) return reject(kReplyUnknown);
    TRY(connect());
    const std::array values{Value(sequence)};
    const auto row = connection_.execute(kBodyAt, values);
    if (!row) return std::unexpected(journal_error(row.error(), "reading it"));
    if (row->size() == 0 || row->unsigned_integer(0, 0) < sequence) return reject(kReplyUnknown);
    auto reply = find_reply_in(row->bytes(0, 1), sequence);
    if (!reply) return reject(kReplyUnknown);
    return *std::move(reply);
}

Result<void> PostgresJournal::reopen() {
    in_doubt_ = true;
    // What the old connection had under way may be done yet: then the next append finds another row
    // than it follows, and is refused.
    connection_.close();
    TRY(connect());
    TRY(follow([](const Batch&) -> Result<void> { return {}; }));
    in_doubt_ = false;
    return {};
}

Result<void> PostgresJournal::probe() {
    TRY(ready());
    TRY(connect());
    const std::array values{Value(epoch_.load())};
    const auto probed = connection_.execute(kProbe, values);
    if (!probed) return std::unexpected(journal_error(probed.error(), "trying it"));
    if (probed->affected() != 1) return reject(kFenced);
    return {};
}

}  // namespace penstock::shell
