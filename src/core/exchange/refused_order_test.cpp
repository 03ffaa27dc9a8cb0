// Orders and changes that are refused say which of their fields is at fault, and by how much.
#include <gtest/gtest.h>

#include <string>

#include "core/exchange/by_plan_world.h"
#include "penstock/v1/change.pb.h"

namespace penstock::exchange {
namespace {

/// Ports of 10 yuan a day and the product's two cores; the buyer has 100 yuan.
class RefusedOrder : public ByPlan {
  protected:
    void SetUp() override {
        ByPlan::SetUp();
        sell({component_of("port", v1::PRICE_UNIT_PORT_DAY, 10 * kYuan),
              component_of("core", v1::PRICE_UNIT_CORE_HOUR, kYuan / 10)});
    }
    void add_line(v1::PlaceOrderRequest& order, const char* component, std::int64_t quantity) {
        v1::OrderLine& line = *order.add_lines();
        line = order.lines(0);
        line.clear_quantities();
        v1::PlanQuantity& asked = *line.add_quantities();
        asked.set_component(component);
        asked.set_quantity(quantity);
    }
    Error refusal(const std::string& method, const google::protobuf::Message& request) {
        const Reply reply = world.send(world.buyer_key, method, request);
        EXPECT_EQ(reply.outcome, Reply::Outcome::rejected);
        return reply.error.value();
    }
    Error refused_order(const v1::PlaceOrderRequest& order) {
        return refusal("ContractService/PlaceOrder", order);
    }
};

TEST_F(RefusedOrder, names_the_line_with_too_many_cores_after_lines_without) {
    v1::PlaceOrderRequest order = order_of({{"port", 1}}, kDay);
    add_line(order, "core", 5);
    EXPECT_EQ(refused_order(order).reason(), "INSUFFICIENT_CAPACITY");
    EXPECT_EQ(refused_order(order).field(), "lines[1].cores");
}

TEST_F(RefusedOrder, names_the_line_that_has_too_many_with_those_before_it) {
    v1::PlaceOrderRequest order = order_of({{"core", 2}}, kDay);
    add_line(order, "port", 1);
    add_line(order, "core", 1);
    EXPECT_EQ(refused_order(order).field(), "lines[2].cores");
}

TEST_F(RefusedOrder, says_how_much_cash_is_missing_for_all_of_its_lines) {
    v1::PlaceOrderRequest order = order_of({{"port", 1}}, seconds(4 * 86'400));
    add_line(order, "port", 1);
    add_line(order, "port", 1);
    order.mutable_max_total()->set_micros(200 * kYuan);
    const Error refused = refused_order(order);
    EXPECT_EQ(refused.reason(), "INSUFFICIENT_FUNDS");
    EXPECT_EQ(refused.field(), "max_total");
    EXPECT_EQ(refused.detail(), "20.00 is missing.");
}

TEST_F(RefusedOrder, a_change_says_how_much_cash_is_missing) {
    buy({{"port", 1}}, kTwoDays);
    v1::ProposeChangeRequest change;
    change.set_contract(world.contract);
    change.set_term_end_ns((kFirst + seconds(11 * 86'400)).ns);
    change.mutable_max_additional()->set_micros(100 * kYuan);
    change.mutable_max_additional()->set_currency("CNY");
    const Error refused = refusal("ChangeService/ProposeChange", change);
    EXPECT_EQ(refused.reason(), "INSUFFICIENT_FUNDS");
    EXPECT_EQ(refused.field(), "max_additional");
    EXPECT_EQ(refused.detail(), "10.00 is missing.");
}

}  // namespace
}  // namespace penstock::exchange
