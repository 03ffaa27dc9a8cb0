// The reading half of SqliteProjection, of what accounting departments and computing centres
// import.
#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "base/time.h"
#include "base/try.h"
#include "shell/projection/error.h"
#include "shell/projection/page.h"
#include "shell/projection/sqlite_projection.h"

namespace penstock::projection {

namespace {

struct Ranks {
    std::uint64_t begin = 0;
    std::uint64_t end = 0;
};

/// The first row that is not older than an instant: times never fall from row to row.
Result<std::uint64_t> first_rank(const sqlite::Database& reader, const std::string& table,
                                 const std::string& time, std::int64_t at_ns) {
    TRY_ASSIGN(sqlite::Statement row,
               reader.prepare("SELECT rank FROM " + table + " WHERE " + time + ">=? ORDER BY " +
                              time + ", rank LIMIT 1"));
    row.bind(1, at_ns);
    TRY_ASSIGN(const bool found, row.step());
    return found ? row.unsigned_integer(0) : std::uint64_t{INT64_MAX};
}

/// The rows of an interval.
Result<Ranks> ranks_between(const sqlite::Database& reader, const std::string& table,
                            const std::string& time, Interval interval) {
    TRY_ASSIGN(const auto begin, first_rank(reader, table, time, interval.start.ns));
    TRY_ASSIGN(const auto end, first_rank(reader, table, time, interval.end.ns));
    return Ranks{begin, end};
}

/// The oldest rows with a rank from ?1 to before ?2, ?3 of them: all, or those that have one of
/// `values` (?4 …) in one of `columns`. Each column gives its oldest from an index.
std::string oldest_of(const std::string& table, std::initializer_list<const char*> columns,
                      std::size_t values) {
    const std::string within = "rank>=?1 AND rank<?2";
    std::string sql = "SELECT * FROM " + table + " WHERE ";
    if (values == 0) return sql + within + " ORDER BY rank LIMIT ?3";
    sql += "rank IN (";
    for (std::size_t i = 0; i < values; ++i) {
        for (const char* column : columns) {
            if (!sql.ends_with('(')) sql += " UNION ";
            sql += "SELECT * FROM (SELECT rank FROM " + table + " WHERE " + column + "=?" +
                   std::to_string(i + 4) + " AND " + within + " ORDER BY rank LIMIT ?3)";
        }
    }
    return sql + ") ORDER BY rank LIMIT ?3";
}

/// How many rows oldest_of() would give without an end, and another aggregate of them.
std::string sums_of(const std::string& table, std::initializer_list<const char*> columns,
                    std::size_t values, const std::string& aggregate) {
    std::string sql =
        "SELECT count(*), " + aggregate + " FROM " + table + " WHERE rank>=?1 AND rank<?2";
    if (values == 0) return sql;
    sql += " AND (";
    for (const char* column : columns) {
        if (!sql.ends_with('(')) sql += " OR ";
        sql += std::string(column) + " IN (";
        for (std::size_t i = 0; i < values; ++i)
            sql += (i == 0 ? "?" : ",?") + std::to_string(i + 4);
        sql += ")";
    }
    return sql + ")";
}

void bind_values(sqlite::Statement& rows, const std::vector<std::string>& values) {
    for (std::size_t i = 0; i < values.size(); ++i)
        rows.bind(static_cast<int>(i + 4), std::string_view(values[i]));
}

void bind_ranks(sqlite::Statement& rows, Ranks ranks) {
    rows.bind_unsigned(1, ranks.begin).bind_unsigned(2, ranks.end);
}

}  // namespace

Result<void> SqliteProjection::read_totals(std::uint64_t transfer, Side side,
                                           v1::AccountTotals& into) const {
    TRY_ASSIGN(const bool found, find_row("account_totals", rank_of_side(transfer, side), into));
    if (!found) return reject(kProjectionDamaged);
    return {};
}

Result<v1::ListJournalResponse> SqliteProjection::list_journal(
    const Accounts& accounts, const v1::ListJournalRequest& request) const {
    TRY_ASSIGN(const Page page, parse_page(request.page()));
    v1::ListJournalResponse response;
    response.mutable_page();
    response.set_until_ns(request.until_ns());
    const std::vector<std::string> own = accounts.value_or(std::vector<std::string>{});
    if (accounts && own.empty()) return response;
    const auto sides = {"debit_account", "credit_account"};
    const std::lock_guard lock(mutex_);
    TRY_ASSIGN(Ranks ranks,
               ranks_between(reader_, "transfers", "at_ns",
                             {Instant{request.from_ns()}, Instant{request.until_ns()}}));
    if (page.first) {
        TRY_ASSIGN(sqlite::Statement sums,
                   reader_.prepare(
                       sums_of("transfers", sides, own.size(), "coalesce(sum(amount_micros),0)")));
        bind_ranks(sums, ranks);
        // ?3 does not occur in it.
        bind_values(sums, own);
        TRY(sums.step());
        response.set_total(sums.unsigned_integer(0));
        response.set_amount_micros(sums.integer(1));
    }
    ranks.begin = std::max(ranks.begin, page.first ? 0 : page.after + 1);
    TRY_ASSIGN(sqlite::Statement rows, reader_.prepare(oldest_of("transfers", sides, own.size())));
    bind_ranks(rows, ranks);
    rows.bind(3, std::int64_t{page.size} + 1);
    bind_values(rows, own);
    google::protobuf::RepeatedPtrField<v1::Transfer> transfers;
    TRY_ASSIGN(std::string next, read_page(table("transfers"), rows, page, transfers));
    response.mutable_page()->set_next_cursor(std::move(next));
    const auto may_read = [&](const std::string& account) {
        return !accounts || std::ranges::find(own, account) != own.end();
    };
    for (v1::Transfer& transfer : transfers) {
        v1::JournalEntry& entry = *response.add_entries();
        const std::uint64_t number = number_of(transfer.id());
        const bool reads_debit = may_read(transfer.debit_account());
        const bool reads_credit = may_read(transfer.credit_account());
        if (reads_debit) TRY(read_totals(number, Side::debit, *entry.mutable_debit_after()));
        if (reads_credit) TRY(read_totals(number, Side::credit, *entry.mutable_credit_after()));
        *entry.mutable_transfer() = std::move(transfer);
    }
    return response;
}

Result<v1::ListMeteredAttemptsResponse> SqliteProjection::list_metered_attempts(
    std::string_view party, const v1::ListMeteredAttemptsRequest& request) const {
    TRY_ASSIGN(const Page page, parse_page(request.page()));
    const std::vector<std::string> own =
        party.empty() ? std::vector<std::string>{} : std::vector{std::string(party)};
    const auto sides = {"buyer", "supplier"};
    v1::ListMeteredAttemptsResponse response;
    response.set_until_ns(request.until_ns());
    const std::lock_guard lock(mutex_);
    TRY_ASSIGN(Ranks ranks,
               ranks_between(reader_, "metered_attempts", "ran_end_ns",
                             {Instant{request.from_ns()}, Instant{request.until_ns()}}));
    if (page.first) {
        TRY_ASSIGN(sqlite::Statement sums,
                   reader_.prepare(sums_of("metered_attempts", sides, own.size(), "0")));
        bind_ranks(sums, ranks);
        bind_values(sums, own);
        TRY(sums.step());
        response.set_total(sums.unsigned_integer(0));
    }
    ranks.begin = std::max(ranks.begin, page.first ? 0 : page.after + 1);
    TRY_ASSIGN(sqlite::Statement rows,
               reader_.prepare(oldest_of("metered_attempts", sides, own.size())));
    bind_ranks(rows, ranks);
    rows.bind(3, std::int64_t{page.size} + 1);
    bind_values(rows, own);
    TRY_ASSIGN(std::string next,
               read_page(table("metered_attempts"), rows, page, *response.mutable_attempts()));
    response.mutable_page()->set_next_cursor(std::move(next));
    return response;
}

}  // namespace penstock::projection
