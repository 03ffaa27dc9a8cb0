#include "shell/evidence/record_store.h"

#include <algorithm>
#include <utility>

#include "base/try.h"
#include "shell/sqlite/error.h"
#include "shell/sqlite/position.h"

namespace penstock::evidence {

namespace {

constexpr std::int64_t kFormat = 2;

constexpr const char* kCreate =
    "BEGIN IMMEDIATE;"
    "CREATE TABLE IF NOT EXISTS records(leaf INTEGER PRIMARY KEY, sequence INTEGER NOT NULL,"
    " ordinal INTEGER NOT NULL, at_ns INTEGER NOT NULL, kind TEXT NOT NULL, subject TEXT NOT NULL,"
    " order_id TEXT NOT NULL, contract TEXT NOT NULL, receipt INTEGER NOT NULL, salt BLOB NOT NULL,"
    " payload TEXT NOT NULL, UNIQUE(sequence, ordinal));"
    "CREATE INDEX IF NOT EXISTS records_order ON records(order_id, leaf) WHERE receipt = 1;"
    "CREATE TABLE IF NOT EXISTS checkpoint(id INTEGER PRIMARY KEY CHECK(id = 1),"
    " size INTEGER NOT NULL, root BLOB NOT NULL, note TEXT NOT NULL);"
    "PRAGMA user_version=2;"
    "COMMIT;";

constexpr std::string_view kColumns = "SELECT leaf,at_ns,kind,subject,salt,payload FROM records ";

Result<Record> record_of(const sqlite::Statement& row) {
    Record record;
    record.leaf = row.unsigned_integer(0);
    const std::string_view salt = row.blob(4);
    if (salt.size() != record.opening.salt.size())
        return reject(sqlite::kSqliteDamaged, {},
                      "Evidence record " + std::to_string(record.leaf) + " has no salt.");
    std::copy(salt.begin(), salt.end(), record.opening.salt.begin());
    record.opening.payload = row.text(5);
    record.entry = {std::string(row.text(2)), std::string(row.text(3)), row.integer(1),
                    format::commitment(record.opening)};
    return record;
}

}  // namespace

Result<RecordStore> RecordStore::open(const std::filesystem::path& path,
                                      sqlite::Durability durability) {
    RecordStore store;
    TRY_ASSIGN(store.database_, sqlite::Database::open(path, durability));
    TRY_ASSIGN(const std::int64_t format, store.database_.format_version());
    if (format != 0 && format != kFormat)
        return reject(
            sqlite::kSqliteDamaged, {},
            path.string() +
                " is of another format; remove it, and it is made again from the journal.");
    if (format == 0) {
        TRY(store.database_.run(sqlite::kCreatePosition));
        TRY(store.database_.run(kCreate));
    }
    TRY_ASSIGN(store.insert_,
               store.database_.prepare("INSERT INTO records VALUES(?,?,?,?,?,?,?,?,?,?,?)"));
    return store;
}

Result<RecordStore> RecordStore::to_read(sqlite::Database database) {
    RecordStore store;
    store.database_ = std::move(database);
    TRY_ASSIGN(const std::int64_t format, store.database_.format_version());
    if (format != kFormat) return reject(sqlite::kSqliteDamaged, {}, "It is of another format.");
    return store;
}

Result<void> RecordStore::add(std::uint64_t leaf, const NewRecord& record) {
    const Fact& fact = record.fact;
    if (!database_.in_transaction()) TRY(database_.run("BEGIN IMMEDIATE"));
    insert_.bind_unsigned(1, leaf)
        .bind_unsigned(2, record.sequence)
        .bind(3, std::int64_t{record.ordinal})
        .bind(4, record.at_ns)
        .bind(5, std::string_view(fact.kind))
        .bind(6, std::string_view(fact.subject))
        .bind(7, std::string_view(fact.order))
        .bind(8, std::string_view(fact.contract))
        .bind(9, std::int64_t{fact.receipt})
        .bind_blob(10, std::span<const std::uint8_t>(record.salt))
        .bind(11, std::string_view(fact.payload));
    return insert_.run();
}

Result<void> RecordStore::commit(const JournalPosition& position) {
    return sqlite::commit_position(database_, position);
}

void RecordStore::roll_back() {
    if (database_.in_transaction()) (void)database_.run("ROLLBACK");
}

Result<JournalPosition> RecordStore::position() const {
    return sqlite::read_position(database_);
}

Result<std::uint64_t> RecordStore::size() const {
    TRY_ASSIGN(sqlite::Statement row, database_.prepare("SELECT max(leaf) FROM records"));
    TRY_ASSIGN(const bool found, row.step());
    return found && !row.is_null(0) ? row.unsigned_integer(0) + 1 : 0;
}

Result<std::optional<SignedHead>> RecordStore::signed_head() const {
    TRY_ASSIGN(sqlite::Statement row, database_.prepare("SELECT size,root,note FROM checkpoint"));
    TRY_ASSIGN(const bool found, row.step());
    if (!found) return std::optional<SignedHead>();
    SignedHead head;
    head.head.size = row.unsigned_integer(0);
    const std::string_view root = row.blob(1);
    if (root.size() != head.head.root.size())
        return reject(sqlite::kSqliteDamaged, {}, "The signed root has a wrong length.");
    std::copy(root.begin(), root.end(), head.head.root.begin());
    head.note = row.text(2);
    return head;
}

Result<bool> RecordStore::swap_signed_head(const std::optional<SignedHead>& expected,
                                           const SignedHead& next) {
    const char* sql = expected ? "UPDATE checkpoint SET size=?1,root=?2,note=?3"
                                 " WHERE size=?4 AND root=?5 AND note=?6"
                               : "INSERT OR IGNORE INTO checkpoint VALUES(1,?1,?2,?3)";
    TRY_ASSIGN(sqlite::Statement swap, database_.prepare(sql));
    swap.bind_unsigned(1, next.head.size)
        .bind_blob(2, std::span<const std::uint8_t>(next.head.root))
        .bind(3, std::string_view(next.note));
    if (expected)
        swap.bind_unsigned(4, expected->head.size)
            .bind_blob(5, std::span<const std::uint8_t>(expected->head.root))
            .bind(6, std::string_view(expected->note));
    TRY(swap.run());
    return database_.changes() == 1;
}

Result<void> RecordStore::read(std::uint64_t first, std::uint64_t end,
                               const std::function<Result<void>(const Record&)>& take) const {
    TRY_ASSIGN(sqlite::Statement rows,
               database_.prepare(std::string(kColumns) + "WHERE leaf>=? AND leaf<? ORDER BY leaf"));
    rows.bind_unsigned(1, first).bind_unsigned(2, end);
    for (std::uint64_t leaf = first; leaf < end; ++leaf) {
        TRY_ASSIGN(const bool more, rows.step());
        if (!more || rows.unsigned_integer(0) != leaf)
            return reject(sqlite::kSqliteDamaged, {},
                          "Evidence record " + std::to_string(leaf) + " is missing.");
        TRY_ASSIGN(const Record record, record_of(rows));
        TRY(take(record));
    }
    return {};
}

Result<std::vector<Record>> RecordStore::receipts_of(std::string_view order) const {
    TRY_ASSIGN(
        sqlite::Statement rows,
        database_.prepare(std::string(kColumns) + "WHERE order_id=? AND receipt=1 ORDER BY leaf"));
    rows.bind(1, order);
    std::vector<Record> records;
    while (true) {
        TRY_ASSIGN(const bool more, rows.step());
        if (!more) return records;
        TRY_ASSIGN(Record record, record_of(rows));
        records.push_back(std::move(record));
    }
}

Result<std::optional<Record>> RecordStore::record_of_event(std::uint64_t sequence,
                                                           std::uint32_t ordinal) const {
    TRY_ASSIGN(sqlite::Statement row,
               database_.prepare(std::string(kColumns) + "WHERE sequence=? AND ordinal=?"));
    row.bind_unsigned(1, sequence).bind(2, std::int64_t{ordinal});
    TRY_ASSIGN(const bool found, row.step());
    if (!found) return std::nullopt;
    TRY_ASSIGN(Record record, record_of(row));
    return record;
}

}  // namespace penstock::evidence
