#include "shell/sqlite/sqlite.h"

#include <sqlite3.h>

#include <system_error>

#include "base/assert.h"
#include "base/try.h"
#include "shell/sqlite/error.h"

namespace penstock::sqlite {

namespace {

Error error_of(sqlite3* database, int result) {
    const int primary = result & 0xff;
    std::string detail = database ? sqlite3_errmsg(database) : sqlite3_errstr(result);
    if (database) {
        if (const char* file = sqlite3_db_filename(database, "main"); file && *file)
            detail.append(" (").append(file).append(")");
    }
    if (primary == SQLITE_FULL) return Error(kSqliteFull, {}, std::move(detail));
    if (primary == SQLITE_CORRUPT || primary == SQLITE_NOTADB)
        return Error(kSqliteDamaged, {}, std::move(detail));
    return Error(kSqliteFault, {}, std::move(detail));
}

}  // namespace

void Statement::Finalize::operator()(sqlite3_stmt* statement) const {
    sqlite3_finalize(statement);
}
void Database::Close::operator()(sqlite3* database) const {
    sqlite3_close_v2(database);
}

Statement& Statement::bind(int parameter, std::int64_t value) {
    const int result = sqlite3_bind_int64(statement_.get(), parameter, value);
    PENSTOCK_ASSERT(result == SQLITE_OK);
    return *this;
}

Statement& Statement::bind_unsigned(int parameter, std::uint64_t value) {
    PENSTOCK_ASSERT(value <= INT64_MAX);
    return bind(parameter, static_cast<std::int64_t>(value));
}

Statement& Statement::bind(int parameter, std::string_view text) {
    const int result =
        sqlite3_bind_text64(statement_.get(), parameter, text.data() ? text.data() : "",
                            text.size(), SQLITE_TRANSIENT, SQLITE_UTF8);
    PENSTOCK_ASSERT(result == SQLITE_OK);
    return *this;
}

Statement& Statement::bind_blob(int parameter, std::span<const std::uint8_t> bytes) {
    const void* data = bytes.empty() ? static_cast<const void*>("") : bytes.data();
    const int result =
        sqlite3_bind_blob64(statement_.get(), parameter, data, bytes.size(), SQLITE_TRANSIENT);
    PENSTOCK_ASSERT(result == SQLITE_OK);
    return *this;
}

Statement& Statement::bind_blob(int parameter, std::string_view bytes) {
    return bind_blob(parameter,
                     std::span(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()));
}

Result<bool> Statement::step() {
    const int result = sqlite3_step(statement_.get());
    if (result == SQLITE_ROW) return true;
    if (result == SQLITE_DONE) return false;
    Error error = error_of(sqlite3_db_handle(statement_.get()), result);
    reset();
    return std::unexpected(std::move(error));
}

Result<void> Statement::run() {
    TRY(step());
    reset();
    return {};
}

void Statement::reset() {
    sqlite3_reset(statement_.get());
    sqlite3_clear_bindings(statement_.get());
}

std::int64_t Statement::integer(int column) const {
    return sqlite3_column_int64(statement_.get(), column);
}

std::uint64_t Statement::unsigned_integer(int column) const {
    return static_cast<std::uint64_t>(integer(column));
}

std::string_view Statement::text(int column) const {
    const auto* data = reinterpret_cast<const char*>(sqlite3_column_text(statement_.get(), column));
    if (!data) return {};
    return {data, static_cast<std::size_t>(sqlite3_column_bytes(statement_.get(), column))};
}

std::string_view Statement::blob(int column) const {
    const auto* data = static_cast<const char*>(sqlite3_column_blob(statement_.get(), column));
    if (!data) return {};
    return {data, static_cast<std::size_t>(sqlite3_column_bytes(statement_.get(), column))};
}

bool Statement::is_null(int column) const {
    return sqlite3_column_type(statement_.get(), column) == SQLITE_NULL;
}

int Statement::columns() const {
    return sqlite3_column_count(statement_.get());
}

Result<Database> Database::connect(const std::string& name, int flags) {
    Database database;
    sqlite3* handle = nullptr;
    const int result = sqlite3_open_v2(name.c_str(), &handle, flags | SQLITE_OPEN_NOMUTEX, nullptr);
    database.database_.reset(handle);
    if (result != SQLITE_OK) return std::unexpected(error_of(handle, result));
    sqlite3_extended_result_codes(handle, 1);
    sqlite3_busy_timeout(handle, 10'000);
    return database;
}

Result<Database> Database::open_to_read(const std::filesystem::path& path) {
    return connect(path.string(), SQLITE_OPEN_READONLY);
}

Result<Database> Database::open_still(const std::filesystem::path& path) {
    std::string name = "file:";
    for (const char letter : path.string()) {
        // What has a meaning in such a name.
        if (letter == '%')
            name.append("%25");
        else if (letter == '?')
            name.append("%3f");
        else if (letter == '#')
            name.append("%23");
        else
            name.push_back(letter);
    }
    return connect(name + "?immutable=1", SQLITE_OPEN_READONLY | SQLITE_OPEN_URI);
}

Result<Database> Database::open(const std::filesystem::path& path, Durability durability) {
    TRY_ASSIGN(Database database,
               connect(path.string(), SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE));
    TRY(database.run(durability == Durability::full
                         ? "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
                         : "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;"));
    return database;
}

Result<void> Database::run(const std::string& sql) {
    const int result = sqlite3_exec(database_.get(), sql.c_str(), nullptr, nullptr, nullptr);
    if (result != SQLITE_OK) return std::unexpected(error_of(database_.get(), result));
    return {};
}

Result<Statement> Database::prepare(std::string_view sql) const {
    sqlite3_stmt* handle = nullptr;
    const int result = sqlite3_prepare_v3(database_.get(), sql.data(), static_cast<int>(sql.size()),
                                          SQLITE_PREPARE_PERSISTENT, &handle, nullptr);
    Statement statement;
    statement.statement_.reset(handle);
    if (result != SQLITE_OK) return std::unexpected(error_of(database_.get(), result));
    return statement;
}

Result<void> Database::copy_to(const std::filesystem::path& path) const {
    TRY_ASSIGN(Statement copy, prepare("VACUUM INTO ?"));
    return copy.bind(1, std::string_view(path.native())).run();
}

std::int64_t Database::changes() const {
    return sqlite3_changes64(database_.get());
}

bool Database::in_transaction() const {
    return sqlite3_get_autocommit(database_.get()) == 0;
}

Result<std::int64_t> Database::format_version() const {
    TRY_ASSIGN(Statement statement, prepare("PRAGMA user_version"));
    TRY(statement.step());
    return statement.integer(0);
}

void remove_database(const std::filesystem::path& path) {
    std::error_code ignored;
    for (const char* suffix : {"", "-wal", "-shm", "-journal"})
        std::filesystem::remove(path.string() + suffix, ignored);
}

}  // namespace penstock::sqlite
