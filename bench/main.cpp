#include <CLI/CLI.hpp>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include "bench/measures.h"
#include "bench/script.h"

namespace penstock::bench {
namespace {

struct Measure {
    const char* name;
    const char* what;
    std::vector<Line> (*run)(const Options&);
};
/// Memory comes first; see measure_memory().
constexpr Measure kMeasures[] = {
    {"memory", "resident memory of open contracts", measure_memory},
    {"core", "the core alone", measure_core},
    {"money", "transfers and rating", measure_money},
    {"money", "the close of a month", measure_close},
    {"durable", "sequencer and journal; replay and start", measure_durable},
    {"postgres", "sequencer and journal on PostgreSQL", measure_postgres},
    {"snapshot", "a snapshot of a million contracts", measure_snapshot},
#ifndef PENSTOCK_BENCH_WITHOUT_SERVER
    {"plan", "plans for intents, and how far they are from the optimum", measure_plan},
    {"http", "HTTP commands and queries", measure_http},
    {"tenants", "one tenant at full blast, and the others", measure_tenants},
#endif
};

/// Removed when the program ends, also by give_up(): hence static.
class TemporaryFolder {
  public:
    explicit TemporaryFolder(const std::filesystem::path& within)
        : path_((within / "penstock-bench-XXXXXX").string()) {
        if (::mkdtemp(path_.data()) == nullptr) give_up("no folder can be made as " + path_);
    }
    ~TemporaryFolder() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;
    const std::string& path() const { return path_; }

  private:
    std::string path_;
};

int bench(const std::string& only, const std::string& json, Options options) {
    static const TemporaryFolder folder(options.folder);
    options.folder = folder.path();
    std::vector<Line> lines;
    for (const Measure& measure : kMeasures) {
        if (!only.empty() && only != measure.name) continue;
        std::fprintf(stderr, "bench: %s\n", measure.what);
        for (Line& line : measure.run(options)) lines.push_back(std::move(line));
    }
    print_table(lines);
    if (!json.empty() && !write_json(lines, json)) give_up("cannot write " + json);
    return 0;
}

}  // namespace
}  // namespace penstock::bench

int main(int count, char** arguments) {
    CLI::App app("Benchmarks as ratios against a limit, or a peer measured in the same run.");
    std::string only;
    std::string json;
    penstock::bench::Options options;
    options.folder = "/var/tmp";  // On a disk, where /tmp may be memory.
    app.add_option("only,--only", only,
                   "One measure: memory, core, money, durable, postgres, snapshot, http or"
                   " tenants.");
    app.add_option("--json", json, "Write name, value, unit, reference and ratio here.");
    app.add_option("--folder", options.folder, "Where files are made: on the disk to measure.");
    app.add_option("--scale", options.scale, "Amount of work; 1 takes some seconds a measure.")
        ->check(CLI::Range(0.01, 100.0));
    CLI11_PARSE(app, count, arguments);
    return penstock::bench::bench(only, json, options);
}
