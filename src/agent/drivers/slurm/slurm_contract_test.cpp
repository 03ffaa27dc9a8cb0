// The contract of drivers on a real Slurm cluster.
#include <optional>

#include "agent/drivers/contract/driver_contract.h"
#include "agent/drivers/slurm/test_cluster.h"

namespace penstock::agent::contract {
namespace {

class SlurmEngine : public Engine {
  public:
    SlurmEngine() {
        if (missing().empty()) user_.emplace();
    }

    std::string missing() const override { return cluster_.missing(); }
    std::unique_ptr<Driver> make_driver() override {
        return cluster_.make_driver(cluster_.rest_or_commands());
    }
    std::string folder() const override { return cluster_.folder(); }
    std::string attempt_folder(const std::string& attempt) const override {
        return cluster_.attempts() + '/' + attempt;
    }
    void lose(const Handle& handle) override {
        const auto jobs = slurm::TestCluster::jobs_of(handle);
        ASSERT_EQ(jobs.size(), 1U);
        const auto id = std::to_string(jobs.front().id);
        EXPECT_EQ(cluster_.as_root({"/usr/bin/env", "scancel", id}).exit_code, 0);
    }

    bool can_go_away() const override { return true; }
    void go_away() override { cluster_.daemon("end", "slurmctld"); }
    void come_back() override { cluster_.daemon("run", "slurmctld"); }

    bool can_freeze() const override { return true; }
    void freeze() override { cluster_.daemon("freeze", "slurmctld"); }
    void thaw() override { cluster_.daemon("thaw", "slurmctld"); }

  private:
    slurm::TestCluster& cluster_ = slurm::TestCluster::instance();
    std::optional<slurm::TestCluster::AsUser> user_;
};

const EngineFactory kSlurm = [] { return std::make_unique<SlurmEngine>(); };
INSTANTIATE_TEST_SUITE_P(slurm, DriverContract, testing::Values(kSlurm));
INSTANTIATE_TEST_SUITE_P(slurm, EscapeContract, testing::Values(kSlurm));

}  // namespace
}  // namespace penstock::agent::contract
