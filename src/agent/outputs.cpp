#include "agent/outputs.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <memory>

#include "agent/error.h"
#include "agent/glob.h"
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

class Search {
  public:
    Search(const std::string& folder, const std::vector<std::string>& patterns,
           const OutputLimits& limits)
        : folder_(folder), patterns_(patterns), limits_(limits) {}

    Result<void> walk(files::Descriptor folder, const std::string& prefix, int depth) {
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

    std::vector<OutputFile> found;

  private:
    Result<void> look_at(int folder, const std::string& name, const std::string& path, int depth) {
        struct stat about{};
        if (::fstatat(folder, name.c_str(), &about, AT_SYMLINK_NOFOLLOW) != 0) return {};
        if (S_ISDIR(about.st_mode) && depth < kDepthMax) {
            files::Descriptor inner(
                ::openat(folder, name.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
            if (!inner.is_open()) return {};
            return walk(std::move(inner), path + '/', depth + 1);
        }
        if (!S_ISREG(about.st_mode)) return {};
        const bool is_wanted =
            std::any_of(patterns_.begin(), patterns_.end(),
                        [&](const std::string& pattern) { return matches_path(pattern, path); });
        if (!is_wanted) return {};
        const auto size = static_cast<std::uint64_t>(about.st_size);
        total_ += size;
        if (total_ > limits_.size_max || found.size() >= limits_.files_max)
            return reject(kOutputsTooLarge, {}, path);
        found.push_back({path, folder_ + '/' + path, size});
        return {};
    }

    const std::string& folder_;
    const std::vector<std::string>& patterns_;
    const OutputLimits& limits_;
    std::size_t seen_ = 0;
    std::uint64_t total_ = 0;
};

}  // namespace

Result<std::vector<OutputFile>> find_outputs(const std::string& folder,
                                             const std::vector<std::string>& patterns,
                                             const OutputLimits& limits) {
    files::Descriptor top(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    if (!top.is_open()) return files::fault("cannot open", folder);
    Search search(folder, patterns, limits);
    TRY(search.walk(std::move(top), {}, 0));
    std::sort(search.found.begin(), search.found.end(),
              [](const OutputFile& a, const OutputFile& b) { return a.path < b.path; });
    return std::move(search.found);
}

}  // namespace penstock::agent
