#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "app/client/session.h"
#include "penstock/v1/task.pb.h"

namespace penstock::client {

/// A task file with the files that it sends, found and hashed.
struct TaskInput {
    struct File {
        std::filesystem::path local;
        std::string digest;
        std::uint64_t size_bytes = 0;
    };
    v1::WorkloadSpec spec;    ///< `files` is filled in.
    std::vector<File> files;  ///< One for each of spec.files, in its order.
};

/// Reads a task file, and hashes what it sends: files, and all regular files of folders.
/// @retval kLocalFile  A file is missing; and errors of format::parse_task_file.
Result<TaskInput> read_task_input(const std::filesystem::path& task_file);

/// Sends the files that the exchange does not have from us yet.
/// @param report  Called after each file with how many of all are there.
/// @retval  What the exchange says; kDigestWrong when a file has changed since it was hashed.
RemoteResult<void> upload_files(Session& session, const std::vector<TaskInput::File>& files,
                                const std::function<void(std::size_t done)>& report);

}  // namespace penstock::client
