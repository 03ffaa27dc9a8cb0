#include <algorithm>

#include "sim/story.h"

namespace penstock::sim {
namespace {

/// How often a story is told again at most: bounds the time that a stubborn one takes.
constexpr int kTellingsMax = 4'000;

class Shrinker {
  public:
    explicit Shrinker(std::string checker) : checker_(std::move(checker)) {}

    /// Is it still broken? Then it ends there.
    bool cut_where_broken(Story& story) {
        if (--tellings_left_ < 0) return false;
        std::size_t told = 0;
        if (tell(story, checker_, &told).empty()) return false;
        if (told < story.happenings.size()) {
            story.happenings.resize(told);
            story.is_at_rest = false;
        }
        return true;
    }

    /// Leaves out stretches of so many happenings, wherever it can; true when it could.
    bool leave_out(Story& story, std::size_t length) {
        bool has_shrunk = false;
        // From the end: what comes late depends on what came early, not the other way round.
        for (std::size_t end = story.happenings.size(); end > 0 && tellings_left_ > 0;) {
            const std::size_t begin = end > length ? end - length : 0;
            Story shorter = story;
            const auto at = [&](std::size_t index) {
                return shorter.happenings.begin() + static_cast<std::ptrdiff_t>(index);
            };
            shorter.happenings.erase(at(begin), at(end));
            if (cut_where_broken(shorter)) {
                story = std::move(shorter);
                has_shrunk = true;
            }
            end = std::min(begin, story.happenings.size());
        }
        return has_shrunk;
    }

  private:
    std::string checker_;
    int tellings_left_ = kTellingsMax;
};

}  // namespace

Story shrink(Story story, const std::string& checker) {
    Shrinker shrinker(checker);
    if (!shrinker.cut_where_broken(story)) return story;
    for (std::size_t length = std::max<std::size_t>(1, story.happenings.size() / 2);;) {
        const bool has_shrunk = shrinker.leave_out(story, length);
        if (length == 1 && !has_shrunk) return story;
        if (length > 1)
            length = std::min(length / 2, std::max<std::size_t>(1, story.happenings.size() / 2));
        if (length == 0) return story;
    }
}

}  // namespace penstock::sim
