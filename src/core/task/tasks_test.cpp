#include "core/task/tasks.h"

#include <gtest/gtest.h>

#include <set>

#include "core/task/error.h"

namespace penstock::task {
namespace {

constexpr Instant kNow{5'000'000'000};
constexpr AgentId kAgent{3};
constexpr ContractId kContract{9};
constexpr ContractId kOtherContract{10};

struct World {
    Tasks tasks;
    WorkloadId workload;

    explicit World(std::uint32_t size = 2, std::uint32_t max_attempts = 1) {
        NewWorkload request;
        request.order = OrderId{1};
        request.array_size = size;
        request.max_attempts = max_attempts;
        request.time_limit = seconds(10);
        workload = tasks.open(request);
    }
    AttemptId assign_next(ContractId on = kContract) {
        return tasks.assign(*tasks.next_waiting(workload, on), on, kAgent, kNow);
    }
    TaskState state(std::uint64_t task) const { return tasks.task(TaskId{task}).state; }
    void expect_sound() const { EXPECT_EQ(broken_invariants(tasks), std::vector<std::string>{}); }
};

TEST(Tasks, run_in_the_order_of_their_indices) {
    World world;
    const AttemptId first = world.assign_next();
    EXPECT_EQ(world.tasks.task(world.tasks.attempt(first).task).index, 0u);
    const AttemptId second = world.assign_next();
    EXPECT_EQ(world.tasks.task(world.tasks.attempt(second).task).index, 1u);
    EXPECT_FALSE(world.tasks.next_waiting(world.workload, kContract));
    world.expect_sound();
}

TEST(Tasks, lost_attempt_returns_its_task_to_the_queue) {
    World world;
    const AttemptId first = world.assign_next();
    world.tasks.start(first, kNow);
    world.tasks.end(first, {AttemptState::lost, 0, {}});
    EXPECT_EQ(world.state(1), TaskState::waiting);
    EXPECT_EQ(world.tasks.workload(world.workload).reassigned, 1u);
    EXPECT_EQ(world.tasks.require_attempt(first).error().reason(), kAttemptNotCurrent.reason);
    const AttemptId second = world.assign_next();
    EXPECT_EQ(world.tasks.attempt(second).number, 2u);
    world.expect_sound();
}

TEST(Tasks, failure_is_final_after_the_permitted_attempts) {
    World world(1, 2);
    world.tasks.end(world.assign_next(), {AttemptState::failed, 3, {}});
    EXPECT_EQ(world.state(1), TaskState::waiting);
    world.tasks.end(world.assign_next(), {AttemptState::failed, 4, {}});
    EXPECT_EQ(world.state(1), TaskState::failed);
    EXPECT_EQ(world.tasks.task(TaskId{1}).exit_code, 4);
    EXPECT_TRUE(world.tasks.close_if_finished(world.workload));
    EXPECT_FALSE(world.tasks.close_if_finished(world.workload));
    world.expect_sound();
}

TEST(Tasks, broken_task_is_tried_elsewhere_first) {
    World world;
    world.tasks.end(world.assign_next(), {AttemptState::broken, 0, {}});
    EXPECT_EQ(world.tasks.next_waiting(world.workload, kContract), TaskId{2});
    EXPECT_EQ(world.tasks.next_waiting(world.workload, kOtherContract), TaskId{1});
    world.expect_sound();
}

TEST(Tasks, task_that_breaks_everywhere_is_given_up) {
    World world(1);
    for (std::uint32_t i = 0; i < kBrokenMax; ++i)
        world.tasks.end(world.assign_next(), {AttemptState::broken, 0, {}});
    EXPECT_EQ(world.state(1), TaskState::failed);
    world.expect_sound();
}

TEST(Tasks, cancelled_workload_starts_nothing_more) {
    World world;
    const AttemptId running = world.assign_next();
    world.tasks.cancel_waiting(world.workload);
    EXPECT_EQ(world.state(2), TaskState::cancelled);
    EXPECT_FALSE(world.tasks.close_if_finished(world.workload));
    world.tasks.end(running, {AttemptState::lost, 0, {}});
    EXPECT_EQ(world.state(1), TaskState::cancelled);
    EXPECT_TRUE(world.tasks.close_if_finished(world.workload));
    world.expect_sound();
    world.tasks.retire(world.workload);
    EXPECT_EQ(world.tasks.tasks().size(), 0u);
}

TEST(Tasks, know_the_trials_of_a_buyer_as_long_as_they_are_kept) {
    Tasks tasks;
    const auto open = [&](PartyId buyer, std::uint32_t trial_seconds) {
        NewWorkload request;
        request.order = OrderId{1};
        request.buyer = buyer;
        request.trial_seconds = trial_seconds;
        return tasks.open(request);
    };
    const WorkloadId first = open(PartyId{2}, 20);
    open(PartyId{2}, 0);
    open(PartyId{3}, 20);
    const WorkloadId second = open(PartyId{2}, 1);
    EXPECT_EQ(tasks.trials_of(PartyId{2}), (std::set{first, second}));
    EXPECT_EQ(broken_invariants(tasks), std::vector<std::string>{});
    tasks.cancel_waiting(first);
    EXPECT_TRUE(tasks.close_if_finished(first));
    tasks.retire(first);
    EXPECT_EQ(tasks.trials_of(PartyId{2}), std::set{second});
    EXPECT_TRUE(tasks.trials_of(PartyId{4}).empty());
}

TEST(Tasks, attempt_stopped_for_its_contract_returns_the_task) {
    World world(1);
    const AttemptId stopped = world.assign_next();
    world.tasks.ask_to_stop(stopped, kNow + seconds(1));
    world.tasks.end(stopped, {AttemptState::cancelled, 0, {}});
    EXPECT_EQ(world.state(1), TaskState::waiting) << "nobody cancelled the workload";
    world.expect_sound();
}

TEST(Tasks, time_limit_counts_from_the_start) {
    World world(1);
    const AttemptId id = world.assign_next();
    world.tasks.start(id, kNow + seconds(500));
    EXPECT_EQ(world.tasks.attempt(id).report_by, kNow + seconds(510) + kTransferGrace);
}

TEST(Tasks, success_keeps_the_outputs) {
    World world(1);
    world.tasks.end(world.assign_next(), {AttemptState::succeeded, 0, {{"a.png", "ab", 3}}});
    ASSERT_EQ(world.tasks.task(TaskId{1}).outputs.size(), 1u);
    EXPECT_EQ(world.tasks.task(TaskId{1}).outputs[0].path, "a.png");
    EXPECT_EQ(world.state(1), TaskState::succeeded);
}

TEST(Tasks, knows_an_unknown_attempt_from_an_ended_one) {
    const World world;
    EXPECT_EQ(world.tasks.require_attempt(AttemptId{1}).error().reason(), kAttemptNotFound.reason);
}

TEST(Tasks, rejections_have_numbers_of_their_own) {
    std::set<std::uint16_t> numbers;
    for (const Rejection* rejection : kRejections) {
        EXPECT_TRUE(numbers.insert(rejection->number).second) << rejection->reason;
        EXPECT_EQ(rejection->number / 1'000, 7);
    }
}

}  // namespace
}  // namespace penstock::task
