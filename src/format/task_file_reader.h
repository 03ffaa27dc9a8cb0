#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "format/task_file.h"
#include "format/yaml_tree.h"

namespace penstock::format {

/// Makes the errors of a task file, each with its place, field and remedy.
class TaskFileReader {
  public:
    explicit TaskFileReader(std::string_view file) : file_(file) {}

    std::unexpected<Error> fail(const Rejection& rejection, Place place, std::string_view field,
                                std::string_view what) const;
    /// "<field> <must>, not '<what it is>'."
    std::unexpected<Error> wrong_value(const YamlNode& node, std::string_view field,
                                       std::string_view must) const;

    /// @retval kTaskFileValue  Null, a list or a mapping.
    Result<std::string> text(const YamlNode& node, std::string_view field) const;
    /// A whole number within [low, high].
    Result<std::uint64_t> count(const YamlNode& node, std::string_view field, std::uint64_t low,
                                std::uint64_t high) const;
    /// A length of time from 1 s to `high` seconds.
    Result<std::int64_t> seconds(const YamlNode& node, std::string_view field,
                                 std::int64_t high) const;
    /// @param what  The plural that the message uses.
    Result<void> require_mapping(const YamlNode& node, std::string_view field) const;

    /// The error for a name that is none of `known`, with the nearest of them.
    std::unexpected<Error> unknown(const YamlEntry& entry, std::string_view field,
                                   std::span<const std::string_view> known) const;

  private:
    std::string_view file_;
};

/// `resources:` cores and memory.
Result<void> read_resources(const TaskFileReader& reader, const YamlNode& node, TaskFile& task);
/// `envs:` the environment of the task's programs.
Result<void> read_environment(const TaskFileReader& reader, const YamlNode& node, TaskFile& task);
/// `file_mounts:` what is sent, and where it stands.
Result<void> read_file_mounts(const TaskFileReader& reader, const YamlNode& node, TaskFile& task);
/// `workdir:` a folder whose content is sent.
Result<void> read_workdir(const TaskFileReader& reader, const YamlNode& node, TaskFile& task);
/// `results:` what is counted while a task runs.
Result<void> read_results(const TaskFileReader& reader, const YamlNode& node, TaskFile& task);
/// `outputs:` what is brought back.
Result<void> read_outputs(const TaskFileReader& reader, const YamlNode& node, TaskFile& task);

}  // namespace penstock::format
