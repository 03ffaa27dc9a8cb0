#include "format/task_file.h"

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

constexpr std::int64_t kDeadlineMax = 366 * 86'400;

using Reader = const TaskFileReader&;
using Node = const YamlNode&;

Result<void> read_name(Reader reader, Node node, TaskFile& task) {
    TRY_ASSIGN(std::string name, reader.text(node, "name"));
    const bool formed = !name.empty() && name.size() <= 64 && std::ranges::all_of(name, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '-' || c == '_' || c == '.';
    });
    if (!formed) {
        return reader.wrong_value(node, "name",
                                  "must have 1 to 64 letters, digits, '-', '_' or '.'");
    }
    task.spec.set_name(std::move(name));
    return {};
}

Result<std::string> read_script(Reader reader, Node node, std::string_view field) {
    TRY_ASSIGN(std::string script, reader.text(node, field));
    if (script.size() > kScriptBytesMax) {
        return reader.fail(kTaskFileTooLarge, node.place, field,
                           "the script is over " + std::to_string(kScriptBytesMax >> 10) +
                               " KiB; put it into a file under file_mounts");
    }
    if (script.find_first_not_of(" \t\r\n") == script.npos) {
        return reader.wrong_value(node, field, "must have a command");
    }
    return script;
}

Result<void> read_setup(Reader reader, Node node, TaskFile& task) {
    TRY_ASSIGN(std::string script, read_script(reader, node, "setup"));
    task.spec.set_setup(std::move(script));
    return {};
}

Result<void> read_run(Reader reader, Node node, TaskFile& task) {
    TRY_ASSIGN(std::string script, read_script(reader, node, "run"));
    task.spec.set_run(std::move(script));
    return {};
}

Result<void> read_num_nodes(Reader reader, Node node, TaskFile&) {
    TRY_ASSIGN(const std::uint64_t nodes, reader.count(node, "num_nodes", 1, 1'000'000));
    if (nodes == 1) return {};
    return reader.fail(kTaskFileNotOffered, node.place, "num_nodes",
                       "tasks that span several nodes at once are not offered yet; use array for "
                       "many independent tasks");
}

Result<void> read_array(Reader reader, Node node, TaskFile& task) {
    constexpr std::array<std::string_view, 1> kKnown{"size"};
    Place place = node.place;
    const YamlNode* size = &node;
    std::string_view field = "array";
    if (node.kind == YamlKind::mapping) {
        field = "array.size";
        size = nullptr;
        for (const YamlEntry& entry : node.entries) {
            if (entry.name != "size") {
                return reader.unknown(entry, "array." + entry.name.substr(0, 64), kKnown);
            }
            size = &entry.value;
        }
        if (size == nullptr) {
            return reader.fail(kTaskFileMissing, place, field, "array needs 'size: <number>'");
        }
    }
    TRY_ASSIGN(const std::uint64_t count, reader.count(*size, field, 1, kArraySizeMax));
    task.spec.set_array_size(static_cast<std::uint32_t>(count));
    return {};
}

Result<void> read_max_price(Reader reader, Node node, TaskFile& task) {
    const auto price =
        node.kind == YamlKind::scalar ? parse_price(node.scalar) : std::optional<Price>();
    if (!price || price->micros == 0) {
        return reader.wrong_value(node, "max_price",
                                  "must be an amount above zero such as 12.50 CNY, with at most 6 "
                                  "decimals");
    }
    task.spec.mutable_max_price()->set_micros(price->micros);
    task.spec.mutable_max_price()->set_currency(price->currency);
    return {};
}

Result<void> read_deadline(Reader reader, Node node, TaskFile& task) {
    TRY_ASSIGN(const std::int64_t length, reader.seconds(node, "deadline", kDeadlineMax));
    task.spec.set_deadline_seconds(length);
    return {};
}

Result<void> read_expected(Reader reader, Node node, TaskFile& task) {
    TRY_ASSIGN(const std::int64_t length,
               reader.seconds(node, "expected_task_seconds", kTaskSecondsMax));
    task.spec.set_expected_task_seconds(length);
    return {};
}

Result<void> read_longest(Reader reader, Node node, TaskFile& task) {
    TRY_ASSIGN(const std::int64_t length,
               reader.seconds(node, "max_task_seconds", kTaskSecondsMax));
    task.spec.set_max_task_seconds(length);
    return {};
}

Result<void> read_max_attempts(Reader reader, Node node, TaskFile& task) {
    TRY_ASSIGN(const std::uint64_t attempts, reader.count(node, "max_attempts", 1, kAttemptsMax));
    task.spec.set_max_attempts(static_cast<std::uint32_t>(attempts));
    return {};
}

