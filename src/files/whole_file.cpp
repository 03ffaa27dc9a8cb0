#include "files/whole_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <span>
#include <system_error>

#include "base/try.h"
#include "files/descriptor.h"
#include "files/error.h"
#include "files/folder.h"
#include "files/owner.h"

namespace penstock::files {

namespace {

constexpr std::size_t kPieceBytes = 65'536;
constexpr const char* kDraft = ".new.";

enum class Sync : bool { no, yes };

Result<void> replace(const std::filesystem::path& path,
                     std::initializer_list<std::string_view> pieces, mode_t mode, Sync sync,
                     const std::function<void()>& before_rename) {
    const std::string draft = draft_of(path);
    const Descriptor file(
        ::open(draft.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, mode));
    if (!file.is_open()) return fault("cannot create", draft);
    if (auto given = give_to_owner(file.number(), path); !given) {
        ::unlink(draft.c_str());
        return given;
    }
    bool good = ::fchmod(file.number(), mode) == 0;
    for (const std::string_view piece : pieces) good = good && write_all(file.number(), piece);
    if (sync == Sync::yes) good = good && ::fsync(file.number()) == 0;
    if (good && before_rename) before_rename();
    if (good && ::rename(draft.c_str(), path.c_str()) == 0) return {};
    const auto failure = fault("cannot write", path.native());
    ::unlink(draft.c_str());
    return failure;
}

}  // namespace

std::filesystem::path draft_of(const std::filesystem::path& path) {
    return path.native() + kDraft + std::to_string(::getpid());
}

Result<void> write_durably(const std::filesystem::path& path,
                           std::initializer_list<std::string_view> pieces, mode_t mode,
                           const std::function<void()>& before_rename) {
    TRY(replace(path, pieces, mode, Sync::yes, before_rename));
    return sync_name(path);
}

Result<void> replace_file(const std::filesystem::path& path, std::string_view content,
                          mode_t mode) {
    return replace(path, {content}, mode, Sync::no, {});
}

Result<void> remove_drafts(const std::filesystem::path& path) {
    const std::filesystem::path folder = folder_of(path);
    const std::string start = path.filename().string() + kDraft;
    bool found = false;
    std::error_code failed;
    for (std::filesystem::directory_iterator entry(folder, failed), end; !failed && entry != end;
         entry.increment(failed)) {
        if (!entry->path().filename().string().starts_with(start)) continue;
        if (::unlink(entry->path().c_str()) != 0 && errno != ENOENT)
            return fault("cannot remove", entry->path().native());
        found = true;
    }
    if (failed == std::errc::no_such_file_or_directory) return {};
    if (failed)
        return reject(kFileFault, {}, "cannot list " + folder.native() + ": " + failed.message());
    return found ? sync_name(path) : Result<void>();
}

Result<std::string> read_file(const std::filesystem::path& path, std::uint64_t bytes_max) {
    const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!file.is_open()) return fault("cannot open", path.native());
    std::string content;
    while (true) {
        const std::size_t had = content.size();
        content.resize(had + kPieceBytes);
        const auto count = read_all(file.number(), std::span(content).subspan(had));
        if (!count) return fault("cannot read", path.native());
        content.resize(had + *count);
        if (content.size() > bytes_max)
            return reject(kFileFault, {}, path.native() + " is larger than it can be");
        if (*count < kPieceBytes) return content;
    }
}

}  // namespace penstock::files
