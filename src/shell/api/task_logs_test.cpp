#include "shell/api/task_logs.h"

#include <gtest/gtest.h>

#include <cstdlib>

#include "shell/api/error.h"
#include "shell/journal/error.h"

namespace penstock::shell {
namespace {

class TaskLogsTest : public testing::Test {
  protected:
    TaskLogsTest() {
        std::string pattern = (std::filesystem::temp_directory_path() / "logs-XXXXXX").string();
        folder_ = ::mkdtemp(pattern.data());
    }
    ~TaskLogsTest() override { std::filesystem::remove_all(folder_); }

    std::string text(TaskId task) const { return reader().read(task, 0).value().text; }
    TaskLogs reader() const { return TaskLogs({.folder = folder_, .free_bytes_min = 0}); }

    const TaskLogs::Origin origin_{TaskId{7}, PartyId{3}, AgentId{2}};
    const AttemptId first_{11};
    const AttemptId second_{12};
    std::filesystem::path folder_;
};

TEST_F(TaskLogsTest, joins_pieces_and_takes_a_repeated_one_once) {
    TaskLogs logs({.folder = folder_, .free_bytes_min = 0});
    EXPECT_EQ(logs.append(first_, origin_, AgentId{2}, 0, "one ").value(), 4u);
    EXPECT_EQ(logs.append(first_, origin_, AgentId{2}, 4, "two ").value(), 8u);
    EXPECT_EQ(logs.append(first_, origin_, AgentId{2}, 0, "one ").value(), 8u);
    EXPECT_EQ(logs.append(first_, origin_, AgentId{2}, 4, "two three").value(), 13u);
    EXPECT_EQ(text(TaskId{7}), "one two three");
    EXPECT_EQ(logs.buyer(TaskId{7}), PartyId{3});
    EXPECT_EQ(logs.buyer(TaskId{8}), std::nullopt);
}

TEST_F(TaskLogsTest, refuses_a_gap_a_stranger_and_too_much_at_once) {
    TaskLogs logs({.folder = folder_, .free_bytes_min = 0});
    logs.append(first_, origin_, AgentId{2}, 0, "one").value();
    const auto number = [&](auto result) { return result.error().number(); };
    EXPECT_EQ(number(logs.append(first_, origin_, AgentId{2}, 4, "x")), kLogGap.number);
    EXPECT_EQ(number(logs.append(first_, {}, AgentId{5}, 3, "x")), kNotYourself.number);
    EXPECT_EQ(number(logs.append(AttemptId{99}, {}, AgentId{2}, 0, "x")), kNotYourself.number);
    EXPECT_EQ(number(logs.append(first_, origin_, AgentId{2}, 3, std::string(65'537, 'x'))),
              kLogPieceTooLong.number);
    EXPECT_EQ(text(TaskId{7}), "one");
}

TEST_F(TaskLogsTest, takes_the_rest_of_an_attempt_that_is_over) {
    TaskLogs logs({.folder = folder_, .free_bytes_min = 0});
    logs.append(first_, origin_, AgentId{2}, 0, "one").value();
    EXPECT_EQ(logs.append(first_, {}, AgentId{2}, 3, " end").value(), 7u);
    EXPECT_EQ(text(TaskId{7}), "one end");
}

TEST_F(TaskLogsTest, goes_on_with_the_next_attempt_and_drops_what_the_lost_one_still_says) {
    TaskLogs logs({.folder = folder_, .free_bytes_min = 0});
    logs.append(first_, origin_, AgentId{2}, 0, "lost.").value();
    logs.append(second_, origin_, AgentId{2}, 0, "again").value();
    EXPECT_EQ(logs.append(first_, {}, AgentId{2}, 5, "ghost").value(), 10u);
    EXPECT_EQ(text(TaskId{7}), "lost.again");
    EXPECT_EQ(logs.read(TaskId{7}, 3).value().text, "t.again");
    EXPECT_EQ(logs.read(TaskId{7}, 3).value().next_offset, 10u);
    EXPECT_EQ(logs.read(TaskId{7}, 50).value().text, "");
}

TEST_F(TaskLogsTest, stops_at_its_bound_and_on_a_low_disk) {
    TaskLogs small({.folder = folder_, .attempt_bytes_max = 6, .free_bytes_min = 0});
    EXPECT_EQ(small.append(first_, origin_, AgentId{2}, 0, "12345678").value(), 8u);
    EXPECT_EQ(small.append(first_, origin_, AgentId{2}, 8, "9").value(), 9u);
    EXPECT_EQ(text(TaskId{7}), "123456");
    TaskLogs low({.folder = folder_ / "low", .free_bytes_min = UINT64_MAX});
    EXPECT_EQ(low.append(first_, origin_, AgentId{2}, 0, "x").error().number(), kDiskLow.number);
}

TEST_F(TaskLogsTest, reads_long_logs_in_pieces) {
    TaskLogs logs({.folder = folder_, .free_bytes_min = 0});
    const std::string piece(65'536, 'a');
    logs.append(first_, origin_, AgentId{2}, 0, piece).value();
    logs.append(first_, origin_, AgentId{2}, 65'536, "end").value();
    const auto read = logs.read(TaskId{7}, 0).value();
    EXPECT_EQ(read.text, piece);
    EXPECT_EQ(logs.read(TaskId{7}, read.next_offset).value().text, "end");
}

}  // namespace
}  // namespace penstock::shell
