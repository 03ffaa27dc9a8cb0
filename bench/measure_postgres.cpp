#include <algorithm>
#include <string>

#include "bench/market.h"
#include "bench/measures.h"
#include "bench/pipeline.h"
#include "bench/stopwatch.h"
#include "shell/journal/postgres_journal.h"
#include "shell/postgres/postgres_instance.h"

namespace penstock::bench {
namespace {

constexpr std::size_t kRounds = 6;
constexpr std::size_t kRoundCommands = 20'480;
constexpr std::size_t kBatch = 256;
constexpr double kNeeded = 0.5;
constexpr std::chrono::seconds kPatience{60};

/// The peer: a table with a row a command, filled by statements of 256 rows.
class BareInserts {
  public:
    explicit BareInserts(const std::string& url)
        : connection_(must(postgres::Connection::open(url, kPatience))) {
        must(connection_.run("CREATE TABLE command (sequence bigint PRIMARY KEY, body bytea)"));
        insert_ = "INSERT INTO command VALUES ";
        for (std::size_t row = 0; row < kBatch; ++row)
            insert_ += (row == 0 ? "($" : ",($") + std::to_string(2 * row + 1) + ",$" +
                       std::to_string(2 * row + 2) + ")";
    }
    /// @return Seconds.
    double insert(const Commands& commands) {
        const Stopwatch watch;
        for (std::size_t first = 0; first + kBatch <= commands.size(); first += kBatch) {
            std::vector<postgres::Value> values;
            for (std::size_t row = first; row < first + kBatch; ++row) {
                values.emplace_back(++sequence_);
                values.push_back(postgres::Value::blob(commands[row].request));
            }
            must(connection_.execute(insert_, values));
        }
        return watch.seconds();
    }

  private:
    postgres::Connection connection_;
    std::string insert_;
    std::uint64_t sequence_ = 0;
};

std::unique_ptr<shell::Journal> open_journal(const std::string& url) {
    auto journal = must(shell::PostgresJournal::open({.url = url, .timeout = kPatience}));
    // The lead is taken by hand: there is no other server.
    auto connection = must(postgres::Connection::open(url, kPatience));
    must(connection.run("UPDATE leadership SET epoch = 1"));
    journal->lead(1);
    return journal;
}

}  // namespace

std::vector<Line> measure_postgres(const Options& options) {
    const std::size_t per_round =
        std::max(kBatch, options.scaled(kRoundCommands) / kBatch * kBatch);
    Market market({.suppliers = 200, .buyers = 500, .lives = 2'000, .step = {}});
    market.trade(per_round * kRounds);
    const Script script = market.take_script();
    postgres::PostgresInstance instance(postgres::PostgresInstance::Fsync::on);
    const std::string url = instance.create_database();
    BareInserts bare(instance.create_database());
    shell::SequencerOptions sequencing;
    sequencing.batch_commands_enough = kBatch;
    sequencing.batch_commands_max = kBatch;
    Pipeline pipeline(open_journal(url), script.opening.front().time, sequencing);
    pipeline.give(script.opening);
    std::vector<double> ratios;
    std::vector<double> speeds;
    for (std::size_t round = 0; round < kRounds; ++round) {
        const auto first = script.traffic.begin() + static_cast<std::ptrdiff_t>(round * per_round);
        const Commands commands(first, first + static_cast<std::ptrdiff_t>(per_round));
        const double taken = pipeline.give(commands);
        ratios.push_back(bare.insert(commands) / taken);
        speeds.push_back(static_cast<double>(per_round) / taken);
    }
    pipeline.stop();
    std::ranges::sort(ratios);
    std::ranges::sort(speeds);
    const double speed = speeds[speeds.size() / 2];
    return {{.name = "durable on PostgreSQL, batches of 256",
             .value = speed,
             .unit = "commands/s",
             .reference = speed / ratios[ratios.size() / 2],
             .held_against = "bare inserts of 256 rows, round by round",
             .needed = kNeeded}};
}

}  // namespace penstock::bench
