#include "replay_verb.h"

#include <array>
#include <boost/json.hpp>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "advise/carbon/replay.h"
#include "advise/carbon/synthetic.h"
#include "app/chart/carbon_chart.h"
#include "app/client/print.h"
#include "base/try.h"
#include "fail.h"
#include "files/whole_file.h"

namespace penstock::app {

namespace {

constexpr std::size_t kBytesMax = std::size_t{1} << 24;
constexpr std::int64_t kSyntheticJobs = 1000;

inline constexpr Rejection kReplayDataMissing{
    17035, Code::not_found, "REPLAY_DATA_MISSING",
    "The data of the experiment is not there; docs/carbon-shifting.md says where to get it. Name "
    "its "
    "files, or the folder above carbon/ in PENSTOCK_DATA."};

struct Arguments {
    std::string trace;
    std::string jobs;
    std::int64_t from_hour = 7000;
    std::int64_t hours = 720;
    std::uint64_t seed = 1;
    std::vector<std::string> policies;
    bool json = false;
    std::string png_file;
};

struct Row {
    carbon::PolicyFacts facts;
    double emitted = 0;
    double wait_hours = 0;
    double part_wait_hours = 0;
};

struct Table {
    std::vector<Row> rows;
    bool is_published = false;
};

Result<std::string> read(const std::string& named, const char* otherwise) {
    std::filesystem::path path = named;
    if (named.empty()) {
        const char* data = std::getenv("PENSTOCK_DATA");
        path = std::filesystem::path(data != nullptr && *data != '\0' ? data : "../shared/data") /
               "carbon" / otherwise;
    }
    std::error_code code;
    if (!std::filesystem::is_regular_file(path, code))
        return reject(kReplayDataMissing, {}, "Missing: " + path.string() + ".");
    return files::read_file(path, kBytesMax);
}

Result<carbon::JobList> read_jobs(const Arguments& arguments) {
    using carbon::Lengths;
    const auto made_up = [&](Lengths lengths) {
        return carbon::synthetic_jobs(lengths, kSyntheticJobs, arguments.seed);
    };
    if (arguments.jobs == "exponential") return made_up(Lengths::exponential);
    if (arguments.jobs == "heavy-tailed") return made_up(Lengths::heavy_tailed);
    if (arguments.jobs == "even") return made_up(Lengths::even);
    TRY_ASSIGN(const std::string csv, read(arguments.jobs, "gaia/pai_1k.csv"));
    return carbon::JobList::parse(csv, arguments.jobs.empty() ? "pai_1k.csv" : arguments.jobs);
}

Result<Table> replay(const Arguments& arguments) {
    std::vector<carbon::PolicyFacts> chosen;
    for (const std::string& name : arguments.policies) {
        TRY_ASSIGN(const auto facts, carbon::find_policy(name));
        chosen.push_back(facts);
    }
    if (chosen.empty()) chosen.assign(carbon::kPolicies.begin(), carbon::kPolicies.end());
    TRY_ASSIGN(const std::string csv, read(arguments.trace, "em2022_AU-SA_hourly.csv"));
    TRY_ASSIGN(const auto year, carbon::HourlySeries::parse(
                                    csv, arguments.trace.empty() ? "AU-SA" : arguments.trace));
    TRY_ASSIGN(const auto series, year.part(arguments.from_hour, arguments.hours));
    TRY_ASSIGN(const auto jobs, read_jobs(arguments));
    TRY_ASSIGN(const auto at_once, carbon::replay(series, jobs, carbon::Policy::no_wait));
    Table table{.rows = {}, .is_published = carbon::is_published_setting(at_once)};
    for (const carbon::PolicyFacts& facts : chosen) {
        TRY_ASSIGN(const auto outcome, carbon::replay(series, jobs, facts.policy));
        table.rows.push_back({facts, carbon::normalised(outcome, at_once),
                              carbon::mean_wait_hours(outcome, jobs),
                              carbon::mean_part_wait_hours(outcome)});
    }
    return table;
}

std::string decimals(double value, int places) {
    std::array<char, 64> text{};
    std::snprintf(text.data(), text.size(), "%.*f", places, value);
    return text.data();
}

std::string text(const Table& table) {
    constexpr auto right = client::Table::Align::right;
    client::Table printed({{"POLICY"},
                           {"CARBON", right},
                           {"PUBLISHED", right},
                           {"MEAN WAIT h", right},
                           {"TO EACH PART h", right}});
    for (const Row& row : table.rows) {
        const bool known = table.is_published && row.facts.published;
        printed.add({std::string(row.facts.name), decimals(row.emitted, 4),
                     known ? decimals(*row.facts.published, 4) : "-", decimals(row.wait_hours, 2),
                     decimals(row.part_wait_hours, 2)});
    }
    return printed.text();
}

std::string json_text(const Table& table) {
    boost::json::array rows;
    for (const Row& row : table.rows) {
        boost::json::object item{{"policy", row.facts.name},
                                 {"carbon", row.emitted},
                                 {"meanWaitHours", row.wait_hours},
                                 {"meanPartWaitHours", row.part_wait_hours}};
        if (table.is_published && row.facts.published) item["published"] = *row.facts.published;
        rows.push_back(std::move(item));
    }
    return boost::json::serialize(boost::json::object{{"policies", std::move(rows)}}) + "\n";
}

Result<void> draw(const Table& table, const std::string& file) {
    std::vector<PolicyPoint> points;
    for (const Row& row : table.rows) {
        PolicyPoint& point = points.emplace_back();
        point.name = row.facts.name;
        point.carbon = row.emitted;
        point.wait_hours = row.wait_hours;
        if (table.is_published && row.facts.published) point.published = *row.facts.published;
    }
    TRY_ASSIGN(const std::string png, policies_chart(points));
    return files::write_durably(file, {png}, 0644);
}

void run(const Arguments& arguments) {
    const auto table = replay(arguments);
    if (!table) fail(table.error());
    if (!arguments.png_file.empty()) {
        if (const auto drawn = draw(*table, arguments.png_file); !drawn) fail(drawn.error());
    }
    const std::string printed = arguments.json ? json_text(*table) : text(*table);
    std::fwrite(printed.data(), 1, printed.size(), stdout);
}

}  // namespace

void add_replay_verb(CLI::App& app) {
    CLI::App* replay = app.add_subcommand("replay", "Published experiments again, on their data");
    replay->require_subcommand(1);
    auto arguments = std::make_shared<Arguments>();
    CLI::App* verb = replay->add_subcommand(
        "carbon", "When to run what can wait, by carbon intensity (docs/carbon-shifting.md)");
    verb->add_option(
        "--trace", arguments->trace,
        "CSV file, an hour a line; else carbon/em2022_AU-SA_hourly.csv in PENSTOCK_DATA "
        "or ../shared/data");
    verb->add_option("--jobs", arguments->jobs,
                     "CSV file with arrival_time, length and cpus, or a made-up list: exponential, "
                     "heavy-tailed, even; else carbon/gaia/pai_1k.csv there");
    verb->add_option("--from-hour", arguments->from_hour, "First hour of the series")
        ->capture_default_str();
    verb->add_option("--hours", arguments->hours, "How many of its hours")->capture_default_str();
    verb->add_option("--seed", arguments->seed, "Of a made-up list")->capture_default_str();
    verb->add_option("--policy", arguments->policies, "Only these; may be given several times");
    verb->add_flag("--json", arguments->json, "One JSON object");
    verb->add_option("--png", arguments->png_file, "Draw carbon over waiting here");
    verb->callback([arguments] { run(*arguments); });
}

}  // namespace penstock::app
