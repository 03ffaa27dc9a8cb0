#include "shell/backup/folder_list.h"

#include <algorithm>
#include <system_error>

#include "base/try.h"
#include "files/error.h"
#include "shell/backup/error.h"

namespace penstock::backup {

namespace {

namespace fs = std::filesystem;

Result<void> list(const fs::path& folder, const std::string& prefix,
                  bool (*leave_out)(const std::string& path), std::vector<std::string>& found) {
    std::error_code failed;
    for (fs::directory_iterator entry(folder, failed), end; entry != end; entry.increment(failed)) {
        const std::string path = prefix + entry->path().filename().string();
        if (leave_out(path)) continue;
        std::error_code gone;
        const fs::file_status status = entry->symlink_status(gone);
        if (fs::is_directory(status)) {
            TRY(list(entry->path(), path + "/", leave_out, found));
        } else if (fs::is_regular_file(status)) {
            found.push_back(path);
        } else if (fs::exists(status)) {
            return reject(kStrangeFile, {}, entry->path().string());
        }
    }
    if (failed)
        return reject(files::kFileFault, {},
                      "cannot list " + folder.string() + ": " + failed.message());
    return {};
}

}  // namespace

Result<std::vector<std::string>> list_files(const fs::path& folder,
                                            bool (*leave_out)(const std::string& path)) {
    std::vector<std::string> found;
    TRY(list(folder, "", leave_out, found));
    std::ranges::sort(found);
    return found;
}

}  // namespace penstock::backup
