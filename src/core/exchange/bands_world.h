#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "core/exchange/exchange_world.h"

namespace penstock::exchange {

inline constexpr std::int64_t kSecondCosts = 1'000;  ///< Micros, of one core: 3.60 yuan an hour.

/// What a task shows: so many results in so long.
struct Shown {
    std::uint64_t results;
    Duration wall;
};

/// An exchange in which jobs are tried, by the newest rules unless a test says otherwise.
class Bands : public testing::Test {
  protected:
    explicit Bands(std::uint32_t version = kNewestLogicVersion) {
        if (version > 1) activate(version);
    }
    void activate(std::uint32_t version) {
        v1::ActivateVersionRequest request;
        request.set_version(version);
        v1::ActivateVersionResponse response;
        world.must({Actor::Kind::system, 0}, "InternalService/ActivateVersion", request, response);
    }
    static v1::WorkloadSpec job(std::uint32_t tasks) {
        v1::WorkloadSpec spec = World::sample_spec(tasks);
        spec.mutable_result_unit()->set_name("frame");
        spec.mutable_result_unit()->set_files("frame_*.png");
        return spec;
    }
    void restart() {
        auto restored = Exchange::restore(world.exchange.snapshot());
        ASSERT_TRUE(restored);
        world.exchange = *std::move(restored);
    }
    std::string submit(const std::string& order, const v1::WorkloadSpec& spec) {
        v1::SubmitWorkloadResponse response;
        world.must(world.buyer_key, "TaskService/SubmitWorkload", workload_of(order, spec),
                   response);
        return response.workload();
    }
    static v1::SubmitWorkloadRequest workload_of(const std::string& order,
                                                 const v1::WorkloadSpec& spec) {
        v1::SubmitWorkloadRequest request;
        request.set_order(order);
        *request.mutable_spec() = spec;
        return request;
    }
    /// Changes the only record that a report signs.
    static void change_record(v1::ReportAttemptRequest& report,
                              const std::function<void(v1::UsageRecord&)>& change) {
        v1::UsageStatement usage;
        usage.ParseFromString(report.usage().body());
        change(*usage.mutable_records(0));
        report.mutable_usage()->set_body(usage.SerializeAsString());
    }
    /// Ends each task of the workload that runs, one after another, as it is shown.
    void run(const std::vector<Shown>& tasks,
             const std::function<void(v1::ReportAttemptRequest&)>& change = {}) {
        for (const Shown& task : tasks) {
            const v1::Assignment assignment = world.work().assignments(0);
            world.now = world.now + task.wall;
            v1::ReportAttemptRequest request = world.end_of(assignment, task.wall);
            v1::UsageStatement usage;
            usage.ParseFromString(request.usage().body());
            usage.mutable_records(0)->set_results(task.results);
            if (task.results > 0) usage.mutable_records(0)->set_results_wall_ns(task.wall.ns);
            usage.set_number(++usage_number);
            request.mutable_usage()->set_body(usage.SerializeAsString());
            if (change) change(request);
            v1::ReportAttemptResponse response;
            world.must(world.agent, "TaskService/ReportAttempt", request, response);
        }
    }
    /// A trial in which each task shows what is said.
    std::string trial(const std::vector<Shown>& tasks) {
        const std::string order = world.place(1);
        world.accept();
        v1::WorkloadSpec spec = job(static_cast<std::uint32_t>(tasks.size()));
        spec.set_trial_seconds(60);
        const std::string workload = submit(order, spec);
        run(tasks);
        return workload;
    }
    v1::PlaceOrderRequest order_within(const std::string& trial, std::int64_t low,
                                       std::int64_t high) {
        v1::PlaceOrderRequest request = world.order_for(1);
        v1::ResultBand& band = *request.mutable_lines(0)->mutable_result_band();
        band.set_trial(trial);
        for (v1::Money* money : {band.mutable_low(), band.mutable_high()})
            money->set_currency("CNY");
        band.mutable_low()->set_micros(low);
        band.mutable_high()->set_micros(high);
        return request;
    }
    std::string buy_within(const std::string& trial, std::int64_t low, std::int64_t high) {
        v1::PlaceOrderResponse response;
        world.must(world.buyer_key, "ContractService/PlaceOrder", order_within(trial, low, high),
                   response);
        world.contract = response.contracts(0);
        world.accept();
        return response.order();
    }
    Error refused_order(const v1::PlaceOrderRequest& order) {
        const Reply reply = world.send(world.buyer_key, "ContractService/PlaceOrder", order);
        EXPECT_EQ(reply.outcome, Reply::Outcome::rejected);
        return reply.error.value();
    }

    World world;
    std::uint64_t usage_number = 0;
};

/// The dearest of these has ten results in 12 s: 1,200 micros a result.
inline const std::vector<Shown> kTried{{10, seconds(10)}, {10, seconds(12)}, {12, seconds(12)}};

}  // namespace penstock::exchange
