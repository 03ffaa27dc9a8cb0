#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "base/error.h"

struct sqlite3;
struct sqlite3_stmt;

namespace penstock::sqlite {

/// A prepared statement. Bind every parameter, step, read columns, reset. One thread at a time.
class Statement {
  public:
    Statement() = default;

    /// Parameters count from 1. A failed binding shows as an error of the next step.
    Statement& bind(int parameter, std::int64_t value);
    Statement& bind_unsigned(int parameter, std::uint64_t value);  ///< Up to 2^63 - 1.
    /// The text is copied.
    Statement& bind(int parameter, std::string_view text);
    Statement& bind_blob(int parameter, std::span<const std::uint8_t> bytes);
    Statement& bind_blob(int parameter, std::string_view bytes);

    /// Advances to the next row.
    /// @return Whether there is one.
    /// @retval kSqliteFault, kSqliteFull, kSqliteDamaged
    Result<bool> step();
    /// Runs a statement without rows, and resets it.
    Result<void> run();
    void reset();

    /// Columns count from 0; valid between a true step() and the next call.
    std::int64_t integer(int column) const;
    std::uint64_t unsigned_integer(int column) const;
    std::string_view text(int column) const;
    std::string_view blob(int column) const;
    bool is_null(int column) const;
    int columns() const;

  private:
    friend class Database;
    struct Finalize {
        void operator()(sqlite3_stmt* statement) const;
    };
    std::unique_ptr<sqlite3_stmt, Finalize> statement_;
};

/// How hard a commit tries to reach the disk.
enum class Durability {
    full,    ///< A commit is on the disk when it returns.
    normal,  ///< A power cut may undo the last commits, and no more than those.
};

/// One connection to one SQLite file in WAL mode. One thread at a time; open several connections to
/// read beside a writer.
class Database {
  public:
    /// Opens or creates the file.
    /// @retval kSqliteFault, kSqliteDamaged
    static Result<Database> open(const std::filesystem::path& path, Durability durability);
    /// Opens a file that others may be writing, to read it; neither it nor its log is changed.
    /// @retval kSqliteFault, kSqliteDamaged
    static Result<Database> open_to_read(const std::filesystem::path& path);
    /// Opens a file that nobody writes while this is open, for instance one of a backup: makes no
    /// file beside it, and needs no right to.
    /// @retval kSqliteFault, kSqliteDamaged
    static Result<Database> open_still(const std::filesystem::path& path);
    Database() = default;
    Database(Database&&) noexcept = default;
    Database& operator=(Database&&) noexcept = default;

    /// Runs one or more statements given as text.
    Result<void> run(const std::string& sql);
    Result<Statement> prepare(std::string_view sql) const;
    /// Writes all that is committed now into a new file, in one piece and without what was deleted.
    /// Others go on writing meanwhile. The file is not yet safe on the disk.
    /// @param path  Nothing may be there.
    Result<void> copy_to(const std::filesystem::path& path) const;
    /// Rows changed by the last statement.
    std::int64_t changes() const;
    bool in_transaction() const;

    /// PRAGMA user_version: the format's number, 0 in a new file.
    Result<std::int64_t> format_version() const;

  private:
    struct Close {
        void operator()(sqlite3* database) const;
    };
    static Result<Database> connect(const std::string& name, int flags);
    std::unique_ptr<sqlite3, Close> database_;
};

/// Removes a database file and what SQLite keeps beside it.
void remove_database(const std::filesystem::path& path);

}  // namespace penstock::sqlite
