#include "agent/shim/cgroup.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "files/whole_file.h"

namespace penstock::agent {
namespace {

class Folder {
  public:
    Folder() {
        char pattern[] = "/tmp/penstock-cgroup-XXXXXX";
        path_ = ::mkdtemp(pattern);
    }
    ~Folder() { std::filesystem::remove_all(path_); }
    const std::string& path() const { return path_; }

  private:
    std::string path_;
};

/// The files that the kernel would show in a group of version 2.
void show_group(const std::string& path) {
    std::filesystem::create_directories(path);
    for (const char* file : {"cgroup.subtree_control", "cgroup.procs", "cpuset.cpus", "cpu.max",
                             "memory.max", "memory.oom.group", "memory.swap.max", "pids.max"})
        std::ofstream(path + '/' + file).flush();
}

TEST(Cgroup, writes_the_limits_of_version_two) {
    const Folder mount;
    for (const char* group : {"", "/penstock", "/penstock/a", "/penstock/a/att_1"})
        show_group(mount.path() + group);
    const Cgroup group(CgroupVersion::v2, mount.path(), "penstock/a/att_1");
    ASSERT_TRUE(group.create({{2, 3}, 1'000'000, 64}));
    const auto content = [&](const std::string& file) {
        return files::read_file(mount.path() + file).value_or("none");
    };
    EXPECT_EQ(content("/cgroup.subtree_control"), "+cpu +cpuset +memory +pids");
    EXPECT_EQ(content("/penstock/a/cgroup.subtree_control"), "+cpu +cpuset +memory +pids");
    EXPECT_EQ(content("/penstock/a/att_1/cgroup.subtree_control"), "");
    EXPECT_EQ(content("/penstock/a/att_1/cpuset.cpus"), "2,3");
    EXPECT_EQ(content("/penstock/a/att_1/cpu.max"), "200000 100000");
    EXPECT_EQ(content("/penstock/a/att_1/memory.max"), "1000000");
    EXPECT_EQ(content("/penstock/a/att_1/memory.swap.max"), "0");
    EXPECT_EQ(content("/penstock/a/att_1/pids.max"), "64");
}

TEST(Cgroup, reads_the_usage_of_version_two) {
    const Folder mount;
    const std::string folder = mount.path() + "/penstock/a/att_1";
    show_group(folder);
    std::ofstream(folder + "/cpu.stat") << "usage_usec 1500\nuser_usec 1000\n";
    std::ofstream(folder + "/memory.peak") << "4096\n";
    std::ofstream(folder + "/memory.events") << "low 0\noom 2\noom_kill 1\n";
    const Cgroup group(CgroupVersion::v2, mount.path(), "penstock/a/att_1");
    EXPECT_EQ(group.cpu_ns(), 1'500'000);
    EXPECT_EQ(group.memory_peak_bytes(), 4096U);
    EXPECT_EQ(group.memory_kills(), 1U);
}

TEST(Cgroup, finds_none_where_nothing_is_mounted) {
    const Folder mount;
    EXPECT_EQ(Cgroup::detect(mount.path()), CgroupVersion::none);
}

TEST(Cgroup, kills_all_and_leaves_nothing_behind) {
    const std::string mount = "/sys/fs/cgroup";
    const auto version = Cgroup::detect(mount);
    if (version == CgroupVersion::none)
        GTEST_SKIP() << "this machine's control groups cannot be written";
    const std::string scope = "penstock/test" + std::to_string(::getpid());
    const Cgroup group(version, mount, scope + "/one");
    const auto created = group.create({{0}, 64U << 20, 16});
    ASSERT_TRUE(created) << created.error().message();
    const int child = ::fork();
    if (child == 0) {
        if (!group.enter()) _exit(1);
        while (true) ::pause();
    }
    while (group.processes().empty()) ::usleep(1000);
    EXPECT_EQ(group.processes(), std::vector<int>{child});
    // It stays in the group until it is reaped, so the two go on side by side.
    const int reaper = ::fork();
    if (reaper == 0) _exit(group.kill_all() ? 0 : 1);
    int status = 0;
    ::waitpid(child, &status, 0);
    EXPECT_TRUE(WIFSIGNALED(status));
    ::waitpid(reaper, &status, 0);
    EXPECT_EQ(WEXITSTATUS(status), 0);
    EXPECT_TRUE(group.remove());
    EXPECT_FALSE(std::filesystem::exists(mount + "/pids/" + scope));
    EXPECT_TRUE(group.remove()) << "a group that is not there is no error";
}

}  // namespace
}  // namespace penstock::agent
