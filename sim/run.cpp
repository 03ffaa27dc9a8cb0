#include "sim/run.h"

#include <chrono>
#include <cstdio>
#include <filesystem>
#include <optional>
#include <vector>

#include "base/hash.h"
#include "shell/journal/sqlite_journal.h"
#include "sim/drills.h"
#include "sim/story.h"
#include "sim/world.h"

namespace penstock::sim {
namespace {

using Clock = std::chrono::steady_clock;
using Print = unsigned long long;  // For printf.

struct Result {
    std::vector<std::string> broken;
    std::uint64_t at_step = 0;
    bool is_at_rest = false;
    Tally tally;
    Digest hash{};
};

/// Runs one world; stops at the first step after which something is broken.
Result run(World& world, std::uint64_t steps) {
    Result result;
    for (std::uint64_t step = 1; step <= steps && world.broken().empty(); ++step) {
        world.step();
        result.at_step = step;
    }
    if (world.broken().empty()) {
        world.come_to_rest();
        result.is_at_rest = true;
    }
    result.broken = world.broken();
    result.tally = world.cluster.tally();
    result.tally.commands = world.exchange().last_sequence();
    result.hash = world.exchange().rolling_hash();
    return result;
}

/// Gives a journal to a file that a server could open.
bool save_journal(const shell::MemoryDisk& disk, const std::string& file) {
    if (std::filesystem::exists(file)) {
        std::printf("FAILED: %s exists already\n", file.c_str());
        return false;
    }
    auto journal = shell::SqliteJournal::open({.file = file});
    auto saved = journal ? penstock::Result<void>() : std::unexpected(journal.error());
    for (const auto& row : disk.rows) {
        if (saved && !row.torn) saved = (*journal)->append(row.batch());
    }
    if (!saved) std::printf("FAILED: %s\n", saved.error().message().c_str());
    return saved.has_value();
}

std::string checker_of(const std::string& finding) {
    return finding.substr(0, finding.find(':'));
}

/// Runs the world again, writing down what befalls its servers, and cuts that short.
/// @return How many happenings were left; 0 when it did not break again.
std::size_t write_down(const RunOptions& options, std::uint64_t seed, const Result& failed) {
    Coverage ignored;
    World world(seed, ignored, options.expect, World::Recording::on);
    run(world, failed.at_step);
    const std::string checker = checker_of(failed.broken.front());
    Story story = commands_of(world.cluster.disk());
    story.is_at_rest = failed.is_at_rest;
    // Most failures need no more than the commands; some need the faults too.
    if (tell(story, checker).empty()) {
        story.servers = world.cluster.size();
        story.happenings = world.cluster.story();
    }
    story = shrink(std::move(story), checker);
    if (tell(story, checker).empty()) return 0;
    story.title = "seed " + std::to_string(seed) + ", step " + std::to_string(failed.at_step) +
                  ", " + failed.broken.front();
    std::filesystem::path file = options.story;
    if (file.empty()) file = "out/sim/seed-" + std::to_string(seed) + ".story";
    if (file.has_parent_path()) std::filesystem::create_directories(file.parent_path());
    if (!write_story(story, file)) return 0;
    std::printf("cut short to %zu happenings; again: penstock_sim --replay %s\n",
                story.happenings.size(), file.c_str());
    return story.happenings.size();
}

/// @return The exit code; empty where another world may tell what is expected shorter.
std::optional<int> report_failure(const RunOptions& options, std::uint64_t seed,
                                  const Result& failed) {
    const bool is_expected = !options.expect.empty();
    std::printf("%s: seed %llu, step %llu%s\n", is_expected ? "found, as it should be" : "FAILED",
                Print{seed}, Print{failed.at_step}, failed.is_at_rest ? " and come to rest" : "");
    for (const std::string& what : failed.broken) std::printf("  %s\n", what.c_str());
    if (!is_expected)
        std::printf("again: ./dev sim --seed %llu --steps %llu\n", Print{seed},
                    Print{failed.at_step});
    std::fflush(stdout);
    if (is_expected && options.story.empty()) return 0;
    const std::size_t length = write_down(options, seed, failed);
    if (length == 0) std::printf("it could not be cut short; the seed is all there is\n");
    if (!is_expected) return 1;
    return length > 0 && length <= options.at_most ? std::optional(0) : std::nullopt;
}

int report_coverage(const Coverage& coverage, bool is_required) {
    const auto missing = coverage.unreached();
    std::printf("reached %zu rejections and edges; not reached: %zu\n", coverage.reached(),
                missing.size());
    for (const std::string& item : missing) std::printf("  not reached: %s\n", item.c_str());
    return is_required && !missing.empty() ? 1 : 0;
}

void report_progress(std::uint64_t seed, std::uint64_t steps, Clock::time_point start) {
    const auto passed = std::chrono::duration<double>(Clock::now() - start).count();
    std::fprintf(stderr, "\rseed %llu, %llu steps in %.0f s, %.0f a second ", Print{seed},
                 Print{steps}, passed, static_cast<double>(steps) / std::max(passed, 0.001));
}

void report_tally(std::uint64_t seeds, std::uint64_t steps, const Tally& tally) {
    std::printf("%llu worlds, %llu steps, %llu commands: every invariant held\n", Print{seeds},
                Print{steps}, Print{tally.commands});
    std::printf(
        "withstood: of %llu messages %llu lost, %llu repeated, %llu late; %llu pauses, "
        "%llu cuts, %llu crashes, %llu failed and %llu fenced appends, %llu epochs\n",
        Print{tally.messages}, Print{tally.lost}, Print{tally.repeated}, Print{tally.late},
        Print{tally.pauses}, Print{tally.cuts}, Print{tally.crashes}, Print{tally.failed_appends},
        Print{tally.fenced_appends}, Print{tally.epochs});
}

}  // namespace

int simulate(const RunOptions& options) {
    Coverage coverage;
    run_drills(coverage);
    Hasher all;
    Tally tally;
    bool is_found = false;
    std::uint64_t steps = 0;
    std::uint64_t worlds = 0;
    const auto start = Clock::now();
    const auto end = start + std::chrono::minutes(options.minutes);
    for (; options.minutes > 0 ? Clock::now() < end : worlds < options.seeds; ++worlds) {
        const std::uint64_t seed = options.seed + worlds;
        Coverage own;
        World world(seed, own, options.expect);
        const Result result = run(world, options.steps);
        if (!result.broken.empty()) {
            if (const auto code = report_failure(options, seed, result)) return *code;
            is_found = true;
            continue;
        }
        coverage.add(own);
        tally.add(result.tally);
        steps += result.at_step;
        all.add(result.hash);
        const bool is_last = worlds + 1 == options.seeds;
        if (is_last && !options.journal.empty() &&
            !save_journal(world.cluster.disk(), options.journal))
            return 1;
        if (options.seeds > 1 || options.minutes > 0) report_progress(seed, steps, start);
    }
    if (options.seeds > 1 || options.minutes > 0) std::fprintf(stderr, "\n");
    if (!options.expect.empty()) {
        std::printf("FAILED: %s found nothing%s in %llu worlds\n", options.expect.c_str(),
                    is_found ? " whose story is short" : "", Print{worlds});
        return 1;
    }
    report_tally(worlds, steps, tally);
    std::printf("final hash %s\n", to_hex(all.digest()).c_str());
    if (options.explain) {
        for (const auto& [call, count] : coverage.outcomes())
            std::printf("  %8llu %s\n", Print{count}, call.c_str());
    }
    return report_coverage(coverage, options.require_coverage);
}

}  // namespace penstock::sim
