#include <algorithm>
#include <optional>
#include <string>

#include "bench/market.h"
#include "bench/measures.h"
#include "bench/pipeline.h"
#include "bench/stopwatch.h"
#include "shell/journal/postgres_journal.h"
#include "shell/postgres/postgres_instance.h"
#include "shell/sequencer/standstill.h"

namespace penstock::bench {
namespace {

constexpr std::size_t kRounds = 6;
constexpr std::size_t kRoundCommands = 20'480;
constexpr std::size_t kBatch = 256;
constexpr double kNeeded = 0.5;
constexpr double kStandbyNeeded = 1;
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

std::unique_ptr<shell::PostgresJournal> open_journal(const std::string& url) {
    return must(shell::PostgresJournal::open({.url = url, .timeout = kPatience}));
}

std::unique_ptr<shell::Journal> open_journal_to_lead(const std::string& url) {
    auto journal = open_journal(url);
    // The lead is taken by hand: there is no other server.
    auto connection = must(postgres::Connection::open(url, kPatience));
    must(connection.run("UPDATE leadership SET epoch = 1"));
    journal->lead(1);
    return journal;
}

/// A sequencer that follows. It stands still while the leader works, since a machine of its own,
/// which it would have, is not here.
class Standby {
  public:
    explicit Standby(const std::string& url) : journal_(open_journal(url)) {
        shell::SequencerOptions options;
        options.leadership = &leadership_;
        options.follow_interval = {};
        sequencer_ = must(shell::Sequencer::open(*journal_, factory_, clock_, {}, options));
        standstill_.emplace(*sequencer_);
    }
    ~Standby() {
        standstill_->end();
        sequencer_->stop();
    }
    Standby(const Standby&) = delete;
    Standby& operator=(const Standby&) = delete;

    /// Applies what the leader has journaled. @return Seconds.
    double catch_up(std::uint64_t sequence) {
        const Stopwatch watch;
        standstill_->end();
        while (sequencer_->status().last_sequence < sequence) look();
        const double seconds = watch.seconds();
        standstill_.emplace(*sequencer_);
        return seconds;
    }

  private:
    /// Waits until it has looked at the journal.
    void look() {
        shell::Standstill(*sequencer_, [](const shell::Outcome& outcome) {
            if (!outcome.reply) give_up(outcome.reply.error().message());
        }).end();
    }
    class NeverLeads final : public shell::Leadership {
        std::uint64_t epoch() const override { return 0; }
        Leader leader() const override { return {}; }
        void announce(const std::string&) override {}
        void stand() override {}
        void withdraw() override { give_up("The standby cannot follow."); }
    };

    NeverLeads leadership_;
    const shell::SystemClock clock_;
    shell::ExchangeFactory factory_;
    std::unique_ptr<shell::Journal> journal_;
    std::unique_ptr<shell::Sequencer> sequencer_;
    std::optional<shell::Standstill> standstill_;
};

double median(std::vector<double> values) {
    std::ranges::sort(values);
    return values[values.size() / 2];
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
    Pipeline pipeline(open_journal_to_lead(url), script.opening.front().time, sequencing);
    pipeline.give(script.opening);
    Standby standby(url);
    std::vector<double> ratios;
    std::vector<double> speeds;
    std::vector<double> standby_ratios;
    for (std::size_t round = 0; round < kRounds; ++round) {
        const auto first = script.traffic.begin() + static_cast<std::ptrdiff_t>(round * per_round);
        const Commands commands(first, first + static_cast<std::ptrdiff_t>(per_round));
        const double taken = pipeline.give(commands);
        ratios.push_back(bare.insert(commands) / taken);
        speeds.push_back(static_cast<double>(per_round) / taken);
        standby_ratios.push_back(taken / standby.catch_up(pipeline.status().last_sequence));
    }
    pipeline.stop();
    const double speed = median(speeds);
    return {{.name = "durable on PostgreSQL, batches of 256",
             .value = speed,
             .unit = "commands/s",
             .reference = speed / median(ratios),
             .held_against = "bare inserts of 256 rows, round by round",
             .needed = kNeeded},
            {.name = "standby on PostgreSQL",
             .value = speed * median(standby_ratios),
             .unit = "commands/s",
             .reference = speed,
             .held_against = "the leader, round by round",
             .needed = kStandbyNeeded}};
}

}  // namespace penstock::bench
