#include "agent/file_walk.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>

#include <memory>

#include "agent/error.h"
#include "base/text.h"
#include "base/try.h"
#include "files/descriptor.h"
#include "files/error.h"

namespace penstock::agent {
namespace {

constexpr int kDepthMax = 64;

struct CloseFolder {
    void operator()(DIR* folder) const { ::closedir(folder); }
};

class Walk {
  public:
    Walk(const WalkLimits& limits, const FileVisitor& visit) : limits_(limits), visit_(visit) {}

    Result<void> into(files::Descriptor folder, const std::string& prefix, int depth) {
        const std::unique_ptr<DIR, CloseFolder> entries(::fdopendir(folder.number()));
        if (!entries) return files::fault("cannot read", prefix);
        const int number = folder.release();
        while (const dirent* entry = ::readdir(entries.get())) {
            const std::string name = entry->d_name;
            if (name == "." || name == "..") continue;
            if (++seen_ > limits_.entries_max)
                return reject(kOutputsTooLarge, {}, "too many files in the working folder");
            if (!is_prose(name, {1, 255}) || name.find('\n') != std::string::npos) continue;
            TRY(look_at(number, name, prefix + name, depth));
        }
        return {};
    }

  private:
    Result<void> look_at(int folder, const std::string& name, const std::string& path, int depth) {
        struct stat about{};
        if (::fstatat(folder, name.c_str(), &about, AT_SYMLINK_NOFOLLOW) != 0) return {};
        if (S_ISREG(about.st_mode)) return visit_(path, static_cast<std::uint64_t>(about.st_size));
        if (!S_ISDIR(about.st_mode) || depth >= kDepthMax) return {};
        if (limits_.enters && !limits_.enters(path)) return {};
        files::Descriptor inner(
            ::openat(folder, name.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
        if (!inner.is_open()) return {};
        return into(std::move(inner), path + '/', depth + 1);
    }

    const WalkLimits& limits_;
    const FileVisitor& visit_;
    std::size_t seen_ = 0;
};

}  // namespace

Result<void> walk_files(const std::string& folder, const WalkLimits& limits,
                        const FileVisitor& visit) {
    files::Descriptor top(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    if (!top.is_open()) return files::fault("cannot open", folder);
    return Walk(limits, visit).into(std::move(top), {}, 0);
}

}  // namespace penstock::agent
