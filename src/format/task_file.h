#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "penstock/v1/task.pb.h"

namespace penstock::format {

/// A file on the submitter's machine and where it stands in the task's working folder.
struct LocalFile {
    std::string path;   ///< Relative, below the task's working folder; no "..".
    std::string local;  ///< Relative to the task file's folder; no "..". May name a folder.
    bool operator==(const LocalFile&) const = default;
};

/// A task file, read and checked.
struct TaskFile {
    v1::WorkloadSpec spec;         ///< `files` is empty: the uploader fills it in.
    std::vector<LocalFile> files;  ///< In the order of the file.
    std::string workdir;           ///< A folder whose content is sent too; empty for none.
};

inline constexpr std::size_t kTaskFileSizeMax = 1'000'000;

/// Reads a task file (docs/task-file.md): one YAML mapping with SkyPilot's field names.
///
/// Defaults: name "task", 1 core, 1 GiB of memory, 1 task, 1 attempt, no network.
/// @param text  UTF-8.
/// @param name  What to call the file in messages.
/// @retval kTaskFileTooLarge    Over 1 MB, too deep, or too many values.
/// @retval kTaskFileSyntax      Not YAML; or an anchor, alias, tag or second document.
/// @retval kTaskFileUnknown, kTaskFileDuplicate, kTaskFileConflict, kTaskFileValue,
///         kTaskFileMissing, kTaskFileNotOffered  The message's detail begins with
///         "<name>:<line>:<column>: " and says what to do.
Result<TaskFile> parse_task_file(std::string_view text, std::string_view name = "task.yaml");

}  // namespace penstock::format
