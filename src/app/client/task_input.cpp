#include "app/client/task_input.h"

#include <algorithm>
#include <set>
#include <string_view>
#include <system_error>
#include <utility>

#include "app/client/error.h"
#include "app/client/local_file.h"
#include "base/task_limits.h"
#include "format/error.h"
#include "format/task_file.h"
#include "transport/connect/error_body.h"

namespace penstock::client {

namespace {

namespace fs = std::filesystem;

Result<void> add_file(TaskInput& input, const fs::path& local, const std::string& path,
                      std::string_view field) {
    std::error_code error;
    if (input.spec.files_size() >= task_limits::kItemsMax)
        return reject(format::kTaskFileTooLarge, field,
                      "It sends over " + std::to_string(task_limits::kItemsMax) +
                          " files, those in folders included; send them as one archive, and unpack "
                          "it in setup.");
    TaskInput::File file;
    file.local = local;
    file.size_bytes = fs::file_size(local, error);
    if (error) return reject(kLocalFile, {}, local.string() + ": " + error.message() + ".");
    TRY_ASSIGN(file.digest, digest_of_file(local));
    const auto mode = fs::status(local, error).permissions();
    v1::FileMount& mount = *input.spec.add_files();
    mount.set_path(path);
    mount.set_digest(file.digest);
    mount.set_size_bytes(file.size_bytes);
    mount.set_executable((mode & fs::perms::owner_exec) != fs::perms::none);
    input.files.push_back(std::move(file));
    return {};
}

/// Adds a file, or the regular files below a folder in the order of their names.
Result<void> add_tree(TaskInput& input, const fs::path& local, const std::string& path,
                      std::string_view field) {
    std::error_code error;
    if (fs::is_regular_file(local, error)) return add_file(input, local, path, field);
    if (!fs::is_directory(local, error))
        return reject(kLocalFile, field, local.string() + " is no file and no folder.");
    std::set<fs::path> found;
    for (fs::recursive_directory_iterator at(local, error), end; !error && at != end;
         at.increment(error))
        if (at->is_regular_file(error)) found.insert(at->path());
    if (error) return reject(kLocalFile, {}, local.string() + ": " + error.message() + ".");
    for (const fs::path& file : found) {
        const std::string below = file.lexically_relative(local).generic_string();
        TRY(add_file(input, file, path.empty() || path == "." ? below : path + "/" + below, field));
    }
    return {};
}

std::string target_of(const std::string& digest) {
    return "/artifacts/sha256/" + digest;
}

RemoteResult<bool> is_there(Session& session, const std::string& digest) {
    TRY_ASSIGN(transport::HttpClient* const http, session.http());
    const std::string target = target_of(digest);
    transport::HttpCall call{.verb = "HEAD", .target = target};
    session.authorise(call.headers);
    const auto answer = http->request(call);
    if (!answer) return refuse(answer.error());
    if (answer->status == 200) return true;
    if (answer->status == 404) return false;
    return std::unexpected(
        transport::read_error(answer->body, transport::code_of_status(answer->status)));
}

RemoteResult<void> upload(Session& session, const TaskInput::File& file) {
    TRY_ASSIGN(const bool there, is_there(session, file.digest));
    if (there) return {};
    TRY_ASSIGN(transport::HttpClient* const http, session.http());
    const std::string target = target_of(file.digest);
    transport::HttpCall call{.verb = "PUT",
                             .target = target,
                             .timeout = std::chrono::milliseconds(60'000 + file.size_bytes / 1000)};
    session.authorise(call.headers);
    const auto answer = http->upload(call, file.local);
    if (!answer) return refuse(answer.error());
    if (answer->status == 200 || answer->status == 201) return {};
    return std::unexpected(
        transport::read_error(answer->body, transport::code_of_status(answer->status)));
}

}  // namespace

Result<TaskInput> read_task_input(const fs::path& task_file) {
    TRY_ASSIGN(const std::string text, read_file(task_file));
    TRY_ASSIGN(format::TaskFile parsed,
               format::parse_task_file(text, task_file.filename().string()));
    const fs::path folder = task_file.parent_path();
    TaskInput input;
    input.spec = std::move(parsed.spec);
    if (!parsed.workdir.empty()) TRY(add_tree(input, folder / parsed.workdir, "", "workdir"));
    for (const format::LocalFile& file : parsed.files)
        TRY(add_tree(input, folder / file.local, file.path, "file_mounts"));
    if (input.spec.ByteSizeLong() > task_limits::kSpecBytesMax)
        return reject(format::kTaskFileTooLarge, "file_mounts",
                      "With the names of its files it takes over " +
                          std::to_string(task_limits::kSpecBytesMax >> 10) +
                          " KiB; send them as one archive, and unpack it in setup.");
    return input;
}

RemoteResult<void> upload_files(Session& session, const std::vector<TaskInput::File>& files,
                                const std::function<void(std::size_t)>& report) {
    std::size_t done = 0;
    for (const TaskInput::File& file : files) {
        TRY(session.patiently<void>([&] { return upload(session, file); }));
        report(++done);
    }
    return {};
}

}  // namespace penstock::client