Result<void> read_network(Reader reader, Node node, TaskFile& task) {
    const bool yes = node.scalar == "true";
    if (node.kind != YamlKind::scalar || !node.plain || (!yes && node.scalar != "false")) {
        return reader.wrong_value(node, "network", "must be true or false");
    }
    task.spec.set_network(yes);
    return {};
}

struct Field {
    std::string_view name;
    Result<void> (*read)(Reader, Node, TaskFile&);
};
constexpr std::array<Field, 17> kFields{{
    {"name", read_name},
    {"resources", read_resources},
    {"num_nodes", read_num_nodes},
    {"array", read_array},
    {"envs", read_environment},
    {"workdir", read_workdir},
    {"file_mounts", read_file_mounts},
    {"setup", read_setup},
    {"run", read_run},
    {"outputs", read_outputs},
    {"results", read_results},
    {"max_price", read_max_price},
    {"deadline", read_deadline},
    {"expected_task_seconds", read_expected},
    {"max_task_seconds", read_longest},
    {"max_attempts", read_max_attempts},
    {"network", read_network},
}};

constexpr std::array<std::string_view, 6> kNotOffered{"service", "secrets", "volumes",
                                                      "config",  "inputs",  "experimental"};

Result<void> read_entry(Reader reader, const YamlEntry& entry, TaskFile& task) {
    const auto* const field = std::ranges::find(kFields, entry.name, &Field::name);
    if (field != kFields.end()) return field->read(reader, entry.value, task);
    if (std::ranges::find(kNotOffered, entry.name) != kNotOffered.end()) {
        return reader.fail(kTaskFileNotOffered, entry.place, entry.name,
                           "'" + entry.name + "' is not offered yet; remove it");
    }
    std::array<std::string_view, kFields.size()> names;
    std::ranges::transform(kFields, names.begin(), &Field::name);
    return reader.unknown(entry, entry.name.substr(0, 64), names);
}

/// Where a top-level field stands; the file's beginning when it is not given.
Place place_of(Node root, std::string_view name) {
    const auto entry = std::ranges::find(root.entries, name, &YamlEntry::name);
    return entry == root.entries.end() ? root.place : entry->place;
}

/// What several fields say together.
Result<void> check_whole(Reader reader, Node root, TaskFile& task) {
    if (task.spec.run().empty()) {
        return reader.fail(kTaskFileMissing, root.place, "run",
                           "'run' is missing; add the command that the task runs");
    }
    const std::int64_t expected = task.spec.expected_task_seconds();
    const std::int64_t longest =
        task.spec.max_task_seconds() == 0 ? kTaskSecondsDefault : task.spec.max_task_seconds();
    if (expected > longest) {
        return reader.fail(
            kTaskFileConflict, place_of(root, "expected_task_seconds"), "expected_task_seconds",
            "a task is expected to take " + std::to_string(expected) + " s but is killed after " +
                std::to_string(longest) + " s; raise max_task_seconds");
    }
    const std::int64_t deadline = task.spec.deadline_seconds();
    if (deadline != 0 && expected > deadline) {
        return reader.fail(kTaskFileConflict, place_of(root, "deadline"), "deadline",
                           "one task alone is expected to take " + std::to_string(expected) +
                               " s, longer than the deadline; move the deadline");
    }
    if (task.spec.ByteSizeLong() > kSpecBytesMax) {
        return reader.fail(kTaskFileTooLarge, root.place, {},
                           "scripts, variables and paths take over " +
                               std::to_string(kSpecBytesMax >> 10) +
                               " KiB together; put what is long into files under file_mounts");
    }
    return {};
}

}  // namespace

Result<TaskFile> parse_task_file(std::string_view text, std::string_view name) {
    TRY_ASSIGN(const YamlNode root, parse_yaml(text, name));
    const TaskFileReader reader(name);
    if (root.kind != YamlKind::mapping) {
        return reader.fail(kTaskFileSyntax, root.place, {},
                           "a task file is a mapping; begin with a line such as 'run: hostname'");
    }
    TaskFile task;
    task.spec.set_name("task");
    task.spec.set_cpus(1);
    task.spec.set_memory_bytes(std::uint64_t{1} << 30);
    task.spec.set_array_size(1);
    task.spec.set_max_attempts(1);
    for (const YamlEntry& entry : root.entries) TRY(read_entry(reader, entry, task));
    TRY(check_whole(reader, root, task));
    return task;
}

}  // namespace penstock::format
