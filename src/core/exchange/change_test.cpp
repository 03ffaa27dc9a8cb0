// Contracts by plan that are extended, or bought more or less of, while they run.
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "core/exchange/by_plan_world.h"
#include "penstock/v1/change.pb.h"

namespace penstock::exchange {
namespace {

/// The first contract's turn, after its end.
constexpr Duration kTurn = seconds(1);

constexpr Duration days(std::int64_t count) {
    return seconds(count * 86'400);
}

/// Ports of 10 yuan a day, which a person accepts, and cores of a yuan a day, which an agent does.
class Changes : public ByPlan {
  protected:
    void SetUp() override {
        ByPlan::SetUp();
        sell({component_of("port", v1::PRICE_UNIT_PORT_DAY, 10 * kYuan),
              component_of("core", v1::PRICE_UNIT_CORE_HOUR, kYuan / 10),
              component_of("moved", v1::PRICE_UNIT_GB_MOVED, kYuan / 10),
              component_of("set-up", v1::PRICE_UNIT_ONE_OFF, kYuan)});
    }
    v1::ProposeChangeRequest extension(Duration length) const {
        v1::ProposeChangeRequest request;
        request.set_contract(world.contract);
        request.set_term_end_ns((kFirst + length).ns);
        request.mutable_max_additional()->set_micros(100 * kYuan);
        request.mutable_max_additional()->set_currency("CNY");
        return request;
    }
    v1::ProposeChangeRequest quantities(const char* component, std::int64_t quantity) const {
        v1::ProposeChangeRequest request = extension({});
        request.clear_term_end_ns();
        v1::PlanQuantity& asked = *request.add_quantities();
        asked.set_component(component);
        asked.set_quantity(quantity);
        return request;
    }
    v1::ProposeChangeResponse propose(const v1::ProposeChangeRequest& request) {
        v1::ProposeChangeResponse response;
        world.must(world.buyer_key, "ChangeService/ProposeChange", request, response);
        change = response.change_order();
        return response;
    }
    std::string_view refused_change(const v1::ProposeChangeRequest& request) {
        return world.refused(world.buyer_key, "ChangeService/ProposeChange", request);
    }
    void accept() {
        v1::AcceptChangeRequest request;
        request.set_change_order(change);
        v1::AcceptChangeResponse response;
        world.must(world.supplier_key, "ChangeService/AcceptChange", request, response);
    }
    void decline() {
        v1::DeclineChangeRequest request;
        request.set_change_order(change);
        v1::DeclineChangeResponse response;
        world.must(world.supplier_key, "ChangeService/DeclineChange", request, response);
    }
    void withdraw() {
        v1::WithdrawChangeRequest request;
        request.set_change_order(change);
        v1::WithdrawChangeResponse response;
        world.must(world.buyer_key, "ChangeService/WithdrawChange", request, response);
    }
    std::string_view refused_answer(const Actor& who, const std::string& id) {
        v1::AcceptChangeRequest request;
        request.set_change_order(id);
        return world.refused(who, "ChangeService/AcceptChange", request);
    }
    v1::ChangeOrder told() {
        return world.recorder.last(v1::Event::kChangeOrderChanged).change_order_changed();
    }
    void restore() {
        auto restored = Exchange::restore(world.exchange.snapshot());
        ASSERT_TRUE(restored);
        EXPECT_EQ(restored->snapshot(), world.exchange.snapshot());
    }
    v1::Contract end_of_term(Duration length) {
        world.pass(kFirst + length + kTurn - world.now);
        return world.contract_now();
    }

    std::string change;
};

TEST_F(Changes, extend_a_contract_when_its_supplier_agrees) {
    buy({{"port", 1}}, days(2));
    world.pass(kHour);
    const auto proposed = propose(extension(days(3)));
    EXPECT_EQ(proposed.state(), v1::CHANGE_ORDER_PROPOSED);
    EXPECT_EQ(proposed.additional().micros(), 10 * kYuan);
    EXPECT_EQ(cash(), 70 * kYuan) << "held before it is agreed to";
    const v1::Contract waits = world.contract_now();
    EXPECT_EQ(waits.by_plan().change_order().id(), "chg_1");
    EXPECT_EQ(waits.by_plan().change_order().term().end_ns(), (kFirst + days(3)).ns);
    EXPECT_EQ(waits.term().end_ns(), (kFirst + days(2)).ns);
    EXPECT_EQ(
        waits.SerializeAsString(),
        world.recorder.last(v1::Event::kContractChanged).contract_changed().SerializeAsString());
    restore();
    accept();
    EXPECT_EQ(told().state(), v1::CHANGE_ORDER_AGREED);
    EXPECT_EQ(told().ended_at_ns(), world.now.ns);
    EXPECT_EQ(world.contract_now().term().end_ns(), (kFirst + days(3)).ns);
    EXPECT_EQ(world.contract_now().escrow().micros(), 30 * kYuan);
    EXPECT_FALSE(world.contract_now().by_plan().has_change_order());
    restore();
    const v1::Contract ended = end_of_term(days(3));
    EXPECT_EQ(ended.close_reason(), v1::CLOSE_TERM_ENDED);
    EXPECT_EQ(ended.charged().micros(), 30 * kYuan);
    EXPECT_EQ(cash(), 70 * kYuan);
}

TEST_F(Changes, take_effect_at_once_where_an_agent_accepts) {
    buy({{"core", 1}}, days(1));
    const auto proposed = propose(extension(days(2)));
    EXPECT_EQ(proposed.state(), v1::CHANGE_ORDER_AGREED);
    EXPECT_EQ(told().state(), v1::CHANGE_ORDER_AGREED);
    EXPECT_EQ(world.contract_now().term().end_ns(), (kFirst + days(2)).ns);
    EXPECT_EQ(end_of_term(days(2)).charged().micros(), 48 * kYuan / 10);
}

TEST_F(Changes, are_asked_of_a_supplier_whose_plan_is_another_now) {
    buy({{"core", 1}}, days(1));
    world.pass(kHour);
    sell({component_of("core", v1::PRICE_UNIT_CORE_HOUR, kYuan)});
    EXPECT_EQ(propose(extension(days(2))).state(), v1::CHANGE_ORDER_PROPOSED);
    accept();
    EXPECT_EQ(end_of_term(days(2)).charged().micros(), 48 * kYuan / 10) << "at the frozen price";
}

TEST_F(Changes, buy_more_from_the_next_billing_period_on) {
    buy({{"port", 1}, {"set-up", 1}}, days(3));
    world.pass(kHour);
    EXPECT_EQ(propose(quantities("port", 2)).additional().micros(), 20 * kYuan);
    accept();
    EXPECT_EQ(told().quantities().from_ns(), (kFirst + kDay).ns);
    EXPECT_EQ(world.contract_now().by_plan().planned().from_ns(), (kFirst + kDay).ns);
    EXPECT_EQ(world.contract_now().by_plan().quantities(0).quantity(), 1);
    restore();
    world.pass(kDay);
    EXPECT_EQ(world.contract_now().by_plan().quantities(0).quantity(), 2);
    EXPECT_FALSE(world.contract_now().by_plan().has_planned());
    EXPECT_EQ(end_of_term(days(3)).charged().micros(), 51 * kYuan) << "set up but once";
}

TEST_F(Changes, buy_less_and_give_back_what_was_set_aside) {
    buy({{"port", 2}}, days(3));
    world.pass(kHour);
    EXPECT_EQ(cash(), 40 * kYuan);
    EXPECT_EQ(propose(quantities("port", 1)).additional().micros(), 0);
    EXPECT_EQ(told().released().micros(), 20 * kYuan);
    EXPECT_EQ(cash(), 40 * kYuan) << "not before it is agreed to";
    accept();
    EXPECT_EQ(cash(), 60 * kYuan);
    EXPECT_EQ(world.contract_now().escrow().micros(), 40 * kYuan);
    EXPECT_EQ(end_of_term(days(3)).charged().micros(), 40 * kYuan);
    EXPECT_EQ(cash(), 60 * kYuan);
}

TEST_F(Changes, before_the_term_begins_hold_from_its_beginning) {
    buy({{"port", 1}, {"set-up", 2}}, days(1), kDay);
    v1::ProposeChangeRequest both = quantities("port", 3);
    both.set_term_end_ns((kFirst + days(3)).ns);
    EXPECT_EQ(propose(both).additional().micros(), 50 * kYuan);
    accept();
    EXPECT_EQ(end_of_term(days(3)).charged().micros(), 62 * kYuan);
}

TEST_F(Changes, end_a_billing_period_where_the_term_ended_before) {
    buy({{"port", 1}}, kDay + seconds(43'200));
    world.pass(kDay + kHour);
    propose(extension(days(2) + seconds(43'200)));
    accept();
    const v1::Contract ended = end_of_term(days(2) + seconds(43'200));
    EXPECT_EQ(ended.charged().micros(), 25 * kYuan);
    std::vector<std::pair<std::int64_t, std::int64_t>> periods;
    for (const v1::Event& event : world.recorder.events) {
        if (event.has_bill_changed() && event.bill_changed().contract() == world.contract)
            periods.emplace_back(
                (Instant{event.bill_changed().period().start_ns()} - kFirst).ns / kHour.ns,
                (Instant{event.bill_changed().period().end_ns()} - kFirst).ns / kHour.ns);
    }
    EXPECT_EQ(periods, (std::vector<std::pair<std::int64_t, std::int64_t>>{
                           {0, 24}, {24, 36}, {36, 48}, {48, 60}}));
}

TEST_F(Changes, that_are_not_agreed_to_leave_all_as_it_was) {
    buy({{"port", 1}}, days(3));
    const auto check = [&](v1::ChangeOrderState how) {
        EXPECT_EQ(told().state(), how);
        EXPECT_EQ(cash(), 70 * kYuan);
        EXPECT_FALSE(world.contract_now().by_plan().has_change_order());
        EXPECT_EQ(world.contract_now().term().end_ns(), (kFirst + days(3)).ns);
        EXPECT_EQ(refused_answer(world.supplier_key, change), "CHANGE_ORDER_CLOSED");
    };
    propose(extension(days(4)));
    decline();
    check(v1::CHANGE_ORDER_DECLINED);
    propose(extension(days(4)));
    withdraw();
    check(v1::CHANGE_ORDER_WITHDRAWN);
    propose(extension(days(4)));
    world.pass(kDay);
    check(v1::CHANGE_ORDER_LAPSED);
    world.pass(kHour);
    propose(quantities("port", 2));
    world.pass(seconds(23 * 3'600));
    check(v1::CHANGE_ORDER_LAPSED);
}

TEST_F(Changes, lapse_when_the_contract_ends_or_is_given_notice) {
    buy({{"port", 1}}, days(3));
    propose(extension(days(4)));
    cancel();
    EXPECT_EQ(told().state(), v1::CHANGE_ORDER_LAPSED);
    EXPECT_EQ(cash(), 100 * kYuan);
    v1::SaleTerms terms;
    terms.set_notice_ns(kDay.ns);
    agree(terms);
    buy({{"port", 1}}, days(3));
    propose(extension(days(4)));
    cancel();
    EXPECT_EQ(told().state(), v1::CHANGE_ORDER_LAPSED);
    EXPECT_EQ(world.contract_now().state(), v1::CONTRACT_ACTIVE);
    EXPECT_EQ(refused_change(extension(days(4))), "NOTICE_GIVEN");
}

TEST_F(Changes, that_are_planned_go_with_a_contract_that_ends_before) {
    buy({{"core", 1}}, days(3));
    world.pass(kHour);
    propose(quantities("core", 2));
    cancel();
    EXPECT_EQ(world.contract_now().state(), v1::CONTRACT_SETTLED);
    EXPECT_EQ(world.contract_now().charged().micros(), kYuan / 10);
    EXPECT_FALSE(world.contract_now().by_plan().has_planned());
    EXPECT_EQ(world.exchange.broken_invariants(), std::vector<std::string>());
}

TEST_F(Changes, never_promise_cores_that_are_not_there) {
    // Two are for sale.
    buy({{"core", 1}}, days(2));
    const std::string first = world.contract;
    buy({{"core", 1}}, days(2), days(2));
    const std::string second = std::exchange(world.contract, first);
    EXPECT_EQ(refused_change(quantities("core", 3)), "INSUFFICIENT_CAPACITY");
    world.pass(kHour);
    propose(quantities("core", 2));
    EXPECT_EQ(refused_change(extension(days(3))), "CHANGE_PENDING") << "until it is in force";
    world.pass(kDay);
    EXPECT_EQ(world.contract_now().cores(), 2u);
    EXPECT_EQ(refused_change(extension(days(3))), "INSUFFICIENT_CAPACITY");
    world.contract = second;
    EXPECT_EQ(refused_change(quantities("core", 3)), "INSUFFICIENT_CAPACITY");
    propose(quantities("core", 2));
    EXPECT_EQ(world.contract_now().by_plan().planned().from_ns(), (kFirst + days(2)).ns);
    world.contract = first;
    EXPECT_EQ(refused_change(extension(days(2) + kHour)), "INSUFFICIENT_CAPACITY");
    world.contract = second;
    world.pass(kDay);
    EXPECT_EQ(world.contract_now().cores(), 2u);
    propose(quantities("core", 1));
    restore();
    end_of_term(days(4));
    world.pass(kTurn);  // It is the second one's.
    EXPECT_EQ(world.contract_now().charged().micros(), 72 * kYuan / 10);
}

TEST_F(Changes, refuse_what_cannot_be) {
    buy({{"port", 1}, {"moved", kGb}}, days(2));
    EXPECT_EQ(refused_change(extension(days(2))), "TERM_NOT_EXTENDED");
    EXPECT_EQ(refused_change(extension(days(2) + kHour - Duration{1})), "TERM_NOT_EXTENDED");
    EXPECT_EQ(refused_change(extension(days(367))), "TERM_NOT_EXTENDED");
    EXPECT_EQ(refused_change(quantities("port", 1)), "CHANGE_EMPTY");
    for (const auto& [component, quantity] : std::vector<std::pair<const char*, std::int64_t>>{
             {"moved", 2 * kGb}, {"set-up", 1}, {"none", 1}, {"port", -1}, {"port", INT64_MAX}})
        EXPECT_EQ(refused_change(quantities(component, quantity)), "CHANGE_QUANTITIES_INVALID")
            << component;
    v1::ProposeChangeRequest twice = quantities("port", 2);
    *twice.add_quantities() = twice.quantities(0);
    EXPECT_EQ(refused_change(twice), "CHANGE_QUANTITIES_INVALID");
    EXPECT_EQ(refused_change(quantities("core", 1'000'001)), "ORDER_CORES_INVALID");
    EXPECT_EQ(refused_change(quantities("port", 1'000'000'000'000'000)), "ORDER_TOO_EXPENSIVE");
    EXPECT_EQ(refused_change(quantities("port", 90)), "MAX_ADDITIONAL_EXCEEDED");
    v1::ProposeChangeRequest silent = quantities("port", 2);
    silent.clear_max_additional();
    EXPECT_EQ(refused_change(silent), "MAX_ADDITIONAL_EXCEEDED");
    EXPECT_EQ(refused_change(extension(days(11))), "INSUFFICIENT_FUNDS");
    world.pass(kDay);
    EXPECT_EQ(refused_change(quantities("port", 2)), "CHANGE_TOO_LATE");
    EXPECT_EQ(world.refused(world.supplier_key, "ChangeService/ProposeChange", extension(days(3))),
              "PERMISSION_DENIED");
    propose(extension(days(3)));
    EXPECT_EQ(refused_change(extension(days(3))), "CHANGE_PENDING");
    EXPECT_EQ(refused_answer(world.buyer_key, change), "PERMISSION_DENIED");
    EXPECT_EQ(refused_answer(world.supplier_key, "chg_9"), "CHANGE_ORDER_NOT_FOUND");
    accept();
    EXPECT_EQ(refused_answer(world.supplier_key, change), "CHANGE_ORDER_CLOSED");
    end_of_term(days(3));
    EXPECT_EQ(refused_change(extension(days(4))), "CONTRACT_WRONG_STATE");
}

TEST_F(Changes, are_not_made_of_nothing_or_of_contracts_for_cores) {
    buy({{"port", 1}}, days(2));
    EXPECT_EQ(refused_change(quantities("port", 0)), "CHANGE_QUANTITIES_INVALID");
    world.pass(kHour);
    sell({component_of("core", v1::PRICE_UNIT_CORE_HOUR, kYuan)});
    v1::PlaceOrderRequest order = order_of({}, kDay);
    order.mutable_lines(0)->set_cores(1);
    v1::PlaceOrderResponse placed;
    world.must(world.buyer_key, "ContractService/PlaceOrder", order, placed);
    world.contract = placed.contracts(0);
    EXPECT_EQ(refused_change(extension(days(2))), "CONTRACT_NOT_BY_PLAN");
}

TEST_F(Changes, extend_a_term_so_often_only_that_its_former_ends_are_few) {
    buy({{"core", 1}}, kHour);
    Duration length = kHour;
    for (std::size_t i = 0; i < contract::kFormerEndsMax; ++i) {
        length = length + kHour;
        EXPECT_EQ(propose(extension(length)).state(), v1::CHANGE_ORDER_AGREED);
    }
    restore();
    EXPECT_EQ(refused_change(extension(length + kHour)), "ORDER_TOO_MANY_PERIODS");
    propose(quantities("core", 2));
    world.pass(kHour + kTurn);
    EXPECT_EQ(refused_change(quantities("core", 2)), "CHANGE_EMPTY") << "two are in force";
    EXPECT_EQ(propose(extension(length + kHour)).state(), v1::CHANGE_ORDER_AGREED)
        << "the first of the former ends has passed";
    EXPECT_EQ(refused_change(extension(length + kHour + kHour)), "ORDER_TOO_MANY_PERIODS");
    EXPECT_EQ(end_of_term(length + kHour).charged().micros(), 67 * kYuan / 10);
    EXPECT_EQ(world.exchange.broken_invariants(), std::vector<std::string>());
}

TEST_F(Changes, may_follow_one_another) {
    buy({{"port", 1}}, seconds(3'600));
    for (std::int64_t hours = 2; hours <= 5; ++hours) {
        propose(extension(seconds(hours * 3'600)));
        accept();
    }
    restore();
    EXPECT_EQ(end_of_term(seconds(5 * 3'600)).charged().micros(), 2'080'000);
}

}  // namespace
}  // namespace penstock::exchange
