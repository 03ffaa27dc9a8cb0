#include "shell/telemetry/readiness.h"

#include <algorithm>

namespace penstock::shell {
namespace {

/// An overview may be so much older than the age at which the next is asked for.
constexpr Duration kOverviewLateMax = seconds(15);

std::string_view role_of(const Vitals& vitals) {
    return vitals.status.epoch != 0 ? "leader" : "follower";
}

bool is_disk_free(const Vitals& vitals) {
    return vitals.sample.disk_free_bytes && *vitals.sample.disk_free_bytes >= vitals.disk_free_min;
}

}  // namespace

std::vector<Check> readiness_checks(const Vitals& vitals) {
    const SequencerStatus& status = vitals.status;
    const bool leads = status.epoch != 0;
    const bool is_fresh = leads || status.staleness <= vitals.staleness_max;
    // Who follows writes nothing; that it can read is what its freshness says.
    const bool writes = !leads || (!status.read_only && vitals.sample.journal_trouble.empty());
    const bool tables_keep_up = vitals.load.backlog_bytes <= vitals.load.backlog_bytes_max;
    const Sample& sample = vitals.sample;
    const bool answers =
        sample.overview && sample.overview_age <= sample.overview_due + kOverviewLateMax;
    std::vector<Check> checks{
        {"role", is_fresh, "It follows, and has not seen the whole journal for too long."},
        {"journal", writes, "The journal cannot be written."},
        {"disk", is_disk_free(vitals), "Less of the disk is free than --free-space-min asks for."},
        {"clock", !status.clock_held, "The clock has jumped; set it right, or accept it."},
        {"tables", sample.feeds.tables_fault.empty() && tables_keep_up,
         "The tables cannot be written, or have fallen behind the journal."},
        {"grants", sample.feeds.grants_fault.empty(),
         "It no longer learns who may read what tasks put out."},
        {"evidence", sample.feeds.evidence_fault.empty(), "The evidence log cannot be written."},
        {"sequencer", answers, "The sequencer does not answer, or has not yet."}};
    for (Check& check : checks)
        if (check.passed) check.remark = {};
    return checks;
}

bool is_ready(const std::vector<Check>& checks) {
    return std::ranges::all_of(checks, &Check::passed);
}

std::string readiness_json(const Vitals& vitals, const std::vector<Check>& checks) {
    // All texts are our own and need no escapes.
    std::string json(R"({"ready":)");
    json.append(is_ready(checks) ? "true" : "false");
    json.append(R"(,"role":")").append(role_of(vitals)).append(R"(","checks":[)");
    for (const Check& check : checks) {
        if (&check != &checks.front()) json.push_back(',');
        json.append(R"({"name":")").append(check.name).append(R"(","passed":)");
        json.append(check.passed ? "true" : "false");
        if (!check.remark.empty()) json.append(R"(,"remark":")").append(check.remark).append("\"");
        json.push_back('}');
    }
    return json.append("]}\n");
}

}  // namespace penstock::shell
