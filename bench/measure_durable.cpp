#include <algorithm>
#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_future.hpp>

#include "bench/market.h"
#include "bench/measures.h"
#include "bench/pipeline.h"
#include "bench/stopwatch.h"
#include "shell/journal/sqlite_journal.h"

namespace penstock::bench {
namespace {

constexpr std::size_t kChunks = 8;
/// Fits the sequencer's queue, so that no command is refused for want of room.
constexpr std::size_t kChunkCommands = 40'000;
constexpr double kNeeded = 0.85;

/// All the rows of the journal after a sequence, as they are in its file.
struct Row {
    std::uint64_t first = 0;
    std::uint64_t last = 0;
    std::int64_t time_ns = 0;
    std::string body;
    std::string rolling_hash;
    std::string chain_hash;
};

/// The core without anything around it, on a thread of its own as the sequencer has one: a thread's
/// first use of memory costs both the same then.
class LoneCore {
  public:
    /// @return Seconds.
    double give(const Commands& commands) {
        const auto play_all = [&] {
            const Stopwatch watch;
            play(commands, exchange_);
            return watch.seconds();
        };
        return boost::asio::post(thread_, boost::asio::use_future(play_all)).get();
    }

  private:
    exchange::Exchange exchange_;
    boost::asio::thread_pool thread_{1};
};

std::unique_ptr<shell::Journal> open_journal(const std::filesystem::path& folder) {
    return must(shell::SqliteJournal::open({.file = folder / "journal.db"}));
}
shell::SequencerOptions snapshots_in(const std::filesystem::path& folder) {
    shell::SequencerOptions options;
    options.snapshot_folder = folder / "snapshots";
    options.snapshot_interval_commands = UINT64_MAX;
    return options;
}

/// Reads new rows of a journal that somebody else writes.
std::vector<Row> rows_after(const std::filesystem::path& file, std::uint64_t sequence) {
    const auto database = must(sqlite::Database::open(file, sqlite::Durability::full));
    auto select =
        must(database.prepare("SELECT first_sequence, last_sequence, time_ns, body, rolling_hash,"
                              " chain_hash FROM batch WHERE first_sequence > ? ORDER BY 1"));
    select.bind_unsigned(1, sequence);
    std::vector<Row> rows;
    while (must(select.step())) {
        rows.push_back({select.unsigned_integer(0), select.unsigned_integer(1), select.integer(2),
                        std::string(select.blob(3)), std::string(select.blob(4)),
                        std::string(select.blob(5))});
    }
    return rows;
}

/// The peer: a table of the journal's form, and nothing around it.
class BareInserts {
  public:
    explicit BareInserts(const std::filesystem::path& file)
        : database_(must(sqlite::Database::open(file, sqlite::Durability::full))) {
        must(database_.run(
            "CREATE TABLE batch (first_sequence INTEGER PRIMARY KEY, last_sequence INTEGER NOT"
            " NULL, time_ns INTEGER NOT NULL, body BLOB NOT NULL, rolling_hash BLOB NOT NULL,"
            " chain_hash BLOB NOT NULL) STRICT; PRAGMA wal_autocheckpoint = 4096;"));
        insert_ = must(database_.prepare("INSERT INTO batch VALUES (?, ?, ?, ?, ?, ?)"));
    }
    /// @return Seconds.
    double insert(const std::vector<Row>& rows) {
        const Stopwatch watch;
        for (const Row& row : rows) {
            insert_.bind_unsigned(1, row.first)
                .bind_unsigned(2, row.last)
                .bind(3, row.time_ns)
                .bind_blob(4, row.body)
                .bind_blob(5, row.rolling_hash)
                .bind_blob(6, row.chain_hash);
            must(insert_.run());
        }
        return watch.seconds();
    }

