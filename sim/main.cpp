#include <CLI/CLI.hpp>
#include <cstdio>
#include <string>

#include "sim/run.h"
#include "sim/story.h"

namespace {

/// Lets a story that was written happen again: exit 0 when nothing is broken.
int replay(const std::string& file, const std::string& expect) {
    const auto story = penstock::sim::read_story(file);
    if (!story) {
        std::printf("%s is no story; ./dev sim writes one when a run fails\n", file.c_str());
        return 2;
    }
    const auto broken = penstock::sim::tell(*story, expect);
    for (const std::string& what : broken) std::printf("  %s\n", what.c_str());
    std::printf("%zu happenings: %s\n", story->happenings.size(),
                broken.empty() ? "every invariant held" : "broken");
    return broken.empty() == expect.empty() ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
    penstock::sim::RunOptions options;
    std::string story;
    CLI::App app("Runs the exchange in random worlds with faults, and checks every step.");
    app.add_option("--seed", options.seed, "First seed");
    app.add_option("--seeds", options.seeds, "How many worlds, with seeds from the first on");
    app.add_option("--steps", options.steps, "Steps of each world");
    app.add_option("--minutes", options.minutes, "Go on with new seeds for so long");
    app.add_flag("--require-coverage", options.require_coverage,
                 "Fail when a rejection or an edge was not reached");
    app.add_flag("--explain", options.explain, "Print how often each call ended how");
    app.add_option("--expect", options.expect,
                   "Listen to this checker alone, and fail unless it finds something broken");
    app.add_option("--story", options.story,
                   "Where a failing run is written, cut short (out/sim/seed-N.story)");
    app.add_option("--at-most", options.at_most,
                   "Look into more worlds until that story has so many happenings at most");
    app.add_option("--journal", options.journal,
                   "Write the last world's journal to this file, as a server's journal.db");
    app.add_option("--replay", story, "Let a story that was written happen again");
    CLI11_PARSE(app, argc, argv);
    return story.empty() ? penstock::sim::simulate(options) : replay(story, options.expect);
}
