#pragma once

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "core/exchange/by_plan_world.h"
#include "core/exchange/officers_world.h"
#include "penstock/v1/credit.pb.h"
#include "penstock/v1/dispute.pb.h"
#include "penstock/v1/guarantee.pb.h"

namespace penstock::exchange {

/// The first contract's turn, after its end.
inline constexpr Duration kTurn = seconds(1);
inline constexpr Duration kWeek = seconds(7 * 86'400);
inline constexpr std::int64_t kLimit = 50 * kYuan;

/// A port of 10 yuan a day, whose bills are due a week after their issue and may stay so for two
/// days; and a buyer with 100 yuan of cash who may order for 50 on credit.
class PostPaid : public ByPlan {
  protected:
    void SetUp() override {
        ByPlan::SetUp();
        anna = sign_in_officer(world, 'A');
        bo = sign_in_officer(world, 'B');
        agree(on_credit());
        sell({component_of("port", v1::PRICE_UNIT_PORT_DAY, 10 * kYuan)});
        set_limit(anna, kLimit);
        set_limit(bo, kLimit);
    }
    static v1::SaleTerms on_credit() {
        v1::SaleTerms terms;
        terms.set_dispute_window_ns(kTwoDays.ns);
        terms.mutable_post_paid()->set_due_after_ns(kWeek.ns);
        terms.mutable_post_paid()->set_grace_ns(kTwoDays.ns);
        return terms;
    }
    void set_limit(const Actor& officer, std::int64_t micros) {
        v1::SetCreditLimitRequest request;
        request.set_party(world.buyer);
        request.mutable_limit()->set_micros(micros);
        request.mutable_limit()->set_currency("CNY");
        v1::SetCreditLimitResponse response;
        world.must(officer, "CreditService/SetCreditLimit", request, response);
    }
    v1::PlaceOrderRequest order_for_days(std::int64_t days) const {
        v1::PlaceOrderRequest order = order_of({{"port", 1}}, seconds(days * 86'400));
        order.set_post_paid(true);
        return order;
    }
    void place(std::int64_t days) {
        v1::PlaceOrderResponse placed;
        world.must(world.buyer_key, "ContractService/PlaceOrder", order_for_days(days), placed);
        world.contract = placed.contracts(0);
    }
    void order(std::int64_t days) {
        place(days);
        v1::AcceptContractRequest request;
        request.set_contract(world.contract);
        v1::AcceptContractResponse response;
        world.must(world.supplier_key, "ContractService/AcceptContract", request, response);
    }
    v1::CreditLine line() {
        return world.ask<v1::CreditLine>(world.buyer_key, "CreditService/GetCreditLine",
                                         v1::GetCreditLineRequest{});
    }
    std::int64_t committed() { return line().committed().micros(); }
    v1::IssuedBill last_bill() {
        return world.recorder.last(v1::Event::kBillChanged).bill_changed();
    }
    /// The buyer's cash goes into its guarantee, until so much of it is left.
    void spend_down_to(std::int64_t left) {
        put_aside = cash() - left;
        v1::PlaceGuaranteeRequest request;
        request.mutable_amount()->set_micros(put_aside);
        request.mutable_amount()->set_currency("CNY");
        v1::PlaceGuaranteeResponse response;
        world.must(world.buyer_key, "GuaranteeService/PlaceGuarantee", request, response);
    }
    void get_back() {
        v1::ReleaseGuaranteeRequest request;
        request.set_party(world.buyer);
        request.mutable_amount()->set_micros(put_aside);
        request.mutable_amount()->set_currency("CNY");
        v1::ReleaseGuaranteeResponse response;
        world.must(world.operator_key, "GuaranteeService/ReleaseGuarantee", request, response);
    }
    static v1::PayBillRequest payment_of(const std::string& bill) {
        v1::PayBillRequest request;
        request.set_bill(bill);
        return request;
    }
    std::int64_t pay(const std::string& bill) {
        v1::PayBillResponse response;
        world.must(world.buyer_key, "CreditService/PayBill", payment_of(bill), response);
        return response.paid().micros();
    }
    std::string_view refused_payment(const std::string& bill) {
        return world.refused(world.buyer_key, "CreditService/PayBill", payment_of(bill));
    }
    std::string dispute(std::int64_t micros) {
        v1::OpenDisputeRequest request;
        request.set_bill("bill_1");
        request.mutable_amount()->set_micros(micros);
        request.mutable_amount()->set_currency("CNY");
        request.set_reason("It was down for a night.");
        v1::OpenDisputeResponse response;
        world.must(world.buyer_key, "DisputeService/OpenDispute", request, response);
        return response.dispute();
    }
    void decide(const std::string& dispute, std::int64_t micros) {
        v1::DecideDisputeRequest request;
        request.set_dispute(dispute);
        request.mutable_given_back()->set_micros(micros);
        request.mutable_given_back()->set_currency("CNY");
        request.set_note("The logs show four hours.");
        v1::DecideDisputeResponse response;
        for (const Actor& who : {anna, bo})
            world.must(who, "DisputeService/DecideDispute", request, response);
    }

    Actor anna;
    Actor bo;
    std::int64_t put_aside = 0;
};

}  // namespace penstock::exchange
