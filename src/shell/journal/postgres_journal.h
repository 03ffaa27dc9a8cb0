#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>

#include "shell/journal/journal.h"
#include "shell/postgres/connection.h"
#include "shell/postgres/migrate.h"

namespace penstock::shell {

struct PostgresJournalOptions {
    std::string url;  ///< postgres://…; several hosts with target_session_attrs=read-write.
    std::chrono::milliseconds timeout{5'000};  ///< Of every statement.
    postgres::Tables tables = postgres::Tables::make;
};

/// The journal in a table of PostgreSQL, which many servers have open and one appends to.
///
/// An append is one statement that commits by itself and asserts the epoch and the row that it
/// follows, so a leader that is stopped anywhere leaves no transaction open, and nothing is chained
/// to a row that the database has lost. It locks the row of leadership for its short life:
/// when another server's taking of the lead is committed, no append of an older epoch is under way.
/// An append whose answer is lost may still be committed; if it is, the next finds its row taken.
class PostgresJournal final : public Journal {
  public:
    /// Connects, makes the tables if it may and need be, and checks every row. O(size of the
    /// journal).
    /// @retval kJournalForeign, kJournalBroken, kJournalFault
    static Result<std::unique_ptr<PostgresJournal>> open(PostgresJournalOptions options);

    Result<void> append(const Batch& batch) override;
    Result<void> ready() override;
    Result<void> read_from(std::uint64_t sequence,
                           const std::function<Result<void>(const Batch&)>& take) override;
    Result<std::string> find_reply(std::uint64_t sequence) override;
    const JournalEnd& end() const override { return end_; }
    Result<void> reopen() override;
    Result<void> follow(const std::function<Result<void>(const Batch&)>& take) override;
    void lead(std::uint64_t epoch) override { epoch_ = epoch; }
    Result<void> probe() override;

  private:
    using TakeRow = std::function<Result<void>(const Batch&, const Digest& chain_hash)>;

    explicit PostgresJournal(PostgresJournalOptions options) : options_(std::move(options)) {}
    Result<void> connect();
    /// Whether the database still has what is known to be durable: it may have failed over to a
    /// copy that lacks it.
    Result<void> check_end(postgres::Connection& connection) const;
    /// Gives the rows that a statement selects to `take`, whose error is returned.
    Result<void> read(const std::string& sql, std::span<const postgres::Value> values,
                      const TakeRow& take);

    const PostgresJournalOptions options_;
    postgres::Connection connection_;
    JournalEnd end_;
    std::atomic<std::uint64_t> epoch_ = 0;
    /// An append failed and reopen() has not succeeded since.
    std::atomic<bool> in_doubt_ = false;
};

}  // namespace penstock::shell
