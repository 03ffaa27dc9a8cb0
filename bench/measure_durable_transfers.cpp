#include <algorithm>
#include <array>
#include <limits>
#include <string>

#include "base/archive.h"
#include "base/hash.h"
#include "bench/books.h"
#include "bench/measures.h"
#include "bench/pipeline.h"
#include "bench/stopwatch.h"
#include "shell/journal/sqlite_journal.h"
#include "shell/postgres/connection.h"
#include "shell/postgres/postgres_instance.h"

namespace penstock::bench {
namespace {

using namespace ledger;

constexpr std::size_t kTransfers = 400'000;
constexpr std::array<std::size_t, 3> kBatches{512, 2'048, 8'190};
constexpr int kRuns = 3;
constexpr double kNeeded = 10;
constexpr std::chrono::seconds kPatience{60};

/// What a posting says, as its command carries it: what the peer keeps of it, and its code.
struct Posting {
    AccountId debit{};
    AccountId credit{};
    Money amount{};
    std::uint16_t code = 0;
    ChosenId id{};

    template <class Archive>
    void visit(Archive& archive) {
        archive(debit, credit, amount, code, id);
    }
};

std::string packed(const std::vector<Transfer>& transfers) {
    std::vector<Posting> postings;
    postings.reserve(transfers.size());
    for (const Transfer& one : transfers)
        postings.push_back({one.debit, one.credit, one.amount, one.code, one.id});
    std::string bytes;
    ArchiveWriter writer(bytes);
    writer(postings);
    return bytes;
}

/// The ledger as a core of its own: one command is a batch of transfers, each of them recorded.
class LedgerCore final : public shell::Core {
  public:
    exchange::Reply apply(const exchange::Command& command, exchange::EventSink&) override {
        std::vector<Posting> postings;
        ArchiveReader reader(command.request);
        reader(postings);
        if (!reader.finished()) give_up("a batch of transfers cannot be read");
        std::vector<TransferId> ids;
        ids.reserve(postings.size());
        for (const Posting& posting : postings) {
            const auto done = books_.ledger.execute({.debit = posting.debit,
                                                     .credit = posting.credit,
                                                     .amount = posting.amount,
                                                     .code = posting.code,
                                                     .id = posting.id},
                                                    command.time);
            if (!done) give_up(done.error().message());
            ids.push_back(done->id);
        }
        exchange::Reply reply;
        ArchiveWriter writer(reply.bytes);
        writer(ids);
        Hasher hasher;
        hasher.add(rolling_);
        hasher.add(reply.bytes);
        rolling_ = hasher.digest();
        sequence_ = command.sequence;
        time_ = command.time;
        return reply;
    }
    Result<std::string> query(std::string_view, const exchange::Actor&, Instant,
                              std::string_view) const override {
        give_up("nobody asks");
    }
    bool has_due_timers(Instant) const override { return false; }
    std::uint64_t last_sequence() const override { return sequence_; }
    Instant last_time() const override { return time_; }
    Digest rolling_hash() const override { return rolling_; }
    std::string snapshot() const override { give_up("no snapshot was asked for"); }
    const exchange::Exchange& exchange() const override { give_up("there is no exchange"); }

