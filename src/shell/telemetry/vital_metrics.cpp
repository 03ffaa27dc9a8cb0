#include "shell/telemetry/vital_metrics.h"

#include <sys/resource.h>
#include <unistd.h>

#include <concepts>
#include <fstream>
#include <string>
#include <utility>

#include "log/output.h"
#include "shell/telemetry/readiness.h"

namespace penstock::shell {
namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;
using Labels = std::vector<ClientMetric::Label>;

double seconds_of(Duration duration) {
    return static_cast<double>(duration.ns) / 1e9;
}

/// How far `behind` is from `ahead`; both are read one after another, while they move.
std::uint64_t lag(std::uint64_t ahead, std::uint64_t behind) {
    return ahead > behind ? ahead - behind : 0;
}

class Families {
  public:
    /// Begins a family; values follow.
    Families& begin(const char* name, const char* help, MetricType type = MetricType::Gauge) {
        MetricFamily& family = families_.emplace_back();
        family.name = name;
        family.help = help;
        family.type = type;
        return *this;
    }
    Families& value(double value, Labels labels = {}) {
        ClientMetric& metric = families_.back().metric.emplace_back();
        metric.label = std::move(labels);
        if (families_.back().type == MetricType::Counter) {
            metric.counter.value = value;
        } else {
            metric.gauge.value = value;
        }
        return *this;
    }
    template <std::integral Integer>
    Families& value(Integer number, Labels labels = {}) {
        return value(static_cast<double>(number), std::move(labels));
    }
    std::vector<MetricFamily> take() && { return std::move(families_); }

