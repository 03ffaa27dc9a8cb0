#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "core/exchange/by_plan_world.h"
#include "penstock/v1/contract.pb.h"
#include "penstock/v1/guarantee.pb.h"

namespace penstock::exchange {

inline constexpr Duration kGrace = kTwoDays;
/// The first contract's turn, after the end of its term.
inline constexpr Duration kTurn = seconds(1);

/// A port of 10 yuan a day and jobs of 1 yuan; one day is set aside ahead. The buyer has 100 yuan.
class RollingEscrow : public ByPlan {
  protected:
    void SetUp() override {
        ByPlan::SetUp();
        sell({component_of("port", v1::PRICE_UNIT_PORT_DAY, 10 * kYuan),
              component_of("jobs", v1::PRICE_UNIT_JOB, kYuan)});
        roll(1);
    }
    v1::SaleTerms rolling(std::uint32_t periods) const {
        v1::SaleTerms terms;
        terms.mutable_rolling_escrow()->set_periods(periods);
        terms.mutable_rolling_escrow()->set_grace_ns(kGrace.ns);
        return terms;
    }
    void roll(std::uint32_t periods) { agree(rolling(periods)); }
    static Duration days(std::int64_t number) { return seconds(number * 86'400); }
    std::int64_t buy_port(std::int64_t length_days) {
        v1::PlaceOrderRequest order = order_of({{"port", 1}}, days(length_days));
        order.mutable_max_total()->set_micros(1'000 * kYuan);
        v1::PlaceOrderResponse placed;
        world.must(world.buyer_key, "ContractService/PlaceOrder", order, placed);
        world.contract = placed.contracts(0);
        accept();
        return placed.held().micros();
    }
    void accept() {
        v1::AcceptContractRequest request;
        request.set_contract(world.contract);
        v1::AcceptContractResponse response;
        world.must(world.supplier_key, "ContractService/AcceptContract", request, response);
    }
    /// The buyer's cash goes into its guarantee, until so much of it is left.
    void spend_down_to(std::int64_t left) {
        const std::int64_t aside = cash() - left;
        v1::PlaceGuaranteeRequest request;
        request.mutable_amount()->set_micros(aside);
        request.mutable_amount()->set_currency("CNY");
        v1::PlaceGuaranteeResponse response;
        world.must(world.buyer_key, "GuaranteeService/PlaceGuarantee", request, response);
    }
    void get_back(std::int64_t micros) {
        v1::ReleaseGuaranteeRequest request;
        request.set_party(world.buyer);
        request.mutable_amount()->set_micros(micros);
        request.mutable_amount()->set_currency("CNY");
        v1::ReleaseGuaranteeResponse response;
        world.must(world.operator_key, "GuaranteeService/ReleaseGuarantee", request, response);
    }
    v1::ResumeContractRequest resumption() const {
        v1::ResumeContractRequest request;
        request.set_contract(world.contract);
        return request;
    }
    void resume() {
        v1::ResumeContractResponse response;
        world.must(world.buyer_key, "ContractService/ResumeContract", resumption(), response);
        EXPECT_EQ(response.covered_until_ns(), now().by_plan().covered_until_ns());
    }
    std::string_view refused_resumption(const Actor& who) {
        return world.refused(who, "ContractService/ResumeContract", resumption());
    }
    v1::Contract now() { return world.contract_now(); }
    v1::Runway runway() {
        v1::GetRunwayRequest request;
        request.set_contract(world.contract);
        return world.ask<v1::Runway>(world.buyer_key, "ContractService/GetRunway", request);
    }
    std::string_view refused_runway() {
        v1::GetRunwayRequest request;
        request.set_contract(world.contract);
        const auto reply = world.exchange.query("ContractService/GetRunway", world.buyer_key,
                                                world.now, request.SerializeAsString());
        if (!reply) return reply.error().reason();
        return "not refused";
    }
    std::vector<std::uint32_t> warnings() const {
        std::vector<std::uint32_t> days;
        for (const v1::Event& event : world.recorder.events)
            if (event.has_runway_warning()) days.push_back(event.runway_warning().days());
        return days;
    }
    void check_books() {
        EXPECT_EQ(world.books().difference(), 0);
        EXPECT_EQ(world.exchange.broken_invariants(), std::vector<std::string>());
        const std::string snapshot = world.exchange.snapshot();
        const auto restored = Exchange::restore(snapshot);
        ASSERT_TRUE(restored);
        EXPECT_EQ(restored->snapshot(), snapshot);
    }
};

}  // namespace penstock::exchange