  private:
    sqlite::Database database_;
    sqlite::Statement insert_;
};

struct Seconds {
    double pipeline = 0;
    double core = 0;
    double bare = 0;
};

double median(std::vector<double> values) {
    std::ranges::sort(values);
    return values[values.size() / 2];
}

/// The speed of the whole, of its parts, and the median of the ratios of the single rounds: what
/// disturbs the machine for a moment disturbs one round.
std::vector<Line> compare(const std::vector<Seconds>& rounds, std::size_t per_round) {
    std::vector<double> pipeline, core, bare, ratios;
    const auto commands = static_cast<double>(per_round);
    for (const Seconds& round : rounds) {
        pipeline.push_back(commands / round.pipeline);
        core.push_back(commands / round.core);
        bare.push_back(commands / round.bare);
        ratios.push_back(std::max(round.core, round.bare) / round.pipeline);
    }
    const double ratio = median(ratios);
    const double value = median(pipeline);
    return {{.name = "durable",
             .value = value,
             .unit = "commands/s",
             .reference = value / ratio,
             .held_against = "the lesser of core alone and bare inserts, round by round",
             .needed = kNeeded},
            {.name = "  of it: core alone, by the wall",
             .value = median(core),
             .unit = "commands/s",
             .reference = value,
             .held_against = "durable"},
            {.name = "  of it: bare inserts of the batches",
             .value = median(bare),
             .unit = "commands/s",
             .reference = value,
             .held_against = "durable"}};
}

struct Start {
    double start_seconds = 0;
    double replay_seconds = 0;
    shell::SequencerStatus status;
};

/// Starts, and stops again with a snapshot of all.
Start start(const std::filesystem::path& folder, Instant now) {
    const Stopwatch watch;
    Pipeline pipeline(open_journal(folder), now, snapshots_in(folder));
    const Start started{watch.seconds(), pipeline.replay_seconds(), pipeline.status()};
    pipeline.stop();
    return started;
}

/// How fast the journal that was just written becomes an exchange again.
std::vector<Line> measure_start(const std::filesystem::path& folder, Instant now,
                                double core_speed) {
    const Start replayed = start(folder, now);
    const Start restored = start(folder, now);
    if (restored.status.snapshot_sequence != restored.status.last_sequence)
        give_up("the snapshot was not used");
    const auto commands = static_cast<double>(replayed.status.last_sequence);
    const double millions = commands / 1e6;
    return {{.name = "replay",
             .value = commands / replayed.replay_seconds,
             .unit = "commands/s",
             .reference = core_speed,
             .held_against = "core alone"},
            {.name = "start by replay, a million records",
             .value = replayed.start_seconds / millions,
             .unit = "s (extrapolated)",
             .reference = 1e6 / core_speed,
             .held_against = "a million commands of core alone",
             .better = Line::Better::less},
            {.name = "start by snapshot, a million records",
             .value = restored.start_seconds / millions,
             .unit = "s (extrapolated)",
             .reference = replayed.start_seconds / millions,
             .held_against = "start by replay",
             .better = Line::Better::less}};
}

/// Pipeline, bare inserts and core in turns; leaves the journal in the folder.
std::vector<Seconds> measure_rounds(const Script& script, std::size_t per_round,
                                    const std::filesystem::path& folder) {
    Pipeline pipeline(open_journal(folder), script.opening.front().time, {});
    LoneCore alone;
    BareInserts bare(folder / "bare.db");
    pipeline.give(script.opening);
    alone.give(script.opening);
    std::vector<Seconds> rounds;
    for (std::size_t round = 0; round < kChunks; ++round) {
        const auto first = script.traffic.begin() + static_cast<std::ptrdiff_t>(round * per_round);
        const Commands commands(first, first + static_cast<std::ptrdiff_t>(per_round));
        const std::uint64_t before = pipeline.status().last_sequence;
        Seconds taken;
        taken.pipeline = pipeline.give(commands);
        taken.bare = bare.insert(rows_after(folder / "journal.db", before));
        taken.core = alone.give(commands);
        rounds.push_back(taken);
    }
    pipeline.stop();
    return rounds;
}

}  // namespace

std::vector<Line> measure_durable(const Options& options) {
    const std::size_t per_round = std::min(options.scaled(kChunkCommands), kChunkCommands);
    Market market({.suppliers = 200, .buyers = 500, .lives = 2'000, .step = {}});
    market.trade(per_round * kChunks);
    const Script script = market.take_script();
    const Instant now = script.opening.front().time;
    std::vector<Line> lines = compare(measure_rounds(script, per_round, options.folder), per_round);
    for (Line& line : measure_start(options.folder, now, lines[1].value))
        lines.push_back(std::move(line));
    return lines;
}

}  // namespace penstock::bench
