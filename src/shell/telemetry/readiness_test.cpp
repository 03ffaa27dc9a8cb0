#include "shell/telemetry/readiness.h"

#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

namespace penstock::shell {
namespace {

Vitals healthy_leader() {
    Vitals vitals;
    vitals.status.epoch = 1;
    vitals.staleness_max = seconds(5);
    vitals.disk_free_min = 100;
    vitals.sample.disk_free_bytes = 100;
    vitals.sample.overview.emplace();
    vitals.sample.overview_due = seconds(1);
    vitals.load.backlog_bytes_max = 10;
    return vitals;
}

Vitals healthy_follower() {
    Vitals vitals = healthy_leader();
    vitals.status.epoch = 0;
    vitals.status.staleness = seconds(5);
    return vitals;
}

/// The checks that are not passed.
std::vector<std::string> failing(const Vitals& vitals) {
    std::vector<std::string> names;
    for (const Check& check : readiness_checks(vitals))
        if (!check.passed) names.emplace_back(check.name);
    return names;
}

TEST(Readiness, is_given_to_a_leader_and_to_a_follower_that_are_well) {
    EXPECT_TRUE(is_ready(readiness_checks(healthy_leader())));
    EXPECT_TRUE(is_ready(readiness_checks(healthy_follower())));
}

TEST(Readiness, names_the_one_check_that_fails) {
    const std::vector<std::pair<std::string, std::function<void(Vitals&)>>> troubles{
        {"journal", [](Vitals& vitals) { vitals.status.read_only = true; }},
        {"journal", [](Vitals& vitals) { vitals.sample.journal_trouble = "JOURNAL_FAULT"; }},
        {"disk", [](Vitals& vitals) { vitals.sample.disk_free_bytes = 99; }},
        {"disk", [](Vitals& vitals) { vitals.sample.disk_free_bytes.reset(); }},
        {"clock", [](Vitals& vitals) { vitals.status.clock_held = true; }},
        {"tables", [](Vitals& vitals) { vitals.sample.feeds.tables_fault = "TABLES_FAULT"; }},
        {"tables", [](Vitals& vitals) { vitals.load.backlog_bytes = 11; }},
        {"grants", [](Vitals& vitals) { vitals.sample.feeds.grants_fault = "SQLITE_FAULT"; }},
        {"evidence", [](Vitals& vitals) { vitals.sample.feeds.evidence_fault = "EVIDENCE_FAULT"; }},
        {"sequencer", [](Vitals& vitals) { vitals.sample.overview.reset(); }},
        {"sequencer", [](Vitals& vitals) { vitals.sample.overview_age = seconds(17); }},
    };
    for (const auto& [name, trouble] : troubles) {
        Vitals vitals = healthy_leader();
        trouble(vitals);
        EXPECT_EQ(failing(vitals), std::vector{name});
    }
}

TEST(Readiness, is_taken_from_a_follower_that_is_stale_alone) {
    Vitals vitals = healthy_follower();
    vitals.status.read_only = true;
    EXPECT_TRUE(failing(vitals).empty()) << "it writes no journal";
    vitals.status.staleness = seconds(5) + Duration{1};
    EXPECT_EQ(failing(vitals), std::vector<std::string>{"role"});
}

TEST(Readiness, waits_longer_for_an_overview_that_costs_more) {
    Vitals vitals = healthy_leader();
    vitals.sample.overview_due = seconds(30);
    vitals.sample.overview_age = seconds(44);
    EXPECT_TRUE(failing(vitals).empty());
}

TEST(Readiness, is_shown_as_json) {
    Vitals vitals = healthy_follower();
    vitals.status.clock_held = true;
    const std::string json = readiness_json(vitals, readiness_checks(vitals));
    EXPECT_TRUE(json.starts_with(
        R"({"ready":false,"role":"follower","checks":[{"name":"role","passed":true},)"))
        << json;
    EXPECT_NE(json.find(R"({"name":"clock","passed":false,"remark":"The clock has jumped)"),
              std::string::npos);
}

}  // namespace
}  // namespace penstock::shell
