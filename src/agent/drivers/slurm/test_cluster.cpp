#include "agent/drivers/slurm/test_cluster.h"

#include <grp.h>
#include <gtest/gtest.h>
#include <pwd.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>

#include "agent/drivers/contract/driver_contract.h"
#include "agent/drivers/slurm/command_control.h"
#include "agent/drivers/slurm/fallback_control.h"
#include "agent/drivers/slurm/rest_control.h"

namespace penstock::agent::slurm {
namespace {

void become(::uid_t user, ::gid_t group) {
    // Whoever is not root cannot change groups: root first.
    if (user == 0) {
        EXPECT_EQ(::setresuid(0, 0, 0), 0);
    }
    EXPECT_EQ(::setgroups(1, &group), 0);
    EXPECT_EQ(::setresgid(group, group, 0), 0);
    EXPECT_EQ(::setresuid(user, user, 0), 0);
}

}  // namespace

TestCluster& TestCluster::instance() {
    static TestCluster cluster;
    return cluster;
}

TestCluster::TestCluster() {
    if (::geteuid() != 0)
        missing_ = "slurmd needs root";
    else
        start();
}

TestCluster::~TestCluster() {
    if (!missing_.empty()) return;
    if (tool({"stop", folder_ + "/cluster"}).exit_code == 0) std::filesystem::remove_all(folder_);
}

void TestCluster::start() {
    char pattern[] = "/tmp/penstock-slurm-XXXXXX";
    folder_ = ::mkdtemp(pattern);
    std::filesystem::permissions(folder_, std::filesystem::perms{0755});
    const auto run = tool({"start", folder_ + "/cluster"});
    ASSERT_EQ(run.exit_code, 0) << run.output;
    std::map<std::string, std::string> settings;
    std::ifstream file(folder_ + "/cluster/env");
    for (std::string line; std::getline(file, line);) {
        const auto equals = line.find('=');
        settings[line.substr(0, equals)] = line.substr(equals + 1);
    }
    ::setenv("SLURM_CONF", settings["SLURM_CONF"].c_str(), 1);
    url_ = settings["PENSTOCK_SLURM_URL"];
    key_file_ = settings["PENSTOCK_SLURM_KEY"];
    const ::passwd* const user = ::getpwnam(settings["PENSTOCK_SLURM_USER"].c_str());
    ASSERT_NE(user, nullptr);
    user_ = user->pw_uid;
    group_ = user->pw_gid;
    ASSERT_EQ(::chown(folder_.c_str(), user_, group_), 0);
}

ProgramRun TestCluster::tool(std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(), PENSTOCK_SLURM_CLUSTER);
    auto run = run_program(arguments, {.cpu_ids = {}, .timeout_ns = 120 * contract::kSecondNs});
    EXPECT_TRUE(run) << run.error().message();
    return run.value_or(ProgramRun{});
}

std::unique_ptr<Control> TestCluster::rest() const {
    auto control =
        RestControl::create({.url = url_, .key = files::read_file(key_file_).value_or("")});
    EXPECT_TRUE(control) << control.error().message();
    return std::move(*control);
}

std::unique_ptr<Control> TestCluster::commands() {
    return std::make_unique<CommandControl>();
}

std::unique_ptr<Control> TestCluster::rest_or_commands() const {
    return std::make_unique<FallbackControl>(rest(), commands());
}

std::unique_ptr<SlurmDriver> TestCluster::make_driver(std::unique_ptr<Control> control,
                                                      std::int64_t patience_seconds) const {
    SlurmDriver::Options options;
    options.attempts = attempts();
    options.patience_seconds = patience_seconds;
    options.scope = kTestScope;
    options.shim = {PENSTOCK_SHIM};
    options.partition = "batch";
    options.cores = 6;
    options.memory_bytes = 4ULL << 30;
    options.log_size_max = contract::kLogSizeMax;
    auto driver = SlurmDriver::create(std::move(options), std::move(control));
    EXPECT_TRUE(driver) << driver.error().message();
    return driver ? std::move(*driver) : nullptr;
}

std::vector<Job> TestCluster::jobs_of(const Handle& handle) {
    const std::string name = std::string("penstock-") + kTestScope + '-' +
                             std::filesystem::path(handle.text).filename().native();
    auto jobs = commands()->jobs().value_or(std::vector<Job>{});
    std::erase_if(jobs, [&](const Job& job) { return job.name != name; });
    return jobs;
}

void TestCluster::daemon(const std::string& verb, const std::string& name) const {
    const auto run = as_root({PENSTOCK_SLURM_CLUSTER, verb, folder_ + "/cluster", name});
    EXPECT_EQ(run.exit_code, 0) << run.output;
}

ProgramRun TestCluster::as_root(const std::vector<std::string>& program) const {
    become(0, 0);
    auto run = run_program(program, {.cpu_ids = {}, .timeout_ns = 120 * contract::kSecondNs});
    become(user_, group_);
    EXPECT_TRUE(run) << run.error().message();
    return run.value_or(ProgramRun{});
}

TestCluster::AsUser::AsUser() {
    const auto resumed = instance().tool({"resume", instance().folder_ + "/cluster"});
    EXPECT_EQ(resumed.exit_code, 0) << resumed.output;
    become(instance().user_, instance().group_);
}

TestCluster::AsUser::~AsUser() {
    become(0, 0);
}

}  // namespace penstock::agent::slurm