  private:
    Books books_;
    std::uint64_t sequence_ = 0;
    Instant time_;
    Digest rolling_{};
};

class LedgerFactory final : public shell::CoreFactory {
    std::unique_ptr<shell::Core> create() const override { return std::make_unique<LedgerCore>(); }
    Result<std::unique_ptr<shell::Core>> restore(std::string_view) const override {
        give_up("there is no snapshot");
    }
};

/// The peer: double entry as a function of PostgreSQL, with what makes it fast: a batch a call, one
/// statement for all rows, each account updated once a batch and in one order, room for the new row
/// beside the old one. It does less than the ledger: no holds, and accounts are judged as the whole
/// batch leaves them.
class PostgresBooks {
  public:
    explicit PostgresBooks(const std::string& url)
        : connection_(must(postgres::Connection::open(url, kPatience))) {
        must(connection_.run(R"(
            CREATE TABLE account (
                id bigint PRIMARY KEY, debits bigint NOT NULL, credits bigint NOT NULL,
                CHECK (debits <= credits)) WITH (fillfactor = 50);
            CREATE TABLE transfer (
                id uuid PRIMARY KEY, debit bigint NOT NULL, credit bigint NOT NULL,
                amount bigint NOT NULL CHECK (amount > 0), CHECK (debit <> credit));
            CREATE FUNCTION post(ids uuid[], debits bigint[], credits bigint[], amounts bigint[])
            RETURNS void LANGUAGE plpgsql AS $$
            BEGIN
                INSERT INTO transfer SELECT * FROM unnest(ids, debits, credits, amounts);
                UPDATE account SET debits = account.debits + moved.debit,
                                   credits = account.credits + moved.credit
                FROM (SELECT id, sum(debit)::bigint AS debit, sum(credit)::bigint AS credit
                      FROM (SELECT unnest(debits) AS id, unnest(amounts) AS debit, 0 AS credit
                            UNION ALL
                            SELECT unnest(credits), 0, unnest(amounts)) AS sides
                      GROUP BY id ORDER BY id) AS moved
                WHERE account.id = moved.id;
            END $$;
            )"));
        must(
            connection_.run("INSERT INTO account SELECT number, 0, 1000000000000 FROM "
                            "generate_series(1, " +
                            std::to_string(Books::kParties + 1) + ") AS number"));
        must(connection_.execute("VACUUM ANALYZE account"));
    }

    /// The same transfers as parameters of the function.
    struct Call {
        std::string ids = "{", debits = "{", credits = "{", amounts = "{";
    };
    static Call call_of(const std::vector<Transfer>& transfers) {
        Call call;
        for (const Transfer& transfer : transfers) {
            char id[40];
            std::snprintf(id, sizeof id, "%016lx%016lx,", transfer.id.high, transfer.id.low);
            call.ids += id;
            call.debits += std::to_string(transfer.debit.value) + ",";
            call.credits += std::to_string(transfer.credit.value) + ",";
            call.amounts += std::to_string(transfer.amount.micros) + ",";
        }
        for (std::string* list : {&call.ids, &call.debits, &call.credits, &call.amounts})
            list->back() = '}';
        return call;
    }
    /// @return Seconds.
    double post(const std::vector<Call>& calls) {
        using postgres::Value;
        const Stopwatch watch;
        for (const Call& call : calls)
            must(connection_.execute(
                "SELECT post($1::uuid[], $2::bigint[], $3::bigint[], $4::bigint[])",
                std::array{Value::text(call.ids), Value::text(call.debits),
                           Value::text(call.credits), Value::text(call.amounts)}));
        return watch.seconds();
    }

  private:
    postgres::Connection connection_;
};

std::vector<std::vector<Transfer>> in_batches(const std::vector<Transfer>& transfers,
                                              std::size_t size) {
    std::vector<std::vector<Transfer>> batches;
    for (std::size_t first = 0; first < transfers.size(); first += size) {
        const auto begin = transfers.begin() + static_cast<std::ptrdiff_t>(first);
        const auto count = std::min(size, transfers.size() - first);
        batches.emplace_back(begin, begin + static_cast<std::ptrdiff_t>(count));
    }
    return batches;
}

double durable_seconds(const std::vector<std::vector<Transfer>>& batches,
                       const std::filesystem::path& file) {
    Pipeline pipeline(must(shell::SqliteJournal::open({.file = file})),
                      time_of_transfer(0) + seconds(30), {}, std::make_unique<LedgerFactory>());
    Commands commands;
    for (const std::vector<Transfer>& batch : batches)
        commands.push_back({.actor = {exchange::Actor::Kind::system, 0},
                            .method = "Ledger/Transfer",
                            .request = packed(batch),
                            .key = {},
                            .time = {}});
    const double taken = pipeline.give(commands);
    pipeline.stop();
    return taken;
}

double peer_seconds(const std::vector<std::vector<Transfer>>& batches, const std::string& url) {
    PostgresBooks books(url);
    std::vector<PostgresBooks::Call> calls;
    for (const auto& batch : batches) calls.push_back(PostgresBooks::call_of(batch));
    return books.post(calls);
}

}  // namespace

Line measure_durable_transfers(const Options& options) {
    const std::vector<Transfer> transfers =
        some_transfers(Books().accounts, options.scaled(kTransfers), Mix::posts_alone);
    postgres::PostgresInstance instance(postgres::PostgresInstance::Fsync::on);
    double durable = std::numeric_limits<double>::max();
    double peer = durable;
    for (int run = 0; run < kRuns; ++run) {
        for (const std::size_t size : kBatches) {
            const auto batches = in_batches(transfers, size);
            const auto file = options.folder / ("transfers-" + std::to_string(run) + "-" +
                                                std::to_string(size) + ".db");
            durable = std::min(durable, durable_seconds(batches, file));
            peer = std::min(peer, peer_seconds(batches, instance.create_database()));
        }
    }
    const auto count = static_cast<double>(transfers.size());
    return {.name = "durable transfers, best size of batches",
            .value = count / durable,
            .unit = "transfers/s",
            .reference = count / peer,
            .held_against = "double entry in PostgreSQL, best size of batches",
            .needed = kNeeded};
}

}  // namespace penstock::bench
