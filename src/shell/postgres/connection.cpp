#include "shell/postgres/connection.h"

#include <libpq-fe.h>
#include <poll.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <optional>
#include <utility>
#include <vector>

#include "base/assert.h"
#include "base/try.h"
#include "shell/postgres/error.h"

namespace penstock::postgres {

namespace {

constexpr std::size_t kValuesMax = 1'024;

using Clock = std::chrono::steady_clock;

std::uint64_t big_endian(const char* bytes) {
    std::uint64_t number = 0;
    for (int i = 0; i < 8; ++i) number = number << 8 | static_cast<std::uint8_t>(bytes[i]);
    return number;
}

std::string trimmed(const char* message) {
    std::string text(message == nullptr ? "" : message);
    while (!text.empty() && (text.back() == '\n' || text.back() == ' ')) text.pop_back();
    std::ranges::replace(text, '\n', ' ');
    return text;
}

/// What a result that is an error says; null when it is none.
const Rejection* rejection_of(const PGresult* result) {
    const auto status = PQresultStatus(result);
    if (status != PGRES_FATAL_ERROR && status != PGRES_BAD_RESPONSE) return nullptr;
    const char* state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
    const std::string_view code = state == nullptr ? "" : state;
    if (code == "23505") return &kPostgresNotUnique;
    // Connections that end, servers that shut down or take too long: the commit may have happened.
    const bool certain = !code.empty() && !code.starts_with("08") && !code.starts_with("57");
    return certain ? &kPostgresRefused : &kPostgresUnknown;
}

struct FreeOptions {
    void operator()(PQconninfoOption* options) const { PQconninfoFree(options); }
};

}  // namespace

std::string place_of(const std::string& url) {
    const bool is_url = url.starts_with("postgres://") || url.starts_with("postgresql://");
    // To libpq, the name of a database; unless it is a URL that was cut.
    if (!is_url && url.find('=') == std::string::npos)
        return url.find('@') == std::string::npos ? url : std::string();
    char* why = nullptr;
    const std::unique_ptr<PQconninfoOption, FreeOptions> options(
        PQconninfoParse(url.c_str(), &why));
    PQfreemem(why);  // It may quote a part of the password.
    if (!options) return {};
    std::string user, host, port, name;
    for (const PQconninfoOption* one = options.get(); one->keyword != nullptr; ++one) {
        if (one->val == nullptr) continue;
        const std::string_view keyword = one->keyword;
        if (keyword == "user") user = std::string(one->val) + "@";
        if (keyword == "host" || (keyword == "hostaddr" && host.empty())) host = one->val;
        if (keyword == "port") port = ":" + std::string(one->val);
        if (keyword == "dbname") name = "/" + std::string(one->val);
    }
    // What a password has that is not written %40 or %2F ends up in one of these.
    if ((host + name).find('@') != std::string::npos) return {};
    if (port.find_first_not_of(":,0123456789") != std::string::npos) return {};
    return "postgres://" + user + host + port + name;
}

Value::Value(std::uint64_t number) : type_(kInt8) {
    PENSTOCK_ASSERT(number <= INT64_MAX);
    for (int i = 0; i < 8; ++i) number_[i] = static_cast<char>(number >> (56 - 8 * i));
}

Value::Value(std::int64_t number) : type_(kInt8) {
    const auto bits = static_cast<std::uint64_t>(number);
    for (int i = 0; i < 8; ++i) number_[i] = static_cast<char>(bits >> (56 - 8 * i));
}

void Rows::Clear::operator()(pg_result* result) const {
    PQclear(result);
}
int Rows::size() const {
    return PQntuples(result_.get());
}
std::int64_t Rows::affected() const {
    return std::strtoll(PQcmdTuples(result_.get()), nullptr, 10);
}
bool Rows::is_null(int row, int column) const {
    return PQgetisnull(result_.get(), row, column) != 0;
}
std::int64_t Rows::integer(int row, int column) const {
    PENSTOCK_ASSERT(PQgetlength(result_.get(), row, column) == 8);
    return static_cast<std::int64_t>(big_endian(PQgetvalue(result_.get(), row, column)));
}
std::uint64_t Rows::unsigned_integer(int row, int column) const {
    return static_cast<std::uint64_t>(integer(row, column));
}
bool Rows::boolean(int row, int column) const {
    PENSTOCK_ASSERT(PQgetlength(result_.get(), row, column) == 1);
    return *PQgetvalue(result_.get(), row, column) != 0;
}
std::string_view Rows::bytes(int row, int column) const {
    return {PQgetvalue(result_.get(), row, column),
            static_cast<std::size_t>(PQgetlength(result_.get(), row, column))};
}

void Connection::Finish::operator()(pg_conn* connection) const {
    PQfinish(connection);
}

Result<Connection> Connection::open(const std::string& url, Timeout timeout) {
    Connection made;
    made.timeout_ = timeout;
    made.place_ = place_of(url);
    if (made.place_.empty())
        return reject(kPostgresUnreachable, {},
                      "The URL cannot be read: it is postgres://USER@HOST:PORT/DATABASE, and in a "
                      "password % is written %25, @ %40, / %2F and : %3A.");
    const std::string seconds =
        std::to_string(std::max<std::int64_t>(2, (timeout.count() + 999) / 1000));
    const std::string milliseconds = std::to_string(timeout.count());
    const std::array<const char*, 7> names{"dbname",
                                           "connect_timeout",
                                           "keepalives_idle",
                                           "tcp_user_timeout",
                                           "application_name",
                                           "client_encoding",
                                           nullptr};
    const std::array<const char*, 7> values{
        url.c_str(), seconds.c_str(), "2", milliseconds.c_str(), "penstock", "UTF8", nullptr};
    made.connection_.reset(PQconnectdbParams(names.data(), values.data(), 1));
    if (PQstatus(made.connection_.get()) != CONNECTION_OK)
        return reject(kPostgresUnreachable, {},
                      made.place_ + ": " + trimmed(PQerrorMessage(made.connection_.get())));
    PQsetnonblocking(made.connection_.get(), 1);
    made.notices_ = std::make_unique<Notices>();
    PQsetNoticeReceiver(
        made.connection_.get(),
        [](void* to, const PGresult* notice) {
            const char* severity = PQresultErrorField(notice, PG_DIAG_SEVERITY_NONLOCALIZED);
            if (severity == nullptr || std::strcmp(severity, "WARNING") != 0) return;
            auto* notices = static_cast<Notices*>(to);
            notices->warned = true;
            notices->text = trimmed(PQresultErrorMessage(notice));
        },
        made.notices_.get());
    // A statement that we stopped waiting for ends soon after; a commit means what it says.
    TRY(made.run("SET statement_timeout = " + milliseconds +
                 "; SELECT set_config('synchronous_commit', 'on', false)"
                 " WHERE current_setting('synchronous_commit') IN ('off', 'local')"));
    return made;
}

Error Connection::lost(std::string_view why) {
    std::string detail(why);
    if (connection_) detail += " " + trimmed(PQerrorMessage(connection_.get()));
    close();
    return Error(kPostgresUnknown, {}, std::move(detail));
}

Result<void> Connection::await(short events, Deadline deadline) {
    for (;;) {
        const auto left = std::chrono::ceil<Timeout>(deadline - Clock::now()).count();
        pollfd descriptor{PQsocket(connection_.get()), events, 0};
        const int ready = left <= 0 ? 0 : ::poll(&descriptor, 1, static_cast<int>(left));
        if (ready > 0) return {};
        if (ready < 0 && errno == EINTR) continue;
        return std::unexpected(lost(ready == 0 ? "It took too long." : "It cannot be waited for."));
    }
}

Result<void> Connection::flush(Deadline deadline) {
    for (;;) {
        const int left = PQflush(connection_.get());
        if (left == 0) return {};
        if (left < 0) return std::unexpected(lost("Sending failed."));
        TRY(await(POLLIN | POLLOUT, deadline));
        if (PQconsumeInput(connection_.get()) == 0) return std::unexpected(lost("Reading failed."));
    }
}

Result<Rows> Connection::next(Deadline deadline) {
    while (PQisBusy(connection_.get()) != 0) {
        TRY(await(POLLIN, deadline));
        if (PQconsumeInput(connection_.get()) == 0) return std::unexpected(lost("Reading failed."));
    }
    Rows rows(PQgetResult(connection_.get()));
    if (!rows.result_) return rows;
    const Rejection* wrong = rejection_of(rows.result_.get());
    if (wrong == nullptr) return rows;
    std::string detail = trimmed(PQresultErrorMessage(rows.result_.get()));
    if (wrong == &kPostgresUnknown) return std::unexpected(lost(detail));
    if (auto drained = drain(deadline); !drained && !is_open())
        return std::unexpected(drained.error());
    return std::unexpected(Error(*wrong, {}, std::move(detail)));
}

Result<void> Connection::drain(Deadline deadline) {
    std::optional<Error> failed;
    for (;;) {
        while (PQisBusy(connection_.get()) != 0) {
            TRY(await(POLLIN, deadline));
            if (PQconsumeInput(connection_.get()) == 0)
                return std::unexpected(lost("Reading failed."));
        }
        const Rows rest(PQgetResult(connection_.get()));
        if (!rest.result_) break;
        // A commit that fails comes after the statement that was well.
        const Rejection* wrong = rejection_of(rest.result_.get());
        if (wrong != nullptr && !failed)
            failed = Error(*wrong, {}, trimmed(PQresultErrorMessage(rest.result_.get())));
    }
    if (!failed) return {};
    if (failed->number() == kPostgresUnknown.number) return std::unexpected(lost(failed->detail()));
    return std::unexpected(*std::move(failed));
}

Result<std::string> Connection::prepared(const std::string& sql, std::span<const Value> values,
                                         Deadline deadline) {
    const auto known = std::ranges::find(prepared_, sql);
    std::string name = "s" + std::to_string(known - prepared_.begin());
    if (known != prepared_.end()) return name;
    std::array<Oid, kValuesMax> types{};
    for (std::size_t i = 0; i < values.size(); ++i) types[i] = values[i].type();
    if (PQsendPrepare(connection_.get(), name.c_str(), sql.c_str(), static_cast<int>(values.size()),
                      types.data()) == 0)
        return std::unexpected(lost("Sending failed."));
    TRY(flush(deadline));
    TRY(next(deadline));
    TRY(drain(deadline));
    prepared_.push_back(sql);
    return name;
}

Result<void> Connection::send(const std::string& sql, std::span<const Value> values,
                              Deadline deadline) {
    PENSTOCK_ASSERT(values.size() <= kValuesMax);
    if (!connection_) return reject(kPostgresUnreachable, {}, "The connection was lost.");
    notices_->warned = false;
    TRY_ASSIGN(const std::string name, prepared(sql, values, deadline));
    std::array<const char*, kValuesMax> data{};
    std::array<int, kValuesMax> lengths{};
    std::array<int, kValuesMax> formats{};
    for (std::size_t i = 0; i < values.size(); ++i) {
        PENSTOCK_ASSERT(values[i].size() <= INT32_MAX);
        // An empty view may be of nothing at all, which would be NULL.
        data[i] = values[i].data() == nullptr ? "" : values[i].data();
        lengths[i] = static_cast<int>(values[i].size());
        formats[i] = 1;
    }
    if (PQsendQueryPrepared(connection_.get(), name.c_str(), static_cast<int>(values.size()),
                            data.data(), lengths.data(), formats.data(), 1) == 0)
        return std::unexpected(lost("Sending failed."));
    return {};
}

Result<Rows> Connection::execute(const std::string& sql, std::span<const Value> values) {
    const Deadline deadline = Clock::now() + timeout_;
    TRY(send(sql, values, deadline));
    TRY(flush(deadline));
    TRY_ASSIGN(Rows rows, next(deadline));
    TRY(drain(deadline));
    // "Canceling wait for synchronous replication": committed here, perhaps nowhere else.
    if (notices_->warned) return std::unexpected(lost(notices_->text));
    return rows;
}

Result<void> Connection::stream(const std::string& sql, std::span<const Value> values,
                                const std::function<Result<void>(const Rows&)>& take) {
    TRY(send(sql, values, Clock::now() + timeout_));
    PQsetSingleRowMode(connection_.get());
    TRY(flush(Clock::now() + timeout_));
    for (;;) {
        TRY_ASSIGN(const Rows rows, next(Clock::now() + timeout_));
        if (!rows.result_) return {};
        if (PQresultStatus(rows.result_.get()) != PGRES_SINGLE_TUPLE) continue;
        if (auto taken = take(rows); !taken) {
            // What is still to come is of no use, and a new connection costs less than reading it.
            close();
            return taken;
        }
    }
}

Result<void> Connection::run(const std::string& script) {
    if (!connection_) return reject(kPostgresUnreachable, {}, "The connection was lost.");
    const Deadline deadline = Clock::now() + timeout_;
    if (PQsendQuery(connection_.get(), script.c_str()) == 0)
        return std::unexpected(lost("Sending failed."));
    TRY(flush(deadline));
    for (;;) {
        TRY_ASSIGN(const Rows rows, next(deadline));
        if (!rows.result_) return {};
    }
}

}  // namespace penstock::postgres
