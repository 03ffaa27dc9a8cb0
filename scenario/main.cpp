// penstock_scenario: whole stretches of an exchange's life, checked to the last unit.
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cstdlib>
#include <filesystem>

#include "scenario/month.h"

int main(int argc, char** argv) {
    CLI::App app("Plays stretches of an exchange's life and checks that the books close.");
    app.require_subcommand(1);
    penstock::scenario::MonthOptions options;
    std::string folder;
    CLI::App* month = app.add_subcommand("month", "a month of a city's exchange");
    month->add_option("--seed", options.seed, "of all chance: one seed, one month");
    month->add_option("--parties", options.parties, "10 to 10,000")->check(CLI::Range(10, 10'000));
    month->add_option("--contracts", options.contracts, "10 to 200,000")
        ->check(CLI::Range(10, 200'000));
    month->add_option("--folder", folder, "keep tables, the FOCUS file and sample papers there");
    const char* data = std::getenv("PENSTOCK_DATA");
    options.focus_rules =
        std::filesystem::path(data != nullptr && *data != '\0' ? data : "../shared/data") / "focus";
    month->add_option("--rules", options.focus_rules,
                      "the official FOCUS files; else focus/ in PENSTOCK_DATA or ../shared/data");
    CLI11_PARSE(app, argc, argv);
    const bool keeps = !folder.empty();
    options.folder = keeps ? std::filesystem::path(folder)
                           : std::filesystem::temp_directory_path() /
                                 ("penstock-scenario-" + std::to_string(getpid()));
    std::filesystem::create_directories(options.folder);
    // Tables of another month would be taken for those of this one.
    std::filesystem::remove(options.folder / "tables.db");
    const bool holds = penstock::scenario::play_month(options);
    if (!keeps) std::filesystem::remove_all(options.folder);
    return holds ? 0 : 1;
}
