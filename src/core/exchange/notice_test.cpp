// Ending contracts by plan before their term does.
#include <gtest/gtest.h>

#include <string>

#include "core/exchange/by_plan_world.h"

namespace penstock::exchange {
namespace {

/// The first contract's turn, after its end.
constexpr Duration kTurn = seconds(1);

/// A port of 10 yuan a day, of which contracts end two days after notice.
class WithNotice : public ByPlan {
  protected:
    void SetUp() override {
        ByPlan::SetUp();
        v1::SaleTerms terms;
        terms.set_notice_ns(kTwoDays.ns);
        agree(terms);
        sell({component_of("port", v1::PRICE_UNIT_PORT_DAY, 10 * kYuan),
              component_of("moved", v1::PRICE_UNIT_GB_MOVED, kYuan)});
    }
    v1::GiveNoticeRequest notice() const {
        v1::GiveNoticeRequest request;
        request.set_contract(world.contract);
        return request;
    }
    v1::GiveSupplierNoticeRequest supplier_notice() const {
        v1::GiveSupplierNoticeRequest request;
        request.set_contract(world.contract);
        return request;
    }
    /// When the contract will end.
    Instant give() {
        v1::GiveNoticeResponse response;
        world.must(world.buyer_key, "ContractService/GiveNotice", notice(), response);
        EXPECT_EQ(response.has_ended(), response.ends_at_ns() == world.now.ns);
        return Instant{response.ends_at_ns()};
    }
    Instant give_as_supplier() {
        v1::GiveNoticeResponse response;
        world.must(world.supplier_key, "ContractService/GiveSupplierNotice", supplier_notice(),
                   response);
        return Instant{response.ends_at_ns()};
    }
    std::string_view refused_notice() {
        return world.refused(world.buyer_key, "ContractService/GiveNotice", notice());
    }
    std::string_view refused_supplier_notice(const Actor& who) {
        return world.refused(who, "ContractService/GiveSupplierNotice", supplier_notice());
    }
};

TEST_F(WithNotice, runs_on_and_is_charged_until_the_notice_is_over) {
    buy({{"port", 1}}, seconds(7 * 86'400));
    world.pass(kHour);
    const Instant given = world.now;
    EXPECT_EQ(give(), given + kTwoDays);
    const v1::Contract told = world.contract_now();
    EXPECT_EQ(told.state(), v1::CONTRACT_ACTIVE);
    EXPECT_EQ(told.by_plan().notice().party(), world.buyer);
    EXPECT_EQ(told.by_plan().notice().given_at_ns(), given.ns);
    EXPECT_EQ(told.by_plan().notice().ends_at_ns(), (given + kTwoDays).ns);
    EXPECT_EQ(told.by_plan().charged_time().end_ns(), (given + kTwoDays).ns);
    EXPECT_EQ(
        told.SerializeAsString(),
        world.recorder.last(v1::Event::kContractChanged).contract_changed().SerializeAsString());
    ASSERT_TRUE(Exchange::restore(world.exchange.snapshot()));
    world.pass(kTwoDays);
    EXPECT_EQ(world.contract_now().state(), v1::CONTRACT_ACTIVE) << "its turn has not come";
    world.pass(kTurn);
    const v1::Contract ended = world.contract_now();
    EXPECT_EQ(ended.state(), v1::CONTRACT_SETTLED);
    EXPECT_EQ(ended.close_reason(), v1::CLOSE_BUYER_CANCELLED);
    // Two days and an hour.
    EXPECT_EQ(ended.charged().micros(), 20 * kYuan + 420'000);
    EXPECT_EQ(cash(), 80 * kYuan - 420'000) << "what was set aside beyond is back";
}

TEST_F(WithNotice, ends_no_later_than_the_term) {
    buy({{"port", 1}}, kDay);
    const Instant end = world.now + kDay;
    EXPECT_EQ(give(), end);
    world.pass(kDay + kTurn);
    EXPECT_EQ(world.contract_now().close_reason(), v1::CLOSE_TERM_ENDED);
    EXPECT_EQ(world.contract_now().charged().micros(), 10 * kYuan);
}

TEST_F(WithNotice, ends_at_once_what_would_end_before_it_begins) {
    buy({{"port", 1}}, kDay, kTwoDays);
    EXPECT_EQ(give(), world.now);
    EXPECT_EQ(world.contract_now().state(), v1::CONTRACT_SETTLED);
    EXPECT_EQ(world.contract_now().charged().micros(), 0);
    EXPECT_EQ(cash(), 100 * kYuan);
}

TEST_F(WithNotice, begins_what_begins_before_it_is_over) {
    buy({{"port", 1}}, seconds(5 * 86'400), kDay);
    give();
    world.pass(kTwoDays + kTurn);
    EXPECT_EQ(world.contract_now().state(), v1::CONTRACT_SETTLED);
    EXPECT_EQ(world.contract_now().charged().micros(), 10 * kYuan);
}

TEST_F(WithNotice, is_the_suppliers_to_give_and_its_own_reason) {
    buy({{"port", 1}}, seconds(7 * 86'400));
    EXPECT_EQ(give_as_supplier(), world.now + kTwoDays);
    EXPECT_EQ(world.contract_now().by_plan().notice().party(), world.supplier);
    world.pass(kTwoDays + kTurn);
    EXPECT_EQ(world.contract_now().close_reason(), v1::CLOSE_SUPPLIER_NOTICE);
    EXPECT_EQ(world.contract_now().charged().micros(), 20 * kYuan);
}

TEST_F(WithNotice, is_given_once_and_not_taken_back) {
    buy({{"port", 1}}, seconds(7 * 86'400));
    give();
    EXPECT_EQ(refused_notice(), "NOTICE_GIVEN");
    EXPECT_EQ(refused_supplier_notice(world.supplier_key), "NOTICE_GIVEN");
    world.pass(kTwoDays + kTurn);
    EXPECT_EQ(refused_notice(), "CONTRACT_WRONG_STATE");
}

TEST_F(WithNotice, is_what_cancelling_an_order_gives) {
    buy({{"port", 1}}, seconds(7 * 86'400));
    cancel();
    EXPECT_EQ(world.contract_now().state(), v1::CONTRACT_ACTIVE);
    EXPECT_EQ(world.contract_now().by_plan().notice().ends_at_ns(), (world.now + kTwoDays).ns);
    v1::CancelOrderRequest again;
    again.set_order(world.contract_now().order());
    EXPECT_EQ(world.refused(world.buyer_key, "ContractService/CancelOrder", again), "NOTICE_GIVEN");
}

TEST_F(WithNotice, does_not_keep_an_agent_from_ending_it_by_being_revoked) {
    buy({{"port", 1}}, seconds(7 * 86'400));
    give();
    world.pass(kDay);
    v1::RevokeAgentRequest request;
    request.set_agent(world.agent_id);
    v1::RevokeAgentResponse response;
    world.must(world.supplier_key, "PartyService/RevokeAgent", request, response);
    EXPECT_EQ(world.contract_now().close_reason(), v1::CLOSE_SUPPLIER_REVOKED);
    EXPECT_EQ(world.contract_now().charged().micros(), 10 * kYuan);
}

TEST_F(WithNotice, lets_usage_be_reported_until_its_end_and_no_further) {
    buy({{"moved", 5 * kGb}}, seconds(7 * 86'400));
    const Instant end = give();
    world.pass(kTwoDays);
    EXPECT_EQ(report("moved", kFirst + kDay, end, kGb), kYuan);
    world.pass(seconds(1));
    EXPECT_EQ(refused(report_of("moved", end, world.now, kGb)), "CONTRACT_WRONG_STATE");
    EXPECT_EQ(world.contract_now().charged().micros(), kYuan);
}

TEST_F(ByPlan, ends_at_once_by_its_buyer_alone_where_no_notice_was_agreed) {
    sell({component_of("port", v1::PRICE_UNIT_PORT_DAY, 10 * kYuan)});
    buy({{"port", 1}}, kDay);
    v1::GiveSupplierNoticeRequest supplier;
    supplier.set_contract(world.contract);
    EXPECT_EQ(world.refused(world.supplier_key, "ContractService/GiveSupplierNotice", supplier),
              "NOTICE_NOT_AGREED");
    EXPECT_EQ(world.refused(world.buyer_key, "ContractService/GiveSupplierNotice", supplier),
              "PERMISSION_DENIED");
    v1::GiveNoticeRequest request;
    request.set_contract(world.contract);
    v1::GiveNoticeResponse response;
    world.must(world.buyer_key, "ContractService/GiveNotice", request, response);
    EXPECT_EQ(response.ends_at_ns(), world.now.ns);
    EXPECT_EQ(world.contract_now().state(), v1::CONTRACT_SETTLED);
}

TEST_F(ByPlan, refuses_a_notice_that_is_too_long_and_one_for_cores) {
    v1::SaleTerms terms;
    terms.set_notice_ns(seconds(180LL * 86'400).ns + 1);
    EXPECT_EQ(world.refused(world.supplier_key, "TermsService/SetSaleTerms", terms_request(terms)),
              "NOTICE_INVALID");
    terms.set_notice_ns(-1);
    EXPECT_EQ(world.refused(world.supplier_key, "TermsService/SetSaleTerms", terms_request(terms)),
              "NOTICE_INVALID");
    v1::PlaceOrderResponse placed;
    world.must(world.buyer_key, "ContractService/PlaceOrder", world.order_for(1), placed);
    v1::GiveNoticeRequest request;
    request.set_contract(placed.contracts(0));
    EXPECT_EQ(world.refused(world.buyer_key, "ContractService/GiveNotice", request),
              "CONTRACT_FOR_CORES");
}

}  // namespace
}  // namespace penstock::exchange
