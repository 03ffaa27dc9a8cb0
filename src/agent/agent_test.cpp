#include "agent/agent.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <thread>

#include "agent/drivers/host/host_driver.h"
#include "agent/test_doubles.h"
#include "crypto/hex.h"
#include "crypto/sha256.h"
#include "format/statement.h"
#include "penstock/v1/catalog.pb.h"
#include "penstock/v1/contract.pb.h"
#include "penstock/v1/meter.pb.h"
#include "penstock/v1/task.pb.h"

namespace penstock::agent {
namespace {

/// An agent with a real host driver, over an exchange in memory that has one contract and hands out
/// what the test assigns.
class AgentTest : public testing::Test {
  protected:
    void SetUp() override {
        if (Cgroup::detect("/sys/fs/cgroup") == CgroupVersion::none)
            GTEST_SKIP() << "this machine's control groups cannot be written";
        identity_.agent = "agent_1";
        identity_.pool = "pool_1";
        identity_.key_epoch = 1;
        options_.data_folder = folder_.path();
        options_.cpu_ids = {0};
        options_.cores = 1;
        options_.memory_bytes = 1U << 30;
        options_.price_micros = 1'200'000;
        options_.product_name = "one core";
        options_.usage_interval_ms = 200;
        options_.poll_wait_ms = 50;
        HostDriver::Options host;
        host.cpu_ids = {0};
        host.memory_bytes = 1U << 30;
        host.scope = "agenttest" + std::to_string(::getpid());
        host.shim = {PENSTOCK_SHIM};
        driver_.emplace(std::move(HostDriver::create(host)).value());
        exchange_.on("TaskService/PullWork", [this](const auto&, auto& response) -> Answer<void> {
            if (is_down_) return std::unexpected(Fault{Code::unavailable, {}, "down", 0});
            const std::lock_guard lock(mutex_);
            dynamic_cast<v1::PullWorkResponse&>(response) = work_;
            return {};
        });
        exchange_.on("CatalogService/BeginMeasurement", [](const auto&, auto& response) {
            dynamic_cast<v1::BeginMeasurementResponse&>(response).set_challenge("0123456789abcdef");
            return Answer<void>();
        });
        exchange_.on("CatalogService/ListProduct", [](const auto&, auto& response) {
            dynamic_cast<v1::ListProductResponse&>(response).set_product("prod_1");
            return Answer<void>();
        });
        work_.set_lease_ns(30'000'000'000);
        work_.set_next_usage_number(1);
        start();
    }

    void TearDown() override {
        if (!driver_) return;
        {
            const std::lock_guard lock(mutex_);
            work_.clear_assignments();
        }
        // What still runs is stopped, because nobody counts on it any more.
        if (agent_.joinable()) {
            EXPECT_TRUE(eventually(
                [&] { return std::filesystem::is_empty(folder_.path() + "/attempts"); }));
        }
        stop();
    }

    void start() {
        agent_ = std::jthread([this](std::stop_token stop) {
            const auto done = run_agent({exchange_, *driver_, identity_, measure_}, options_, stop);
            EXPECT_TRUE(done) << done.error().message();
        });
    }
    void stop() {
        agent_.request_stop();
        agent_ = {};
    }

    v1::UsageRecord last_usage_of(const std::string& id) {
        v1::UsageStatement usage;
        EXPECT_TRUE(usage.ParseFromString(end_of(id)->usage().body()));
        return usage.records(0);
    }

    void assign(const std::string& id, const std::string& run, bool network = false) {
        v1::WorkloadSpec spec;
        spec.set_network(network);
        assign(id, run, std::move(spec));
    }
    void assign(const std::string& id, const std::string& run, v1::WorkloadSpec spec) {
        const std::lock_guard lock(mutex_);
        auto& assignment = *work_.add_assignments();
        assignment.set_attempt(id);
        assignment.set_attempt_number(1);
        *assignment.mutable_spec() = std::move(spec);
        assignment.mutable_spec()->set_cpus(1);
        assignment.mutable_spec()->set_memory_bytes(64U << 20);
        assignment.mutable_spec()->set_run(run);
        assignment.mutable_spec()->add_outputs("out/*");
        auto* file = assignment.mutable_spec()->add_files();
        file->set_path("in/text");
        file->set_digest(crypto::hex(crypto::sha256("input")));
        work_.set_version(work_.version() + 1);
    }
    std::optional<v1::ReportAttemptRequest> end_of(const std::string& id) {
        for (const auto& report :
             exchange_.requests<v1::ReportAttemptRequest>("TaskService/ReportAttempt"))
            if (report.attempt() == id && report.state() != v1::ATTEMPT_RUNNING) return report;
        return std::nullopt;
    }
    bool is_running(const std::string& id) {
        for (const auto& report :
             exchange_.requests<v1::ReportAttemptRequest>("TaskService/ReportAttempt"))
            if (report.attempt() == id) return true;
        return false;
    }

    TestFolder folder_;
    FakeExchange exchange_;
    Identity identity_;
    AgentOptions options_;
    std::optional<HostDriver> driver_;
    std::function<Result<v1::ProfileStatement>(std::stop_token)> measure_ = [](auto) {
        v1::ProfileStatement profile;
        profile.set_cores(1);
        return Result<v1::ProfileStatement>(profile);
    };
    std::atomic<bool> is_down_ = false;
    std::mutex mutex_;
    v1::PullWorkResponse work_;
    std::jthread agent_;
};

TEST_F(AgentTest, offers_its_pool_once) {
    ASSERT_TRUE(eventually([&] { return !exchange_.calls("CatalogService/ListProduct").empty(); }));
    const auto submitted =
        exchange_.requests<v1::SubmitProfileRequest>("CatalogService/SubmitProfile");
    ASSERT_EQ(submitted.size(), 1U);
    ASSERT_TRUE(format::verify_statement(submitted[0].profile(), format::kProfileStatement,
                                         identity_.key.public_key()));
    v1::ProfileStatement profile;
    ASSERT_TRUE(profile.ParseFromString(submitted[0].profile().body()));
    EXPECT_EQ(profile.pool(), "pool_1");
    EXPECT_EQ(profile.agent(), "agent_1");
    EXPECT_EQ(profile.challenge(), "0123456789abcdef");
    const auto listed = exchange_.requests<v1::ListProductRequest>("CatalogService/ListProduct");
    EXPECT_EQ(listed[0].price_per_core_hour().micros(), 1'200'000);
    EXPECT_EQ(listed[0].cores(), 1U);
    ASSERT_TRUE(
        eventually([&] { return std::filesystem::exists(folder_.path() + "/product.json"); }));
    stop();
    const auto polls = exchange_.calls("TaskService/PullWork").size();
    start();
    ASSERT_TRUE(
        eventually([&] { return exchange_.calls("TaskService/PullWork").size() > polls + 3; }));
    EXPECT_EQ(exchange_.calls("CatalogService/ListProduct").size(), 1U);
    EXPECT_EQ(exchange_.calls("CatalogService/SubmitProfile").size(), 1U);
}

TEST_F(AgentTest, ends_when_the_exchange_will_never_take_its_offer) {
    stop();
    std::filesystem::remove(folder_.path() + "/product.json");
    exchange_.on("CatalogService/ListProduct", [](const auto&, auto&) -> Answer<void> {
        return std::unexpected(Fault{Code::invalid_argument, {}, "another currency", 0});
    });
    const auto done = run_agent({exchange_, *driver_, identity_, measure_}, options_, {});
    ASSERT_FALSE(done);
    EXPECT_TRUE(done.error().message().contains("another currency")) << done.error().message();
}

TEST_F(AgentTest, measures_again_when_the_exchange_asks) {
    {
        const std::lock_guard lock(mutex_);
        work_.set_measure(true);
    }
    EXPECT_TRUE(
        eventually([&] { return exchange_.calls("CatalogService/SubmitProfile").size() >= 2; }));
}

TEST_F(AgentTest, measures_once_when_asked_while_it_measures) {
    ASSERT_TRUE(
        eventually([&] { return std::filesystem::exists(folder_.path() + "/product.json"); }));
    stop();
    std::filesystem::remove(folder_.path() + "/product.json");
    work_.set_measure(true);
    const auto count = [&](const char* method) { return exchange_.calls(method).size(); };
    const auto before = count("TaskService/PullWork");
    measure_ = [&, plain = measure_](std::stop_token asked) {
        EXPECT_TRUE(eventually([&] { return count("TaskService/PullWork") > before + 2; }));
        return plain(asked);
    };
    exchange_.on("CatalogService/SubmitProfile", [this](const auto&, auto&) -> Answer<void> {
        const std::lock_guard lock(mutex_);
        work_.set_measure(false);
        return {};
    });
    start();
    ASSERT_TRUE(eventually([&] { return count("CatalogService/ListProduct") == 2; }));
    const auto listed = count("TaskService/PullWork");
    ASSERT_TRUE(eventually([&] { return count("TaskService/PullWork") > listed + 10; }));
    // One at each start; and one for an answer that was under way when the profile was taken. Each
    // of the polls while it measured would have made one more.
    EXPECT_LE(count("CatalogService/BeginMeasurement"), 3U);
    stop();  // Before what a measurement looks at goes.
}

TEST_F(AgentTest, stops_while_it_measures) {
    ASSERT_TRUE(
        eventually([&] { return std::filesystem::exists(folder_.path() + "/product.json"); }));
    stop();
    std::filesystem::remove(folder_.path() + "/product.json");
    std::atomic<bool> measures = false;
    measure_ = [&](std::stop_token asked) -> Result<v1::ProfileStatement> {
        measures = true;
        EXPECT_TRUE(eventually([&] { return asked.stop_requested(); })) << "nobody asks it to";
        return reject(kProgramFailed);
    };
    const auto submitted = exchange_.calls("CatalogService/SubmitProfile").size();
    start();
    ASSERT_TRUE(eventually([&] { return measures.load(); }));
    stop();
    EXPECT_EQ(exchange_.calls("CatalogService/SubmitProfile").size(), submitted);
}

TEST_F(AgentTest, accepts_contracts_that_it_can_serve) {
    {
        const std::lock_guard lock(mutex_);
        auto* offer = work_.add_contracts();
        offer->set_contract("ctr_1");
        offer->set_cores(1);
        offer = work_.add_contracts();
        offer->set_contract("ctr_2");
        offer->set_cores(2);
    }
    ASSERT_TRUE(
        eventually([&] { return !exchange_.calls("ContractService/DeclineContract").empty(); }));
    EXPECT_EQ(exchange_.calls("ContractService/AcceptContract")[0].key, "ctr_1-accept");
    EXPECT_EQ(exchange_.calls("ContractService/DeclineContract")[0].key, "ctr_2-decline");
}

TEST_F(AgentTest, promises_result_bands_unless_it_was_told_not_to) {
    stop();
    {
        const std::lock_guard lock(mutex_);
        auto* offer = work_.add_contracts();
        offer->set_contract("ctr_1");
        offer->set_cores(1);
        offer->mutable_result_band()->set_trial("wl_1");
        offer->mutable_result_band()->mutable_high()->set_micros(1'500'000);
    }
    start();
    ASSERT_TRUE(
        eventually([&] { return !exchange_.calls("ContractService/AcceptContract").empty(); }));
    stop();
    EXPECT_TRUE(exchange_.calls("ContractService/DeclineContract").empty());
    options_.declines_result_bands = true;
    {
        const std::lock_guard lock(mutex_);
        work_.mutable_contracts(0)->set_contract("ctr_2");
        auto* offer = work_.add_contracts();
        offer->set_contract("ctr_3");
        offer->set_cores(1);
    }
    start();
    ASSERT_TRUE(eventually([&] {
        for (const auto& call : exchange_.calls("ContractService/AcceptContract"))
            if (call.key == "ctr_3-accept") return true;
        return false;
    })) << "without a band it is taken as before";
    const auto declined =
        exchange_.requests<v1::DeclineContractRequest>("ContractService/DeclineContract");
    ASSERT_FALSE(declined.empty());
    EXPECT_EQ(declined[0].contract(), "ctr_2");
    EXPECT_TRUE(declined[0].note().contains("result band")) << declined[0].note();
}

TEST_F(AgentTest, counts_the_results_of_real_tasks) {
    exchange_.files[crypto::hex(crypto::sha256("input"))] = "input";
    v1::WorkloadSpec lines;
    lines.mutable_result_unit()->set_line("^frame [0-9]+ done$");
    v1::WorkloadSpec group;
    group.mutable_result_unit()->set_line("^step ([0-9]+)");
    group.mutable_result_unit()->set_per_match(64);
    v1::WorkloadSpec files;
    files.mutable_result_unit()->set_files("frames/*.png");
    assign("att_1", "for i in 1 2 3; do echo frame $i done; echo noise; done; sleep 0.5", lines);
    assign("att_2", "echo step 5; echo step 12 >&2; printf 'step 9\\0\\377\\nstep 20'", group);
    assign("att_3", "mkdir frames; for i in 1 2 3 4; do echo > frames/$i.png; done; echo > x.png",
           files);
    ASSERT_TRUE(eventually([&] { return end_of("att_1") && end_of("att_2") && end_of("att_3"); }));
    EXPECT_EQ(last_usage_of("att_1").results(), 3U);
    EXPECT_EQ(last_usage_of("att_2").results(), 20U * 64);
    EXPECT_EQ(last_usage_of("att_3").results(), 4U);
    for (const char* id : {"att_1", "att_2", "att_3"}) {
        EXPECT_EQ(end_of(id)->state(), v1::ATTEMPT_SUCCEEDED) << end_of(id)->note();
        EXPECT_GT(last_usage_of(id).results_wall_ns(), 0);
        EXPECT_LE(last_usage_of(id).results_wall_ns(), last_usage_of(id).wall_ns());
    }
    // Half a second of sleep came after the last line.
    EXPECT_LT(last_usage_of("att_1").results_wall_ns(),
              last_usage_of("att_1").wall_ns() - 200'000'000);
}

TEST_F(AgentTest, ends_a_trial_in_time_as_a_success) {
    exchange_.files[crypto::hex(crypto::sha256("input"))] = "input";
    v1::WorkloadSpec trial;
    trial.set_trial_seconds(1);
    trial.set_max_task_seconds(600);
    trial.mutable_result_unit()->set_line("^step ([0-9]+)");
    assign("att_1",
           "mkdir out; i=0; while :; do i=$((i+1)); echo step $i; echo $i > out/x; sleep 0.1; done",
           trial);
    ASSERT_TRUE(eventually([&] { return end_of("att_1").has_value(); }));
    const auto report = *end_of("att_1");
    EXPECT_EQ(report.state(), v1::ATTEMPT_SUCCEEDED);
    EXPECT_EQ(report.exit_code(), 0);
    EXPECT_EQ(report.note(), "The trial's 1 s are over.");
    EXPECT_EQ(report.outputs_size(), 1);
    const auto usage = last_usage_of("att_1");
    EXPECT_GE(usage.wall_ns(), 1'000'000'000);
    EXPECT_LT(usage.wall_ns(), 10'000'000'000);
    EXPECT_GE(usage.results(), 2U);
    EXPECT_LE(usage.results(), 11U);
    EXPECT_LE(usage.results_wall_ns(), usage.wall_ns());
}

TEST_F(AgentTest, counts_on_after_a_restart) {
    exchange_.files[crypto::hex(crypto::sha256("input"))] = "input";
    v1::WorkloadSpec spec;
    spec.mutable_result_unit()->set_line("^frame");
    assign("att_1",
           "echo frame 1; echo frame 2; while ! [ -e go ]; do sleep 0.1; done; echo frame 3", spec);
    const std::string kept = folder_.path() + "/attempts/att_1/results.json";
    ASSERT_TRUE(eventually([&] { return std::filesystem::exists(kept); }));
    stop();
    std::ofstream(driver_->working_folder({folder_.path() + "/attempts/att_1"}) + "/go") << "";
    start();
    ASSERT_TRUE(eventually([&] { return end_of("att_1").has_value(); }));
    EXPECT_EQ(last_usage_of("att_1").results(), 3U);
}

TEST_F(AgentTest, runs_a_task_in_a_sandbox_and_delivers_its_outputs) {
    exchange_.files[crypto::hex(crypto::sha256("input"))] = "input";
    assign("att_1", "mkdir out; tr a-z A-Z < in/text > out/text; ln -s /etc/passwd out/link");
    ASSERT_TRUE(eventually([&] { return end_of("att_1").has_value(); }));
    const auto report = *end_of("att_1");
    EXPECT_EQ(report.state(), v1::ATTEMPT_SUCCEEDED) << report.note();
    ASSERT_EQ(report.outputs_size(), 1) << "the link is not delivered";
    EXPECT_EQ(report.outputs(0).digest(), crypto::hex(crypto::sha256("INPUT")));
    v1::UsageStatement usage;
    ASSERT_TRUE(usage.ParseFromString(report.usage().body()));
    EXPECT_TRUE(usage.records(0).final());
    EXPECT_GT(usage.records(0).wall_ns(), 0);
}

TEST_F(AgentTest, hands_in_usage_while_a_task_runs) {
    exchange_.files[crypto::hex(crypto::sha256("input"))] = "input";
    assign("att_1", "exec sleep 1000");
    ASSERT_TRUE(
        eventually([&] { return exchange_.calls("MeterService/SubmitUsage").size() >= 3; }));
    std::uint64_t number = 0;
    std::int64_t wall_ns = 0;
    for (const auto& request :
         exchange_.requests<v1::SubmitUsageRequest>("MeterService/SubmitUsage")) {
        v1::UsageStatement usage;
        ASSERT_TRUE(usage.ParseFromString(request.usage().body()));
        EXPECT_EQ(usage.number(), ++number);
        EXPECT_GE(usage.records(0).wall_ns(), wall_ns);
        wall_ns = usage.records(0).wall_ns();
    }
    EXPECT_GT(wall_ns, 100'000'000);
}

TEST_F(AgentTest, reports_a_task_broken_that_it_must_not_run) {
    exchange_.files[crypto::hex(crypto::sha256("input"))] = "input";
    assign("att_1", "true", true);
    assign("att_2", std::string("true\0--share-net", 16));
    ASSERT_TRUE(eventually([&] { return end_of("att_1") && end_of("att_2"); }));
    EXPECT_EQ(end_of("att_1")->state(), v1::ATTEMPT_BROKEN);
    EXPECT_NE(end_of("att_1")->note().find("this supplier grants no network"), std::string::npos)
        << end_of("att_1")->note();
    EXPECT_EQ(end_of("att_2")->state(), v1::ATTEMPT_BROKEN);
    EXPECT_NE(end_of("att_2")->note().find("zero byte"), std::string::npos)
        << end_of("att_2")->note();
}

TEST_F(AgentTest, takes_up_its_tasks_after_a_restart) {
    exchange_.files[crypto::hex(crypto::sha256("input"))] = "input";
    assign("att_1", "sleep 1; mkdir out; echo done > out/x");
    ASSERT_TRUE(eventually([&] { return is_running("att_1"); }));
    stop();
    EXPECT_FALSE(end_of("att_1"));
    start();
    ASSERT_TRUE(eventually([&] { return end_of("att_1").has_value(); }));
    EXPECT_EQ(end_of("att_1")->state(), v1::ATTEMPT_SUCCEEDED);
    EXPECT_EQ(end_of("att_1")->outputs(0).digest(), crypto::hex(crypto::sha256("done\n")));
}

TEST_F(AgentTest, loses_a_task_when_the_exchange_stays_away) {
    exchange_.files[crypto::hex(crypto::sha256("input"))] = "input";
    {
        const std::lock_guard lock(mutex_);
        work_.set_lease_ns(1'000'000'000);
    }
    assign("att_1", "exec sleep 1000");
    ASSERT_TRUE(eventually([&] { return is_running("att_1"); }));
    is_down_ = true;
    ASSERT_TRUE(eventually([&] { return end_of("att_1").has_value(); }));
    EXPECT_EQ(end_of("att_1")->state(), v1::ATTEMPT_BROKEN);
    is_down_ = false;
}

}  // namespace
}  // namespace penstock::agent
