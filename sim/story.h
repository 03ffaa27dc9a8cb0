#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "sim/cluster.h"

namespace penstock::sim {

/// All that befell a cluster, in order: enough to let it happen again without the world around it.
struct Story {
    std::uint32_t servers = 1;
    bool is_at_rest = false;  ///< Its end is one at which all work should have ended.
    std::string title;        ///< Where it comes from, for people. One line.
    std::vector<Happening> happenings;
};

/// Lets it happen, until something is broken.
/// @param only  The one checker to listen to; empty for all.
/// @param told  Set to how many happenings it took, where it is given.
/// @return What is broken; empty when all held.
std::vector<std::string> tell(const Story& story, const std::string& only,
                              std::size_t* told = nullptr);

/// The commands that a journal holds, each written by itself by one server.
Story commands_of(const shell::MemoryDisk& disk);

/// As text: a line for each happening, and above each command what it asks, for people.
bool write_story(const Story& story, const std::filesystem::path& file);
/// Empty when the file cannot be read or is no story.
std::optional<Story> read_story(const std::filesystem::path& file);

/// A story as short as can be found of which the same checker still finds something broken: leaves
/// out ever smaller stretches (delta debugging, A. Zeller, "Yesterday, my program worked").
/// @param checker  Its name, as in front of what is broken.
Story shrink(Story story, const std::string& checker);

}  // namespace penstock::sim
