#include <set>

#include "base/task_limits.h"
#include "base/try.h"
#include "format/error.h"
#include "format/task_file_reader.h"
#include "format/task_file_values.h"

namespace penstock::format {

namespace {

using task_limits::kItemsMax;

constexpr std::string_view kPathRule =
    "must be a relative path without '..' (a task file can only send what lies beside or below it)";

/// A path on the submitter's machine.
Result<std::string> local_path(const TaskFileReader& reader, const YamlNode& node,
                               std::string_view field) {
    TRY_ASSIGN(const std::string text, reader.text(node, field));
    if (text.find("://") != std::string::npos) {
        return reader.fail(kTaskFileNotOffered, node.place, field,
                           "files from object stores and the web are not offered yet; fetch it "
                           "first and name the local file");
    }
    auto path = parse_relative_path(text);
    if (!path) return reader.wrong_value(node, field, kPathRule);
    return *std::move(path);
}

/// Whether a folder above `path` is one of `paths`.
bool is_below_one_of(const std::string& path, const std::set<std::string>& paths) {
    for (std::size_t end = path.find('/'); end != path.npos; end = path.find('/', end + 1)) {
        if (paths.contains(path.substr(0, end))) return true;
    }
    return false;
}

}  // namespace

Result<void> read_file_mounts(const TaskFileReader& reader, const YamlNode& node, TaskFile& task) {
    TRY(reader.require_mapping(node, "file_mounts"));
    if (node.entries.size() > kItemsMax) {
        return reader.fail(kTaskFileTooLarge, node.place, "file_mounts",
                           "there are over " + std::to_string(kItemsMax) +
                               " files; send them as one archive, and unpack it in setup");
    }
    std::set<std::string> paths;
    for (const YamlEntry& entry : node.entries) {
        const std::string field = "file_mounts." + entry.name.substr(0, 64);
        auto path = parse_relative_path(entry.name);
        if (!path) {
            return reader.fail(kTaskFileValue, entry.place, field,
                               "where a file stands must be a path relative to the task's working "
                               "folder, without '..'");
        }
        if (entry.value.kind == YamlKind::mapping) {
            return reader.fail(kTaskFileNotOffered, entry.value.place, field,
                               "mounting object stores is not offered yet; name a local file");
        }
        if (!paths.insert(*path).second) {
            return reader.fail(kTaskFileDuplicate, entry.place, field,
                               "two files would stand at '" + *path + "'; remove one");
        }
        TRY_ASSIGN(std::string local, local_path(reader, entry.value, field));
        task.files.push_back({*std::move(path), std::move(local)});
    }
    for (std::size_t i = 0; i < task.files.size(); ++i) {
        if (!is_below_one_of(task.files[i].path, paths)) continue;
        return reader.fail(kTaskFileConflict, node.entries[i].place,
                           "file_mounts." + task.files[i].path.substr(0, 64),
                           "'" + task.files[i].path +
                               "' lies below another file_mounts entry; a path is either a file "
                               "or a folder that one entry fills");
    }
    return {};
}

Result<void> read_workdir(const TaskFileReader& reader, const YamlNode& node, TaskFile& task) {
    if (node.kind == YamlKind::scalar && (node.scalar == "." || node.scalar == "./")) {
        task.workdir = ".";
        return {};
    }
    TRY_ASSIGN(task.workdir, local_path(reader, node, "workdir"));
    return {};
}

Result<void> read_outputs(const TaskFileReader& reader, const YamlNode& node, TaskFile& task) {
    if (node.kind != YamlKind::sequence) {
        return reader.wrong_value(node, "outputs", "must be a list of paths, one '- path' a line");
    }
    if (node.items.size() > kItemsMax) {
        return reader.fail(kTaskFileTooLarge, node.place, "outputs",
                           "there are over " + std::to_string(kItemsMax) +
                               " paths; use a pattern such as 'results/*'");
    }
    std::set<std::string> seen;
    for (std::size_t i = 0; i < node.items.size(); ++i) {
        const YamlNode& item = node.items[i];
        const std::string field = "outputs[" + std::to_string(i) + "]";
        TRY_ASSIGN(const std::string text, reader.text(item, field));
        auto glob = parse_relative_path(text);
        if (!glob) {
            return reader.wrong_value(item, field,
                                      "must be a path or pattern relative to the task's working "
                                      "folder, without '..'");
        }
        if (!seen.insert(*glob).second) {
            return reader.fail(kTaskFileDuplicate, item.place, field,
                               "'" + *glob + "' was given above already");
        }
        task.spec.add_outputs(*std::move(glob));
    }
    return {};
}

}  // namespace penstock::format
