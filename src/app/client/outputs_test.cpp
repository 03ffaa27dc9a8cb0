#include "app/client/outputs.h"

#include <gtest/gtest.h>

#include "app/client/error.h"

namespace penstock::client {
namespace {

v1::GetWorkloadResponse with_outputs(const std::vector<std::vector<std::string>>& tasks) {
    v1::GetWorkloadResponse state;
    for (const auto& outputs : tasks) {
        v1::Task& task = *state.add_tasks();
        task.set_index(static_cast<std::uint32_t>(state.tasks_size() - 1));
        task.set_state(v1::TASK_SUCCEEDED);
        for (const std::string& path : outputs) task.add_outputs()->set_path(path);
    }
    return state;
}

std::vector<std::string> paths(const Result<std::vector<OutputPlace>>& places) {
    std::vector<std::string> result;
    if (places)
        for (const OutputPlace& place : *places) result.push_back(place.path);
    return result;
}

using Paths = std::vector<std::string>;

TEST(Outputs, lie_together_when_their_names_differ) {
    const auto state = with_outputs({{"frame-0.png"}, {"frame-1.png", "log/a"}});
    EXPECT_EQ(paths(place_outputs(state, Layout::automatic)),
              (Paths{"frame-0.png", "frame-1.png", "log/a"}));
    EXPECT_EQ(paths(place_outputs(state, Layout::tasks)),
              (Paths{"task-0000/frame-0.png", "task-0001/frame-1.png", "task-0001/log/a"}));
}

TEST(Outputs, have_a_folder_for_each_task_when_names_collide) {
    for (const auto& state :
         {with_outputs({{"out.png"}, {"out.png"}}), with_outputs({{"a"}, {"a/b"}}),
          with_outputs({{"a"}, {"a!"}, {"a/b"}})}) {
        EXPECT_TRUE(paths(place_outputs(state, Layout::automatic))[0].starts_with("task-0000/"));
        EXPECT_EQ(place_outputs(state, Layout::flat).error().number(), kUsage.number);
    }
}

TEST(Outputs, of_tasks_that_did_not_succeed_are_left_out) {
    auto state = with_outputs({{"a"}, {"b"}});
    state.mutable_tasks(0)->set_state(v1::TASK_FAILED);
    EXPECT_EQ(paths(place_outputs(state, Layout::automatic)), Paths{"b"});
}

TEST(Outputs, never_lead_out_of_the_folder) {
    for (const char* path :
         {"/etc/passwd", "../a", "a/../../b", "a//b", "", ".", "a/.", "a/", "a\nb", ".."})
        EXPECT_EQ(place_outputs(with_outputs({{path}}), Layout::tasks).error().number(),
                  kUnsafePath.number)
            << path;
}

}  // namespace
}  // namespace penstock::client
