// The contract of drivers on this machine.
#include <signal.h>

#include "agent/drivers/contract/driver_contract.h"
#include "agent/drivers/host/host_driver_fixture.h"

namespace penstock::agent::contract {
namespace {

class HostEngine : public Engine {
  public:
    HostEngine() {
        char pattern[] = "/tmp/penstock-contract-XXXXXX";
        folder_ = ::mkdtemp(pattern);
    }
    ~HostEngine() override { std::filesystem::remove_all(folder_); }
    HostEngine(const HostEngine&) = delete;
    HostEngine& operator=(const HostEngine&) = delete;

    std::string missing() const override {
        return Cgroup::detect("/sys/fs/cgroup") == CgroupVersion::none
                   ? "this machine's control groups cannot be written"
                   : "";
    }
    std::unique_ptr<Driver> make_driver() override {
        HostDriver::Options options;
        options.cpu_ids = {0};
        options.memory_bytes = 1U << 30;
        options.scope = "contract" + std::to_string(::getpid());
        options.shim = {shim_program()};
        options.log_size_max = kLogSizeMax;
        auto driver = HostDriver::create(options);
        EXPECT_TRUE(driver) << driver.error().message();
        return driver ? std::make_unique<HostDriver>(std::move(*driver)) : nullptr;
    }
    std::string folder() const override { return folder_; }
    std::string attempt_folder(const std::string& attempt) const override {
        return folder_ + '/' + attempt;
    }
    void lose(const Handle& handle) override {
        EXPECT_EQ(::kill(read_status(handle.text).value_or(Status{}).shim_pid, SIGKILL), 0);
    }

  private:
    std::string folder_;
};

const EngineFactory kHost = [] { return std::make_unique<HostEngine>(); };
INSTANTIATE_TEST_SUITE_P(host, DriverContract, testing::Values(kHost));
INSTANTIATE_TEST_SUITE_P(host, EscapeContract, testing::Values(kHost));

}  // namespace
}  // namespace penstock::agent::contract
