// Service levels: what an outage of known length gives back.
#include "core/exchange/service.h"

#include <gtest/gtest.h>

#include "core/exchange/by_plan_world.h"

namespace penstock::exchange {
namespace {

constexpr Duration kMinute = seconds(60);
constexpr Duration kHalfHour = seconds(1'800);

/// A port for 24 yuan a day, and 10 % back below 99.9 % of a day, 25 % below 99 %; 20 % at most.
class Service : public ByPlan {
  protected:
    void SetUp() override {
        ByPlan::SetUp();
        sell({component_of("port", v1::PRICE_UNIT_PORT_DAY, 24 * kYuan),
              component_of("jobs", v1::PRICE_UNIT_JOB, kYuan)});
        promise(2'000);
    }
    void promise(std::uint32_t cap) {
        v1::SaleTerms terms;
        v1::ServiceLevel& level = *terms.mutable_service_level();
        v1::ServiceObjective& objective = *level.add_objectives();
        objective.set_kind(v1::OBJECTIVE_AVAILABILITY);
        for (const auto& [below, credit] : {std::pair{999'000u, 1'000u}, {990'000u, 2'500u}}) {
            v1::CreditStep& step = *objective.add_steps();
            step.set_below_ppm(below);
            step.set_credit_basis_points(credit);
        }
        level.set_credit_cap_basis_points(cap);
        agree(terms);
    }
    void lose() {
        v1::MarkAgentLostRequest request;
        request.set_agent(world.agent_id);
        v1::MarkAgentLostResponse response;
        world.must(kSystem, "InternalService/MarkAgentLost", request, response);
    }
    void come_back() {
        v1::MarkAgentBackRequest request;
        request.set_agent(world.agent_id);
        v1::MarkAgentBackResponse response;
        world.must(kSystem, "InternalService/MarkAgentBack", request, response);
    }
    void be_out(Duration length) {
        lose();
        world.pass(length);
        come_back();
    }
    /// In fen, as the events say, in their order.
    std::vector<std::int64_t> credits() const {
        std::vector<std::int64_t> fen;
        for (const v1::Event& event : world.recorder.events) {
            for (const v1::PlanCharge& charge : event.plan_charged().charges()) {
                if (charge.kind() == v1::PLAN_CHARGE_SLA_CREDIT)
                    fen.push_back(charge.amount().micros() / kMicrosPerFen);
            }
        }
        return fen;
    }
    static constexpr Actor kSystem{Actor::Kind::system, 0};
};

TEST_F(Service, gives_nothing_back_while_it_keeps_its_promise) {
    buy({{"port", 1}}, kDay);
    world.pass(kHour);
    be_out(kMinute);  // 99.93 %.
    world.pass(kDay);
    EXPECT_EQ(credits(), std::vector<std::int64_t>{});
    EXPECT_EQ(world.contract_now().charged().micros(), 24 * kYuan);
}

TEST_F(Service, gives_a_part_of_the_period_s_charge_back_for_an_outage) {
    buy({{"port", 1}}, kTwoDays);
    world.pass(seconds(6 * 3'600));
    be_out(seconds(300));  // 99.65 % of the first day.
    world.pass(kDay);
    EXPECT_EQ(credits(), std::vector<std::int64_t>{-240});
    const v1::PlanCharge told = [&] {
        for (const v1::Event& event : world.recorder.events) {
            if (event.plan_charged().amount().micros() < 0) return event.plan_charged().charges(0);
        }
        return v1::PlanCharge{};
    }();
    EXPECT_EQ(told.component(), "availability");
    EXPECT_EQ(told.quantity(), "");
    EXPECT_EQ(told.unit(), v1::PRICE_UNIT_UNSPECIFIED);
    EXPECT_EQ(told.interval().start_ns(), kFirst.ns);
    EXPECT_EQ(told.interval().end_ns(), (kFirst + kDay).ns);
    EXPECT_EQ(world.contract_now().charged().micros(), 24 * kYuan - 2'400'000);
    EXPECT_EQ(income(), 20'950'000) << "less the fee of 3 in 100, to the fen";
    world.pass(kDay);
    EXPECT_EQ(world.contract_now().charged().micros(), 48 * kYuan - 2'400'000);
}

TEST_F(Service, gives_no_more_back_than_the_cap) {
    buy({{"port", 1}}, kDay);
    world.pass(kHour);
    be_out(kHour);
    world.pass(kDay);
    EXPECT_EQ(credits(), std::vector<std::int64_t>{-480});
}

TEST_F(Service, counts_an_outage_in_each_period_that_it_lies_in) {
    promise(10'000);
    // Jobs are waited for, so that the first day is still open when its outage ends.
    buy({{"port", 1}, {"jobs", 5}}, kTwoDays);
    world.pass(kDay - kHalfHour);
    lose();
    world.pass(kHalfHour + seconds(600));
    ASSERT_EQ(credits(), std::vector<std::int64_t>{}) << "the first day is open";
    come_back();
    auto restored = Exchange::restore(world.exchange.snapshot());
    ASSERT_TRUE(restored);
    EXPECT_EQ(restored->broken_invariants(), std::vector<std::string>{});
    world.pass(kDay);
    pass_window();
    // 97.9 % of the first day, and 99.3 % of the second.
    EXPECT_EQ(credits(), (std::vector<std::int64_t>{-600, -240}));
    EXPECT_EQ(world.contract_now().state(), v1::CONTRACT_SETTLED);
    EXPECT_EQ(world.contract_now().charged().micros(), 48 * kYuan - 8'400'000);
}

TEST_F(Service, is_out_from_the_beginning_where_its_agent_is) {
    lose();
    buy({{"port", 1}}, kDay);
    world.pass(kHalfHour);
    come_back();
    world.pass(kDay);
    EXPECT_EQ(credits(), std::vector<std::int64_t>{-480});
}

TEST_F(Service, counts_the_time_until_a_contract_ends_early) {
    buy({{"port", 1}}, kTwoDays);
    world.pass(kHour);
    be_out(kHalfHour);
    world.pass(kHalfHour);
    cancel();
    // Two hours at a yuan, of which a quarter was out: 20 % back.
    EXPECT_EQ(credits(), std::vector<std::int64_t>{-40});
    EXPECT_EQ(world.contract_now().charged().micros(), 1'600'000);
}

TEST_F(Service, promises_nothing_that_was_not_agreed_before_the_order) {
    agree({});
    buy({{"port", 1}}, kDay);
    promise(2'000);
    world.pass(kHour);
    be_out(kHour);
    world.pass(kDay);
    EXPECT_EQ(credits(), std::vector<std::int64_t>{});
}

}  // namespace
}  // namespace penstock::exchange
