#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "core/exchange/by_plan_world.h"

namespace penstock::exchange {
namespace {

TEST_F(ByPlan, what_lasts_is_charged_by_time_and_settled_each_period) {
    sell({component_of("port", v1::PRICE_UNIT_PORT_DAY, 3 * kYuan),
          component_of("connection", v1::PRICE_UNIT_ONE_OFF, 5 * kYuan)});
    EXPECT_EQ(buy({{"port", 2}, {"connection", 1}}, seconds(3 * 86'400)), 23 * kYuan);
    EXPECT_EQ(world.contract_now().accrued().micros(), 5 * kYuan) << "one-offs at the beginning";
    EXPECT_EQ(cash(), (100 - 23) * kYuan);
    EXPECT_EQ(income(), 0);
    world.pass(kDay + seconds(kCloseSpreadSeconds));
    EXPECT_EQ(world.contract_now().charged().micros(), 11 * kYuan);
    EXPECT_EQ(income(), 10'670'000) << "less the fee of 3 in 100";
    EXPECT_EQ(cash(), (100 - 23) * kYuan) << "the rest stays in escrow";
    world.pass(kTwoDays);
    const v1::Contract contract = world.contract_now();
    EXPECT_EQ(contract.state(), v1::CONTRACT_SETTLED);
    EXPECT_EQ(contract.close_reason(), v1::CLOSE_TERM_ENDED);
    EXPECT_EQ(contract.charged().micros(), 23 * kYuan);
    EXPECT_EQ(contract.refunded().micros(), 0);
    EXPECT_EQ(
        contract.SerializeAsString(),
        world.recorder.last(v1::Event::kContractChanged).contract_changed().SerializeAsString());
    EXPECT_EQ(world.books().difference(), 0);
}

TEST_F(ByPlan, an_early_end_costs_what_has_passed) {
    sell({component_of("nodes", v1::PRICE_UNIT_NODE_MONTH, 28 * kYuan)}, v1::BILLING_PERIOD_MONTH);
    EXPECT_EQ(buy({{"nodes", 1}}, seconds(28 * 86'400)), 28 * kYuan);
    world.pass(seconds(7 * 86'400));
    cancel();
    const v1::Contract contract = world.contract_now();
    EXPECT_EQ(contract.state(), v1::CONTRACT_SETTLED);
    EXPECT_EQ(contract.charged().micros(), 7 * kYuan);
    EXPECT_EQ(contract.refunded().micros(), 21 * kYuan);
    EXPECT_EQ(cash(), 93 * kYuan);
}

TEST_F(ByPlan, cancelled_before_its_term_costs_nothing) {
    sell({component_of("connection", v1::PRICE_UNIT_ONE_OFF, 5 * kYuan)});
    buy({{"connection", 1}}, kDay, kHour);
    cancel();
    EXPECT_EQ(world.contract_now().state(), v1::CONTRACT_SETTLED);
    const v1::Interval time = world.contract_now().by_plan().charged_time();
    EXPECT_EQ(time.start_ns(), time.end_ns());
    EXPECT_EQ(cash(), 100 * kYuan);
    buy({{"connection", 1}}, kDay, kHour);
    world.pass(kHour);
    EXPECT_EQ(world.contract_now().accrued().micros(), 5 * kYuan) << "the term has begun";
}

TEST_F(ByPlan, cores_are_those_of_the_product_and_its_agent_accepts) {
    sell({component_of("cores", v1::PRICE_UNIT_CORE_HOUR, kYuan)});
    v1::PlaceOrderResponse placed;
    world.must(world.buyer_key, "ContractService/PlaceOrder", order_of({{"cores", 2}}, kHour),
               placed);
    EXPECT_EQ(refused(order_of({{"cores", 1}}, kHour)), "INSUFFICIENT_CAPACITY");
    ASSERT_EQ(world.work().contracts_size(), 1);
    world.contract = placed.contracts(0);
    EXPECT_EQ(world.contract_now().cores(), 2u);
    world.accept();
    v1::SubmitWorkloadRequest submit;
    submit.set_order(placed.order());
    *submit.mutable_spec() = World::sample_spec(1);
    EXPECT_EQ(world.refused(world.buyer_key, "TaskService/SubmitWorkload", submit),
              "ORDER_TOO_SMALL");
    world.pass(kHour);
    EXPECT_EQ(world.contract_now().state(), v1::CONTRACT_ACTIVE) << "it waits for its turn";
    world.pass(seconds(1));
    EXPECT_EQ(world.contract_now().state(), v1::CONTRACT_SETTLED);
    EXPECT_EQ(world.contract_now().charged().micros(), 2 * kYuan);
}

TEST_F(ByPlan, what_is_not_measured_waits_for_a_person) {
    sell({component_of("nodes", v1::PRICE_UNIT_NODE_MONTH, 28 * kYuan)});
    v1::PlaceOrderResponse placed;
    world.must(world.buyer_key, "ContractService/PlaceOrder",
               order_of({{"nodes", 1}}, seconds(3 * 86'400)), placed);
    EXPECT_EQ(world.work().contracts_size(), 0);
    world.contract = placed.contracts(0);
    EXPECT_EQ(world.contract_now().by_plan().accept_until_ns(), (world.now + kDay).ns);
    world.pass(kDay - seconds(1));
    EXPECT_EQ(world.contract_now().state(), v1::CONTRACT_ORDERED);
    world.pass(seconds(1));
    EXPECT_EQ(world.contract_now().state(), v1::CONTRACT_CANCELLED);
    EXPECT_EQ(cash(), 100 * kYuan);
}

TEST_F(ByPlan, what_is_counted_is_charged_when_it_is_reported) {
    v1::PriceComponent moved = component_of("traffic", v1::PRICE_UNIT_GB_MOVED, 800'000);
    moved.mutable_tiers(0)->set_up_to_units(10);
    moved.add_tiers()->set_price_micros(500'000);
    moved.set_tiering(v1::TIERING_GRADUATED);
    sell({moved});
    EXPECT_EQ(buy({{"traffic", 20 * kGb}}, kTwoDays), 26 * kYuan);
    world.pass(kHour);
    EXPECT_EQ(report("traffic", kFirst, world.now, 8 * kGb), 6'400'000);
    EXPECT_EQ(report("traffic", world.now, world.now, 4 * kGb), 2'600'000);
    EXPECT_EQ(world.contract_now().accrued().micros(), 9 * kYuan);
    EXPECT_EQ(income(), 0);
    world.pass(kDay - kHour);
    EXPECT_EQ(world.contract_now().charged().micros(), 0) << "may still be reported";
    EXPECT_EQ(report("traffic", kFirst + kHour, kFirst + kDay, kGb), 500'000);
    pass_window();
    EXPECT_EQ(world.contract_now().charged().micros(), 9'500'000);
    EXPECT_EQ(report("traffic", kFirst + kDay, world.now, kGb), 800'000) << "tiers begin anew";
    world.pass(kDay);
    EXPECT_EQ(world.contract_now().state(), v1::CONTRACT_CLOSING);
    EXPECT_EQ(report("traffic", kFirst + kDay + kHour, kFirst + kTwoDays, kGb), 800'000);
    pass_window();
    const v1::Contract contract = world.contract_now();
    EXPECT_EQ(contract.state(), v1::CONTRACT_SETTLED);
    EXPECT_EQ(contract.charged().micros(), 11'100'000);
    EXPECT_EQ(contract.refunded().micros(), 14'900'000);
}

TEST_F(ByPlan, reports_are_taken_once_in_order_and_within_what_was_ordered) {
    sell({component_of("traffic", v1::PRICE_UNIT_GB_MOVED, kYuan),
          component_of("port", v1::PRICE_UNIT_PORT_DAY, kYuan)});
    buy({{"traffic", 2 * kGb}, {"port", 1}}, kDay);
    world.pass(kHour);
    const Instant now = world.now;
    const auto wrong = [&](auto change) {
        v1::ReportUsageRequest request = report_of("traffic", kFirst, now, kGb);
        change(request, *request.mutable_records(0));
        return refused(request);
    };
    EXPECT_EQ(wrong([](auto& r, auto&) { r.set_number(2); }), "REPORT_GAP");
    EXPECT_EQ(wrong([](auto& r, auto&) { r.clear_records(); }), "REPORT_SIZE_INVALID");
    EXPECT_EQ(wrong([](auto&, auto& u) { u.set_component("?"); }), "USAGE_COMPONENT_UNKNOWN");
    EXPECT_EQ(wrong([](auto&, auto& u) { u.set_component("port"); }), "USAGE_NOT_REPORTED");
    EXPECT_EQ(wrong([](auto&, auto& u) { u.set_quantity(2 * kGb + 1); }), "USAGE_ABOVE_ORDERED");
    EXPECT_EQ(wrong([](auto&, auto& u) { u.set_quantity(-1); }), "USAGE_QUANTITY_INVALID");
    EXPECT_EQ(wrong([&](auto&, auto& u) { u.mutable_interval()->set_end_ns(now.ns + 1); }),
              "USAGE_IN_FUTURE");
    EXPECT_EQ(wrong([](auto&, auto& u) { u.mutable_interval()->set_start_ns(kFirst.ns - 1); }),
              "USAGE_OUT_OF_ORDER");
    report("traffic", kFirst, now, kGb);
    EXPECT_EQ(wrong([](auto& r, auto&) { r.set_number(1); }), "REPORT_REPLAYED");
    EXPECT_EQ(refused(report_of("traffic", now - Duration{1}, now, 1)), "USAGE_OUT_OF_ORDER");
    EXPECT_EQ(refused(report_of("traffic", now, now, kGb + 1)), "USAGE_ABOVE_ORDERED");
    EXPECT_EQ(world.refused(world.buyer_key, "ContractService/ReportUsage",
                            report_of("traffic", now, now, 1)),
              "PERMISSION_DENIED");
}

TEST_F(ByPlan, missing_usage_costs_what_the_plan_says) {
    v1::PriceComponent committed =
        component_of("jobs", v1::PRICE_UNIT_JOB, kYuan, v1::MISSING_USAGE_COMMITTED);
    committed.mutable_commitment()->set_units(4);
    sell({component_of("traffic", v1::PRICE_UNIT_GB_MOVED, kYuan, v1::MISSING_USAGE_ESTIMATE),
          committed});
    buy({{"traffic", 3 * kGb}, {"jobs", 5}}, kTwoDays);
    world.pass(kDay);
    v1::ReportUsageRequest both = report_of("traffic", kFirst, world.now, 2 * kGb);
    *both.add_records() = report_of("jobs", kFirst, world.now, 5).records(0);
    v1::ReportUsageResponse response;
    world.must(world.agent, "ContractService/ReportUsage", both, response);
    EXPECT_EQ(response.charged().micros(), 7 * kYuan);
    world.pass(kDay + seconds(1));
    pass_window();
    // Of the second day nothing was reported: 2 GB as the day before, and the 4 jobs committed to.
    EXPECT_EQ(world.contract_now().state(), v1::CONTRACT_SETTLED);
    EXPECT_EQ(world.contract_now().charged().micros(), 13 * kYuan);
}

TEST_F(ByPlan, an_estimate_never_passes_what_was_ordered) {
    sell({component_of("traffic", v1::PRICE_UNIT_GB_MOVED, kYuan, v1::MISSING_USAGE_ESTIMATE)});
    EXPECT_EQ(buy({{"traffic", 3 * kGb}}, kTwoDays), 6 * kYuan);
    world.pass(kHour);
    report("traffic", kFirst, world.now, 2 * kGb);
    world.pass(kDay - kHour);
    pass_window();
    EXPECT_EQ(world.contract_now().charged().micros(), 2 * kYuan)
        << "a first period has nothing to go by";
    report("traffic", kFirst + kDay, kFirst + kDay, kGb);
    world.pass(kDay);
    pass_window();
    EXPECT_EQ(world.contract_now().state(), v1::CONTRACT_SETTLED);
    EXPECT_EQ(world.contract_now().charged().micros(), 5 * kYuan) << "two an hour would be 48";
}

TEST_F(ByPlan, a_period_that_needs_its_usage_waits_for_it) {
    sell({component_of("traffic", v1::PRICE_UNIT_GB_MOVED, kYuan, v1::MISSING_USAGE_REFUSE),
          component_of("port", v1::PRICE_UNIT_PORT_DAY, kYuan)});
    buy({{"traffic", kGb}, {"port", 1}}, seconds(3 * 86'400));
    world.pass(kDay);
    pass_window();
    EXPECT_EQ(world.contract_now().charged().micros(), 0);
    report("traffic", kFirst, kFirst + kDay, kGb);
    world.pass(kHour);
    EXPECT_EQ(world.contract_now().charged().micros(), 2 * kYuan);
    world.pass(kTwoDays);
    pass_window();
    EXPECT_EQ(world.contract_now().charged().micros(), 4 * kYuan) << "ports alone, in the end";
}

TEST_F(ByPlan, a_gap_in_the_reports_holds_up_no_period) {
    sell({component_of("traffic", v1::PRICE_UNIT_GB_MOVED, kYuan, v1::MISSING_USAGE_REFUSE)});
    buy({{"traffic", 5 * kGb}}, seconds(3 * 86'400));
    world.pass(kDay);
    const Instant second_hour = kFirst + kHour;
    report("traffic", kFirst, second_hour, kGb);
    report("traffic", second_hour + kHour, second_hour + kHour + kHour, kGb);
    EXPECT_EQ(refused(report_of("traffic", second_hour, second_hour + kHour, kGb)),
              "USAGE_OUT_OF_ORDER");
    report("traffic", second_hour + kHour + kHour, kFirst + kDay, kGb);
    world.pass(seconds(1));
    EXPECT_EQ(world.contract_now().charged().micros(), 3 * kYuan);
    world.pass(kHour);
    EXPECT_EQ(report("traffic", kFirst + kDay, kFirst + kDay + kHour, kGb), kYuan);
}

TEST_F(ByPlan, lines_are_refused_that_fit_no_plan) {
    EXPECT_EQ(refused(order_of({{"cores", 1}}, kDay)), "LINE_FORM_INVALID") << "there is no plan";
    sell({component_of("nodes", v1::PRICE_UNIT_NODE_MONTH, 28 * kYuan)});
    v1::PlaceOrderRequest both = order_of({{"nodes", 1}}, kDay);
    both.mutable_lines(0)->set_cores(1);
    EXPECT_EQ(refused(both), "LINE_FORM_INVALID");
    EXPECT_EQ(refused(order_of({{"cards", 1}}, kDay)), "QUANTITIES_INVALID");
    EXPECT_EQ(refused(order_of({{"nodes", 1}, {"nodes", 1}}, kDay)), "QUANTITIES_INVALID");
    EXPECT_EQ(refused(order_of({{"nodes", 0}}, kDay)), "QUANTITIES_INVALID");
    EXPECT_EQ(refused(order_of({{"nodes", 1'000'000'000'000}}, kDay)), "ORDER_TOO_EXPENSIVE");
    EXPECT_EQ(refused(order_of({{"nodes", 101}}, kDay)), "MAX_TOTAL_EXCEEDED");
    EXPECT_EQ(refused(order_of({}, kDay)), "NOT_SOLD_BY_CORE");
    std::vector<v1::PriceComponent> many;
    for (int i = 0; i < 32; ++i) {
        many.push_back(component_of("", v1::PRICE_UNIT_CARD_HOUR, 1));
        many.back().set_name("c" + std::to_string(i));
        many.back().add_bands()->set_name("night");
        many.back().mutable_bands(0)->set_to_minute(360);
    }
    world.pass(seconds(1));
    sell(many);
    EXPECT_EQ(refused(order_of({{"c1", 1}}, seconds(360 * 86'400))), "ORDER_TOO_MANY_PERIODS");
}

TEST_F(ByPlan, an_end_leaves_the_period_before_it_to_its_reports) {
    sell({component_of("traffic", v1::PRICE_UNIT_GB_MOVED, kYuan)});
    EXPECT_EQ(buy({{"traffic", 5 * kGb}}, seconds(3 * 86'400)), 15 * kYuan);
    world.pass(kDay + seconds(60));
    const Instant end = world.now;
    cancel();
    EXPECT_EQ(world.contract_now().state(), v1::CONTRACT_CLOSING);
    EXPECT_EQ(world.contract_now().by_plan().charged_time().start_ns(), kFirst.ns);
    EXPECT_EQ(world.contract_now().by_plan().charged_time().end_ns(), end.ns);
    EXPECT_EQ(refused(report_of("traffic", kFirst + kDay, end, 1)), "USAGE_OUTSIDE_PERIOD")
        << "the first day is still open";
    EXPECT_EQ(report("traffic", kFirst, kFirst + kDay, 3 * kGb), 3 * kYuan);
    world.pass(seconds(1));
    EXPECT_EQ(world.contract_now().charged().micros(), 3 * kYuan) << "nothing more can come of it";
    EXPECT_EQ(refused(report_of("traffic", kFirst + kDay, end + seconds(1), 1)),
              "USAGE_OUTSIDE_PERIOD")
        << "the contract had ended";
    EXPECT_EQ(report("traffic", kFirst + kDay, end, kGb), kYuan);
    world.pass(seconds(1));
    EXPECT_EQ(world.contract_now().state(), v1::CONTRACT_SETTLED);
    EXPECT_EQ(world.contract_now().close_reason(), v1::CLOSE_BUYER_CANCELLED);
    EXPECT_EQ(world.contract_now().charged().micros(), 4 * kYuan);
    EXPECT_EQ(world.contract_now().refunded().micros(), 11 * kYuan);
    EXPECT_EQ(refused(report_of("traffic", end, end, 1)), "CONTRACT_WRONG_STATE");
}

TEST_F(ByPlan, an_early_end_owes_the_commitment_of_the_time_that_passed) {
    v1::PriceComponent jobs = component_of("jobs", v1::PRICE_UNIT_JOB, 2 * kYuan);
    jobs.mutable_commitment()->set_units(28);
    jobs.mutable_commitment()->set_shortfall_price_micros(kYuan);
    sell({jobs}, v1::BILLING_PERIOD_MONTH);
    EXPECT_EQ(buy({{"jobs", 10}}, seconds(28 * 86'400)), 38 * kYuan) << "10 used, 18 owed";
    world.pass(seconds(7 * 86'400));
    EXPECT_EQ(report("jobs", kFirst, world.now, 2), 4 * kYuan);
    cancel();
    EXPECT_EQ(world.contract_now().state(), v1::CONTRACT_SETTLED) << "all of it is reported";
    EXPECT_EQ(world.contract_now().charged().micros(), 9 * kYuan) << "7 for a week, 5 of them owed";
}

TEST_F(ByPlan, prepaid_blocks_are_paid_each_period_and_cover_what_is_used_of_them) {
    v1::PriceComponent tokens = component_of("tokens", v1::PRICE_UNIT_MILLION_TOKENS, 4 * kYuan);
    tokens.mutable_blocks()->set_units_per_block(3);
    tokens.mutable_blocks()->set_blocks_per_period(2);
    tokens.mutable_blocks()->set_price_per_block_micros(5 * kYuan);
    sell({tokens});
    EXPECT_EQ(buy({{"tokens", 8'000'000}}, kTwoDays), 36 * kYuan) << "10 and 2 million at 4, twice";
    EXPECT_EQ(world.contract_now().accrued().micros(), 10 * kYuan);
    world.pass(kDay);
    EXPECT_EQ(report("tokens", kFirst, world.now, 7'000'000), 4 * kYuan);
    pass_window();
    EXPECT_EQ(world.contract_now().charged().micros(), 14 * kYuan);
    EXPECT_EQ(world.contract_now().accrued().micros(), 24 * kYuan) << "blocks of the second day";
    world.pass(kDay);
    pass_window();
    EXPECT_EQ(world.contract_now().charged().micros(), 24 * kYuan);
    EXPECT_EQ(world.contract_now().refunded().micros(), 12 * kYuan);
}

TEST_F(ByPlan, what_was_ordered_keeps_its_price) {
    sell({component_of("port", v1::PRICE_UNIT_PORT_DAY, kYuan)});
    EXPECT_EQ(buy({{"port", 1}}, kDay, kHour), 1'010'000) << "23 hours and one, each to the fen";
    v1::PlaceOrderRequest late = order_of({{"port", 1}}, kDay);
    world.pass(seconds(1));
    sell({component_of("port", v1::PRICE_UNIT_PORT_DAY, 5 * kYuan)});
    EXPECT_EQ(refused(late), "PRICE_CHANGED");
    world.pass(kHour + kTwoDays);
    EXPECT_EQ(world.contract_now().price_plan_version(), 1u);
    EXPECT_EQ(world.contract_now().charged().micros(), kYuan);
}

TEST_F(ByPlan, contracts_close_their_periods_at_different_seconds) {
    sell({component_of("port", v1::PRICE_UNIT_PORT_DAY, kYuan)});
    std::vector<std::string> contracts;
    for (int i = 0; i < 4; ++i) {
        buy({{"port", 1}}, kTwoDays);
        contracts.push_back(world.contract);
    }
    const auto closed = [&] {
        int count = 0;
        for (const std::string& contract : contracts) {
            world.contract = contract;
            count += world.contract_now().charged().micros() == kYuan ? 1 : 0;
        }
        return count;
    };
    world.pass(kDay);
    EXPECT_EQ(closed(), 0);
    for (int i = 1; i <= 4; ++i) {
        world.pass(seconds(1));
        EXPECT_EQ(closed(), i);
    }
}

/// When the exchange was away for long, one timer closes one period.
TEST_F(ByPlan, periods_that_were_missed_are_closed_one_by_one) {
    sell({component_of("port", v1::PRICE_UNIT_PORT_DAY, kYuan)});
    EXPECT_EQ(buy({{"port", 1}}, seconds(90 * 86'400)), 90 * kYuan);
    world.now = world.now + seconds(100 * 86'400);
    v1::TickResponse ticked;
    world.must({Actor::Kind::system, 0}, "InternalService/Tick", v1::TickRequest{}, ticked);
    EXPECT_EQ(world.contract_now().state(), v1::CONTRACT_SETTLED);
    EXPECT_EQ(world.contract_now().charged().micros(), 90 * kYuan);
    std::vector<std::int64_t> periods;
    for (const v1::Event& event : world.recorder.events) {
        if (!event.has_plan_charged()) continue;
        periods.push_back(event.plan_charged().period().start_ns());
    }
    ASSERT_EQ(periods.size(), 90u);
    for (std::size_t i = 0; i < periods.size(); ++i)
        EXPECT_EQ(periods[i], (kFirst + seconds(86'400 * static_cast<std::int64_t>(i))).ns);
    EXPECT_EQ(income(), 87'300'000) << "90 less the fee of 3 in 100";
    EXPECT_EQ(world.books().difference(), 0);
}

TEST_F(ByPlan, what_costs_nothing_is_ordered_too) {
    sell({component_of("jobs", v1::PRICE_UNIT_JOB, 0)});
    EXPECT_EQ(buy({{"jobs", 7}}, kDay), kMicrosPerFen);
    world.pass(kHour);
    EXPECT_EQ(report("jobs", kFirst, world.now, 7), 0);
    cancel();
    EXPECT_EQ(world.contract_now().state(), v1::CONTRACT_SETTLED);
    EXPECT_EQ(cash(), 100 * kYuan);
}

TEST_F(ByPlan, accounts_survive_a_snapshot) {
    sell({component_of("traffic", v1::PRICE_UNIT_GB_MOVED, kYuan)});
    buy({{"traffic", 5 * kGb}}, kDay);
    world.pass(kHour);
    report("traffic", kFirst, world.now, kGb);
    const std::string snapshot = world.exchange.snapshot();
    auto restored = Exchange::restore(snapshot);
    ASSERT_TRUE(restored);
    EXPECT_EQ(restored->snapshot(), snapshot);
    world.exchange = *std::move(restored);
    EXPECT_EQ(report("traffic", world.now, world.now, kGb), kYuan);
    world.pass(kDay);
    pass_window();
    EXPECT_EQ(world.contract_now().charged().micros(), 2 * kYuan);
}

/// Whatever passes the checksum is refused, or is just what would be written again.
TEST_F(ByPlan, damaged_accounts_are_refused_or_read_as_they_are) {
    v1::PriceComponent moved =
        component_of("traffic", v1::PRICE_UNIT_GB_MOVED, kYuan, v1::MISSING_USAGE_ESTIMATE);
    moved.add_bands()->set_name("night");
    moved.mutable_bands(0)->set_to_minute(360);
    sell({moved, component_of("port", v1::PRICE_UNIT_PORT_DAY, kYuan)});
    buy({{"traffic", 5 * kGb}, {"port", 1}}, kTwoDays);
    world.pass(kDay);
    report("traffic", kFirst, kFirst, kGb);
    report("traffic", kFirst + kHour, kFirst + kHour, kGb);
    report("traffic", kFirst + kDay - kHour, world.now, kGb);
    pass_window();
    report("traffic", world.now - seconds(60), world.now, kGb);
    const std::string sound = world.exchange.snapshot();
    expect_damage_is_harmless(sound, 4);
}

}  // namespace
}  // namespace penstock::exchange
