#include "shell/server/feed.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace penstock::shell {
namespace {

/// Keeps nothing while it is broken, and forgets all that is not kept.
class Notebook {
  public:
    void on_event(const v1::Event& event) { given_.push_back(event.sequence()); }
    bool caught_up(const JournalPosition& position) {
        if (!is_broken) {
            kept.insert(kept.end(), given_.begin(), given_.end());
            applied_ = position.sequence;
        }
        given_.clear();
        return !is_broken;
    }
    JournalPosition position() const { return {applied_}; }
    std::uint64_t applied_sequence() const { return applied_; }

    bool is_broken = false;
    std::vector<std::uint64_t> kept;

  private:
    std::vector<std::uint64_t> given_;
    std::uint64_t applied_ = 0;
};

using NotebookFeed = Feed<Notebook, AfterFault::given_again>;

void give(NotebookFeed& feed, std::uint64_t sequence) {
    v1::Event event;
    event.set_sequence(sequence);
    feed.on_event(event, event.SerializeAsString());
}

TEST(Feed, gives_again_what_was_not_kept_until_it_is) {
    Notebook notebook;
    NotebookFeed feed(notebook);
    give(feed, 1);
    EXPECT_TRUE(feed.caught_up({1}));
    notebook.is_broken = true;
    give(feed, 2);
    EXPECT_FALSE(feed.caught_up({2}));
    give(feed, 3);
    EXPECT_FALSE(feed.caught_up({3}));
    notebook.is_broken = false;
    EXPECT_TRUE(feed.caught_up({3}));
    give(feed, 4);
    EXPECT_TRUE(feed.caught_up({4}));
    EXPECT_EQ(notebook.kept, (std::vector<std::uint64_t>{1, 2, 3, 4}));
}

TEST(Feed, leaves_no_gap_when_it_cannot_remember_more) {
    constexpr std::size_t kTwoEvents = 4;
    Notebook notebook;
    NotebookFeed feed(notebook, kTwoEvents);
    // More than it remembers is no harm as long as all is kept.
    for (std::uint64_t sequence = 1; sequence <= 3; ++sequence) give(feed, sequence);
    EXPECT_TRUE(feed.caught_up({3}));
    notebook.is_broken = true;
    for (std::uint64_t sequence = 4; sequence <= 6; ++sequence) give(feed, sequence);
    EXPECT_TRUE(feed.caught_up({6})) << "asked again though it has nothing to give";
    notebook.is_broken = false;
    give(feed, 7);
    EXPECT_TRUE(feed.caught_up({7}));
    EXPECT_EQ(notebook.kept, (std::vector<std::uint64_t>{1, 2, 3}));
    EXPECT_EQ(feed.position().sequence, 3u);
}

}  // namespace
}  // namespace penstock::shell
