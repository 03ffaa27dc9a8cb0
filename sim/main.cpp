#include <CLI/CLI.hpp>
#include <chrono>
#include <cstdio>
#include <string>

#include "base/hash.h"
#include "sim/drills.h"
#include "sim/world.h"

namespace penstock::sim {
namespace {

struct Options {
    std::uint64_t seed = 1;
    std::uint64_t seeds = 1;
    std::uint64_t steps = 10'000;
    std::uint64_t minutes = 0;
    bool require_coverage = false;
    bool explain = false;
    std::string expect;  ///< The one checker to listen to, which must find something.
};

struct Result {
    std::vector<std::string> broken;
    std::uint64_t at_step = 0;
    std::uint64_t crashes = 0;
    std::uint64_t commands = 0;
    Digest hash{};
};

/// Runs one world; stops at the first step after which something is broken.
Result run(std::uint64_t seed, std::uint64_t steps, const std::string& only, Coverage& coverage) {
    Coverage own;
    World world(seed, own, only);
    Result result;
    for (std::uint64_t step = 1; step <= steps && result.broken.empty(); ++step) {
        world.step();
        result.at_step = step;
        result.broken = world.host.broken();
    }
    if (result.broken.empty()) result.broken = world.host.replay_differs();
    result.crashes = world.host.crashes();
    result.commands = world.host.exchange().last_sequence();
    result.hash = world.host.exchange().rolling_hash();
    coverage.add(own);
    return result;
}

int report_coverage(const Coverage& coverage, bool is_required) {
    const auto missing = coverage.unreached();
    std::printf("reached %zu rejections and edges; not reached: %zu\n", coverage.reached(),
                missing.size());
    for (const std::string& item : missing) std::printf("  not reached: %s\n", item.c_str());
    return is_required && !missing.empty() ? 1 : 0;
}

int simulate(const Options& options) {
    Coverage coverage;
    run_drills(coverage);
    Hasher all;
    std::uint64_t steps = 0;
    std::uint64_t commands = 0;
    std::uint64_t crashes = 0;
    const auto start = std::chrono::steady_clock::now();
    const auto end = start + std::chrono::minutes(options.minutes);
    for (std::uint64_t i = 0;
         options.minutes > 0 ? std::chrono::steady_clock::now() < end : i < options.seeds; ++i) {
        const std::uint64_t seed = options.seed + i;
        const Result result = run(seed, options.steps, options.expect, coverage);
        steps += result.at_step;
        commands += result.commands;
        crashes += result.crashes;
        all.add(std::string_view(reinterpret_cast<const char*>(result.hash.data()),
                                 result.hash.size()));
        if (!result.broken.empty() && !options.expect.empty()) {
            std::printf("found at seed %llu, step %llu, as it should be: %s\n",
                        static_cast<unsigned long long>(seed),
                        static_cast<unsigned long long>(result.at_step),
                        result.broken.front().c_str());
            return 0;
        }
        if (!result.broken.empty()) {
            std::printf("FAILED: seed %llu, step %llu\n", static_cast<unsigned long long>(seed),
                        static_cast<unsigned long long>(result.at_step));
            for (const std::string& what : result.broken) std::printf("  %s\n", what.c_str());
            std::printf("again: ./dev sim --seed %llu --steps %llu\n",
                        static_cast<unsigned long long>(seed),
                        static_cast<unsigned long long>(result.at_step));
            return 1;
        }
        if (options.seeds > 1 || options.minutes > 0) {
            std::fprintf(stderr, "\rseed %llu, %llu steps so far",
                         static_cast<unsigned long long>(seed),
                         static_cast<unsigned long long>(steps));
        }
    }
    if (options.seeds > 1 || options.minutes > 0) std::fprintf(stderr, "\n");
    if (!options.expect.empty()) {
        std::printf("FAILED: %s found nothing in %llu steps\n", options.expect.c_str(),
                    static_cast<unsigned long long>(steps));
        return 1;
    }
    std::printf("%llu steps, %llu commands, %llu crashes: every invariant held\n",
                static_cast<unsigned long long>(steps), static_cast<unsigned long long>(commands),
                static_cast<unsigned long long>(crashes));
    std::printf("final hash %s\n", to_hex(all.digest()).c_str());
    if (options.explain) {
        for (const auto& [call, count] : coverage.outcomes())
            std::printf("  %8llu %s\n", static_cast<unsigned long long>(count), call.c_str());
    }
    return report_coverage(coverage, options.require_coverage);
}

}  // namespace
}  // namespace penstock::sim

int main(int argc, char** argv) {
    penstock::sim::Options options;
    CLI::App app("Runs the exchange's core in random worlds with faults, and checks every step.");
    app.add_option("--seed", options.seed, "First seed");
    app.add_option("--seeds", options.seeds, "How many worlds, with seeds from the first on");
    app.add_option("--steps", options.steps, "Steps of each world");
    app.add_option("--minutes", options.minutes, "Go on with new seeds for so long");
    app.add_flag("--require-coverage", options.require_coverage,
                 "Fail when a rejection or an edge was not reached");
    app.add_option("--expect", options.expect,
                   "Listen to this checker alone, and fail unless it finds something broken");
    app.add_flag("--explain", options.explain, "Print how often each call ended how");
    CLI11_PARSE(app, argc, argv);
    return penstock::sim::simulate(options);
}
