#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

struct pg_conn;
struct pg_result;

namespace penstock::postgres {

/// A parameter of a statement, sent in binary. Texts and blobs are views: they must outlive the
/// call.
class Value {
  public:
    Value(std::int64_t number);   // NOLINT(google-explicit-constructor): reads as SQL does.
    Value(std::uint64_t number);  // NOLINT(google-explicit-constructor): up to 2^63 - 1.
    static Value text(std::string_view text) { return {text, kText}; }
    static Value blob(std::string_view bytes) { return {bytes, kBytea}; }

    unsigned type() const { return type_; }
    const char* data() const { return is_number_ ? number_ : view_.data(); }
    std::size_t size() const { return is_number_ ? sizeof number_ : view_.size(); }

  private:
    static constexpr unsigned kText = 25;  // Object ids of pg_type, fixed for ever.
    static constexpr unsigned kBytea = 17;
    static constexpr unsigned kInt8 = 20;
    Value(std::string_view view, unsigned type) : view_(view), type_(type), is_number_(false) {}

    char number_[8] = {};  ///< Big-endian.
    std::string_view view_;
    unsigned type_;
    bool is_number_ = true;
};

/// Rows that a statement gave. Columns count from 0 and must be of the type that is asked for.
class Rows {
  public:
    int size() const;
    /// Rows inserted, updated or deleted.
    std::int64_t affected() const;
    bool is_null(int row, int column) const;
    std::int64_t integer(int row, int column) const;
    std::uint64_t unsigned_integer(int row, int column) const;
    bool boolean(int row, int column) const;
    /// Of a text or bytea column.
    std::string_view bytes(int row, int column) const;

  private:
    friend class Connection;
    struct Clear {
        void operator()(pg_result* result) const;
    };
    explicit Rows(pg_result* result) : result_(result) {}
    std::unique_ptr<pg_result, Clear> result_;
};

/// Which database a URL names, as a URL without its password; for people. Empty when libpq cannot
/// read it, or when a part of the password might stand in the wrong place.
std::string place_of(const std::string& url);

/// One connection to PostgreSQL (libpq). Every wait is bounded. One thread at a time.
///
/// Statements are prepared at their first use. After kPostgresUnknown the connection is closed, for
/// good: another must be opened.
class Connection {
  public:
    using Timeout = std::chrono::milliseconds;

    /// @param url      postgres://…; several hosts and target_session_attrs are libpq's affair.
    /// @param timeout  Of connecting, and of each statement.
    /// @retval kPostgresUnreachable
    static Result<Connection> open(const std::string& url, Timeout timeout);
    Connection() = default;
    Connection(Connection&&) noexcept = default;
    Connection& operator=(Connection&&) noexcept = default;

    bool is_open() const { return connection_ != nullptr; }
    void close() { connection_.reset(); }
    /// As place_of() has it.
    const std::string& place() const { return place_; }

    /// Runs one statement with parameters $1, $2, …
    /// @retval kPostgresRefused, kPostgresNotUnique  Nothing was done.
    /// @retval kPostgresUnknown  The connection or the time ran out; or the server warned that a
    ///                           commit was not confirmed by its standby.
    Result<Rows> execute(const std::string& sql, std::span<const Value> values = {});
    /// Gives the rows one by one, so that a large answer needs no memory.
    /// @param take  Called with row 0 of a Rows of one; an error from it ends the reading, closes
    ///              the connection, and is returned.
    Result<void> stream(const std::string& sql, std::span<const Value> values,
                        const std::function<Result<void>(const Rows&)>& take);
    /// Runs several statements given as text, in one transaction.
    Result<void> run(const std::string& script);

  private:
    using Deadline = std::chrono::steady_clock::time_point;
    struct Finish {
        void operator()(pg_conn* connection) const;
    };
    struct Notices {
        bool warned = false;
        std::string text;
    };

    Result<std::string> prepared(const std::string& sql, std::span<const Value> values,
                                 Deadline deadline);
    Result<void> send(const std::string& sql, std::span<const Value> values, Deadline deadline);
    Result<void> flush(Deadline deadline);
    /// The next result of what was sent; null when there are no more.
    Result<Rows> next(Deadline deadline);
    /// Reads what is left, so that the next statement can go.
    Result<void> drain(Deadline deadline);
    Result<void> await(short events, Deadline deadline);
    Error lost(std::string_view why);

    std::unique_ptr<pg_conn, Finish> connection_;
    std::unique_ptr<Notices> notices_;
    std::vector<std::string> prepared_;
    Timeout timeout_{};
    std::string place_;
};

}  // namespace penstock::postgres
