#include "agent/outputs.h"

#include <algorithm>

#include "agent/error.h"
#include "agent/file_walk.h"
#include "agent/glob.h"
#include "base/try.h"

namespace penstock::agent {

Result<std::vector<OutputFile>> find_outputs(const std::string& folder,
                                             const std::vector<std::string>& patterns,
                                             const OutputLimits& limits) {
    std::vector<OutputFile> found;
    std::uint64_t total = 0;
    const auto take = [&](const std::string& path, std::uint64_t size) -> Result<void> {
        const bool is_wanted =
            std::any_of(patterns.begin(), patterns.end(),
                        [&](const std::string& pattern) { return matches_path(pattern, path); });
        if (!is_wanted) return {};
        total += size;
        if (total > limits.size_max || found.size() >= limits.files_max)
            return reject(kOutputsTooLarge, {}, path);
        found.push_back({path, folder + '/' + path, size});
        return {};
    };
    TRY(walk_files(folder, {.entries_max = limits.entries_max}, take));
    std::sort(found.begin(), found.end(),
              [](const OutputFile& a, const OutputFile& b) { return a.path < b.path; });
    return found;
}

}  // namespace penstock::agent