  private:
    std::vector<MetricFamily> families_;
};

Labels label(const char* name, std::string_view value) {
    ClientMetric::Label label;
    label.name = name;
    label.value = value;
    return {std::move(label)};
}

Labels labels_of(const exchange::MoneyOverview& money, const char* purpose) {
    Labels labels = label("currency", money.currency.text());
    labels.push_back(label("account", purpose).front());
    return labels;
}

void describe_role(const Vitals& vitals, Families& families) {
    const SequencerStatus& status = vitals.status;
    Labels labels = label("version", vitals.version);
    labels.push_back(label("name", vitals.name).front());
    families.begin("penstock_server_info", "Always 1.").value(1, labels);
    families.begin("penstock_leads", "1 when this server leads, 0 when it follows.")
        .value(status.epoch != 0 ? 1 : 0);
    families.begin("penstock_epoch", "In which this server leads; 0 when it follows.")
        .value(status.epoch);
    families
        .begin("penstock_staleness_seconds",
               "Since this server has seen the whole journal; 0 when it leads.")
        .value(seconds_of(status.staleness));
    families.begin("penstock_read_only", "1 when the journal cannot be written.")
        .value(status.read_only ? 1 : 0);
    families.begin("penstock_clock_held", "1 when a jump of the clock holds all commands up.")
        .value(status.clock_held ? 1 : 0);
    families.begin("penstock_ready", "1 for each check of /readyz that is passed.");
    for (const Check& check : readiness_checks(vitals))
        families.value(check.passed ? 1 : 0, label("check", check.name));
}

void describe_limits(const Vitals& vitals, Families& families) {
    families
        .begin("penstock_calls_admitted_total", "Calls of known senders within all limits.",
               MetricType::Counter)
        .value(vitals.calls_admitted);
    families.begin("penstock_limited_total", "Requests that a limit told to wait, by limit.",
                   MetricType::Counter);
    for (std::size_t i = 0; i < limits::kLimitCount; ++i)
        families.value(vitals.limited[i], label("limit", limits::kLimitNames[i]));
}

void describe_stages(const Vitals& vitals, Families& families) {
    const SequencerLoad& load = vitals.load;
    const std::uint64_t last = vitals.status.last_sequence;
    families.begin("penstock_http_connections", "Open connections.").value(vitals.connections);
    families.begin("penstock_worker_jobs", "Jobs that wait for a worker.")
        .value(vitals.worker_jobs);
    families.begin("penstock_forwards_waiting", "Requests that wait to be passed on to the leader.")
        .value(vitals.forwards_waiting);
    describe_limits(vitals, families);
    families.begin("penstock_queue_calls", "Calls that wait for the sequencer.")
        .value(load.queued_calls);
    families.begin("penstock_queue_calls_max", "Beyond it, calls are refused.")
        .value(load.queued_calls_max);
    families.begin("penstock_last_sequence", "Number of the last durable command.").value(last);
    families.begin("penstock_snapshot_sequence", "Number of the last command of a snapshot.")
        .value(load.snapshot_sequence);
    families.begin("penstock_backlog_bytes", "Events that tables and evidence do not have yet.")
        .value(load.backlog_bytes);
    families.begin("penstock_backlog_bytes_max", "Beyond it, commands are refused.")
        .value(load.backlog_bytes_max);
    families.begin("penstock_tables_lag_commands", "Durable commands that the tables do not show.")
        .value(lag(last, vitals.tables_sequence));
    families.begin("penstock_tables_fault", "1 while the tables cannot be written.")
        .value(!vitals.sample.feeds.tables_fault.empty() ? 1 : 0);
    families
        .begin("penstock_grants_fault",
               "1 while the server does not learn who may read what tasks put out.")
        .value(!vitals.sample.feeds.grants_fault.empty() ? 1 : 0);
    families
        .begin("penstock_evidence_lag_commands",
               "Durable commands that the evidence log does not have.")
        .value(lag(last, vitals.evidence_sequence));
    families.begin("penstock_evidence_records", "Records of the evidence log.")
        .value(vitals.evidence_records);
    families
        .begin("penstock_evidence_unsigned_records", "Records that no checkpoint has signed yet.")
        .value(lag(vitals.evidence_records, vitals.sample.feeds.evidence_signed));
    families.begin("penstock_evidence_fault", "1 when records or checkpoints cannot be written.")
        .value(!vitals.sample.feeds.evidence_fault.empty() ? 1 : 0);
    families.begin("penstock_disk_free_min_bytes", "Below it, no command is taken.")
        .value(vitals.disk_free_min);
    if (vitals.sample.disk_free_bytes)
        families.begin("penstock_disk_free_bytes", "Free where the data folder is.")
            .value(*vitals.sample.disk_free_bytes);
}

void describe_money(const std::vector<exchange::MoneyOverview>& all, Families& families) {
    families.begin("penstock_money_micros",
                   "Balance of all accounts of a kind, in millionths of the currency's unit; "
                   "\"ordered\" is a part of \"cash\", set aside for orders not accepted yet.");
    for (const auto& money : all)
        families.value(money.cash, labels_of(money, "cash"))
            .value(money.ordered, labels_of(money, "ordered"))
            .value(money.escrow, labels_of(money, "escrow"))
            .value(money.fee, labels_of(money, "fee"))
            .value(money.rounding, labels_of(money, "rounding"))
            .value(money.bank, labels_of(money, "bank"));
    families.begin("penstock_ledger_imbalance_micros",
                   "Debits less credits over all accounts; anything but 0 is a bug.");
    for (const auto& money : all)
        families.value(money.imbalance, label("currency", money.currency.text()));
    families.begin("penstock_top_ups_awaited_micros",
                   "Announced bank transfers that nobody has confirmed yet.");
    for (const auto& money : all)
        families.value(money.top_ups_awaited, label("currency", money.currency.text()));
    families.begin("penstock_top_ups_awaited", "The number of those.");
    for (const auto& money : all)
        families.value(money.top_ups_awaited_count, label("currency", money.currency.text()));
}

/// What the exchange holds, once the sequencer has said it.
void describe_exchange(const Sample& sample, Families& families) {
    families
        .begin("penstock_overview_age_seconds",
               "Age of the figures about agents, contracts, tasks and money.")
        .value(seconds_of(sample.overview_age));
    families.begin("penstock_overview_cost_seconds", "For which the exchange stood still for them.")
        .value(seconds_of(sample.overview_cost));
    if (!sample.overview) return;
    const exchange::Overview& overview = *sample.overview;
    families.begin("penstock_parties", "Parties, whatever their state.").value(overview.parties);
    families.begin("penstock_agents", "Agents that are not revoked.")
        .value(overview.agents_live, label("state", "live"))
        .value(overview.agents_lost, label("state", "lost"));
    families.begin("penstock_contracts_open", "Contracts that are not final.")
        .value(overview.contracts_open);
    families.begin("penstock_tasks_running", "Tasks that an attempt holds the lease of.")
        .value(overview.tasks_running);
    describe_money(overview.money, families);
}

std::uint64_t resident_bytes() {
    std::ifstream file("/proc/self/statm");
    std::uint64_t all = 0;
    std::uint64_t resident = 0;
    file >> all >> resident;
    return resident * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
}

/// Under the names that every program's dashboard knows.
void describe_process(const Vitals& vitals, Families& families) {
    rusage usage{};
    ::getrusage(RUSAGE_SELF, &usage);
    const auto seconds = [](const timeval& time) {
        return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
    };
    families
        .begin("process_cpu_seconds_total", "Processor time that was used.", MetricType::Counter)
        .value(seconds(usage.ru_utime) + seconds(usage.ru_stime));
    families.begin("process_resident_memory_bytes", "Memory that is used.").value(resident_bytes());
    families.begin("process_open_fds", "Open descriptors.").value(vitals.sample.descriptors_open);
    rlimit limit{};
    ::getrlimit(RLIMIT_NOFILE, &limit);
    families.begin("process_max_fds", "Descriptors that may be open.").value(limit.rlim_cur);
    families.begin("process_start_time_seconds", "When the server began, since 1970.")
        .value(static_cast<double>(vitals.started.ns) / 1e9);
    families
        .begin("penstock_log_lines_dropped_total", "Lines of the log that were lost to haste.",
               MetricType::Counter)
        .value(log::lines_dropped());
}

}  // namespace

std::vector<MetricFamily> vital_metrics(const Vitals& vitals) {
    Families families;
    describe_role(vitals, families);
    describe_stages(vitals, families);
    describe_exchange(vitals.sample, families);
    describe_process(vitals, families);
    return std::move(families).take();
}

}  // namespace penstock::shell
