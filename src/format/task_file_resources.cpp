#include <algorithm>
#include <array>

#include "base/task_limits.h"
#include "base/try.h"
#include "format/error.h"
#include "format/task_file_reader.h"
#include "format/task_file_values.h"

namespace penstock::format {

namespace {

using namespace task_limits;

constexpr std::size_t kVariableSizeMax = 32'768;

constexpr std::array<std::string_view, 2> kKnown{"cpus", "memory"};

struct NotOffered {
    std::string_view name;
    std::string_view remedy;
};
/// SkyPilot's other fields, so that its users learn what to do instead of "unknown".
constexpr std::array<NotOffered, 19> kNotOffered{{
    {"accelerators", "accelerators are not offered yet; remove it and state cpus and memory"},
    {"accelerator_args", "accelerators are not offered yet; remove it"},
    {"infra", "the exchange chooses the supplier; remove it"},
    {"cloud", "the exchange chooses the supplier; remove it"},
    {"region", "the exchange chooses the supplier; remove it"},
    {"zone", "the exchange chooses the supplier; remove it"},
    {"instance_type", "tasks get cores and memory; state cpus and memory instead"},
    {"use_spot", "tasks are moved when a supplier fails in any case; remove it"},
    {"spot_recovery", "tasks are moved when a supplier fails in any case; remove it"},
    {"job_recovery",
     "tasks are moved when a supplier fails in any case; use max_attempts for "
     "failures of the program itself"},
    {"disk_size", "disks are not sized yet; remove it"},
    {"disk_tier", "disks are not chosen yet; remove it"},
    {"network_tier", "networks are not chosen yet; remove it"},
    {"ports", "tasks cannot be reached from outside; remove it"},
    {"image_id", "images are not offered yet; install what is needed in setup"},
    {"any_of", "alternatives are not offered yet; state cpus and memory once"},
    {"ordered", "alternatives are not offered yet; state cpus and memory once"},
    {"labels", "labels are not offered yet; remove it"},
    {"autostop", "tasks end by themselves; remove it"},
}};

Result<void> read_cpus(const TaskFileReader& reader, const YamlNode& node, TaskFile& task) {
    YamlNode number = node;
    if (number.scalar.ends_with('+')) number.scalar.pop_back();
    TRY_ASSIGN(const std::uint64_t cpus, reader.count(number, "resources.cpus", 1, kCpusMax));
    task.spec.set_cpus(static_cast<std::uint32_t>(cpus));
    return {};
}

Result<void> read_memory(const TaskFileReader& reader, const YamlNode& node, TaskFile& task) {
    const auto bytes =
        node.kind == YamlKind::scalar ? parse_memory(node.scalar) : std::optional<std::uint64_t>();
    if (!bytes || *bytes < kMemoryMin || *bytes > kMemoryMax) {
        return reader.wrong_value(node, "resources.memory",
                                  "must be a size such as 2GB or 512MiB, or a number of GiB, from "
                                  "1MiB to 64TiB");
    }
    task.spec.set_memory_bytes(*bytes);
    return {};
}

bool is_variable_name(std::string_view name) {
    const auto is_letter = [](char c) {
        return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_';
    };
    return !name.empty() && name.size() <= 128 && is_letter(name.front()) &&
           std::ranges::all_of(name,
                               [&](char c) { return is_letter(c) || (c >= '0' && c <= '9'); });
}

}  // namespace

Result<void> read_resources(const TaskFileReader& reader, const YamlNode& node, TaskFile& task) {
    TRY(reader.require_mapping(node, "resources"));
    for (const YamlEntry& entry : node.entries) {
        const std::string field = "resources." + entry.name.substr(0, 64);
        const auto* const refused = std::ranges::find(kNotOffered, entry.name, &NotOffered::name);
        if (entry.name == "cpus") {
            TRY(read_cpus(reader, entry.value, task));
        } else if (entry.name == "memory") {
            TRY(read_memory(reader, entry.value, task));
        } else if (refused != kNotOffered.end()) {
            return reader.fail(kTaskFileNotOffered, entry.place, field, refused->remedy);
        } else {
            return reader.unknown(entry, field, kKnown);
        }
    }
    return {};
}

Result<void> read_environment(const TaskFileReader& reader, const YamlNode& node, TaskFile& task) {
    TRY(reader.require_mapping(node, "envs"));
    if (node.entries.size() > kItemsMax) {
        return reader.fail(kTaskFileTooLarge, node.place, "envs",
                           "there are over " + std::to_string(kItemsMax) +
                               " variables; put them into a file under file_mounts");
    }
    for (const YamlEntry& entry : node.entries) {
        const std::string field = "envs." + entry.name.substr(0, 64);
        if (!is_variable_name(entry.name)) {
            return reader.fail(kTaskFileValue, entry.place, field,
                               "a variable's name has letters, digits and '_' only, at most 128, "
                               "and does not begin with a digit");
        }
        if (entry.name.starts_with("PENSTOCK_")) {
            return reader.fail(kTaskFileConflict, entry.place, field,
                               "names that begin with PENSTOCK_ are set by the exchange; choose "
                               "another");
        }
        TRY_ASSIGN(std::string value, reader.text(entry.value, field));
        if (value.size() > kVariableSizeMax) {
            return reader.fail(kTaskFileTooLarge, entry.value.place, field,
                               "the value is over 32 KiB; put it into a file under file_mounts");
        }
        auto* const variable = task.spec.add_environment();
        variable->set_name(entry.name);
        variable->set_value(std::move(value));
    }
    return {};
}

}  // namespace penstock::format
