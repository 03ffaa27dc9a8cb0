#include "app/client/outputs.h"

#include <fmt/core.h>

#include <algorithm>
#include <set>
#include <string_view>

#include "app/client/error.h"

namespace penstock::client {

namespace {

bool is_safe(std::string_view path) {
    if (path.empty() || path.size() > 1024) return false;
    if (std::ranges::any_of(path, [](char c) { return static_cast<unsigned char>(c) < 0x20; }))
        return false;
    while (true) {
        const std::string_view part = path.substr(0, path.find('/'));
        if (part.empty() || part == "." || part == ".." || part.size() > 255) return false;
        if (part.size() == path.size()) return true;
        path.remove_prefix(part.size() + 1);
    }
}

/// Whether two names are one, or one is a folder of the other.
bool collide(const std::set<std::string>& paths) {
    return std::ranges::any_of(paths, [&](const std::string& path) {
        const auto next = paths.lower_bound(path + "/");
        return next != paths.end() && next->starts_with(path + "/");
    });
}

}  // namespace

Result<std::vector<OutputPlace>> place_outputs(const v1::GetWorkloadResponse& state,
                                               Layout layout) {
    std::set<std::string> names;
    std::size_t count = 0;
    for (const v1::Task& task : state.tasks()) {
        if (task.state() != v1::TASK_SUCCEEDED) continue;
        for (const v1::Artifact& output : task.outputs()) {
            if (!is_safe(output.path()))
                return reject(kUnsafePath, "outputs", "Task " + task.id() + " calls one so.");
            names.insert(output.path());
            ++count;
        }
    }
    const bool unique = names.size() == count && !collide(names);
    if (layout == Layout::flat && !unique)
        return reject(kUsage, "layout", "Two outputs have one name; use --layout tasks.");
    const bool flat = layout == Layout::flat || (layout == Layout::automatic && unique);
    std::vector<OutputPlace> places;
    for (const v1::Task& task : state.tasks()) {
        if (task.state() != v1::TASK_SUCCEEDED) continue;
        for (const v1::Artifact& output : task.outputs())
            places.push_back(
                {flat ? output.path() : fmt::format("task-{:04}/{}", task.index(), output.path()),
                 output.digest(), output.size_bytes()});
    }
    return places;
}

}  // namespace penstock::client
