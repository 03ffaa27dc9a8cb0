#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>

#include "shell/journal/journal.h"
#include "shell/sqlite/sqlite.h"

namespace penstock::shell {

struct SqliteJournalOptions {
    std::filesystem::path file;  ///< For instance <data>/journal.db.
    /// Appends are refused when the disk has less than this free, so that it never fills to the
    /// brim under a transaction.
    std::uint64_t free_bytes_min = 64U << 20;
    /// Whether a new journal may be begun. Not when the data folder shows that there was one.
    enum class IfMissing : std::uint8_t { create, refuse } if_missing = IfMissing::create;
};

/// The journal in one SQLite file, in WAL mode with synchronous=FULL: a batch is one row, written
/// by one transaction, and on the disk when append() returns.
///
/// A lock file beside it keeps a second server out; tools may read the file meanwhile.
class SqliteJournal final : public Journal {
  public:
    /// Opens the file and checks every row of it. O(size of the journal).
    /// @retval kJournalInUse, kJournalForeign, kJournalMissing, kJournalBroken, kJournalFault
    static Result<std::unique_ptr<SqliteJournal>> open(SqliteJournalOptions options);
    ~SqliteJournal() override;

    Result<void> append(const Batch& batch) override;
    Result<void> ready() override;
    Result<void> read_from(std::uint64_t sequence,
                           const std::function<Result<void>(const Batch&)>& take) override;
    Result<std::string> find_reply(std::uint64_t sequence) override;
    const JournalEnd& end() const override { return end_; }
    Result<void> reopen() override;
    Result<void> follow(const std::function<Result<void>(const Batch&)>&) override { return {}; }
    void lead(std::uint64_t) override {}
    Result<void> probe() override;

  private:
    explicit SqliteJournal(SqliteJournalOptions options);
    Result<void> lock();
    Result<void> connect();
    Result<void> check_free_space() const;
    void disconnect();

    SqliteJournalOptions options_;
    int lock_descriptor_ = -1;
    sqlite::Database database_;
    sqlite::Statement insert_;
    sqlite::Statement select_from_;
    JournalEnd end_;
    std::atomic<bool> in_doubt_ =
        false;  ///< An append failed and reopen() has not succeeded since.
};

}  // namespace penstock::shell
