#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <string_view>

#include "core/exchange/direct_payment.h"
#include "core/exchange/post_paid_world.h"

namespace penstock::exchange {

/// Enough for the turns of the first few contracts.
inline constexpr Duration kTurns = seconds(30);

/// As PostPaid, paid without the exchange, which takes 3% of it.
class DirectPayment : public PostPaid {
  protected:
    void SetUp() override {
        PostPaid::SetUp();
        v1::SaleTerms terms = on_credit();
        terms.mutable_post_paid()->set_directly(true);
        agree(terms);
        allow(true);
    }
    void allow(bool allowed) {
        v1::AllowDirectPaymentRequest request;
        request.set_allowed(allowed);
        v1::AllowDirectPaymentResponse response;
        world.must(world.operator_key, "CreditService/AllowDirectPayment", request, response);
    }
    /// A contract of a day, whose bill is issued.
    void buy_a_day() {
        order(1);
        world.pass(kDay + kTurns);
    }
    static v1::DeclarePaymentRequest declaration_of(const std::string& bill) {
        v1::DeclarePaymentRequest request;
        request.set_bill(bill);
        request.set_bank_reference("ICBC-20260301-0007");
        return request;
    }
    v1::DeclarePaymentResponse declare(const std::string& bill) {
        v1::DeclarePaymentResponse response;
        world.must(world.buyer_key, "CreditService/DeclarePayment", declaration_of(bill), response);
        return response;
    }
    std::string_view refused_declaration(const std::string& bill) {
        return world.refused(world.buyer_key, "CreditService/DeclarePayment", declaration_of(bill));
    }
    static v1::AnswerPaymentRequest answer_of(const std::string& bill, bool received) {
        v1::AnswerPaymentRequest request;
        request.set_bill(bill);
        request.set_received(received);
        return request;
    }
    std::int64_t answer(const std::string& bill, bool received) {
        v1::AnswerPaymentResponse response;
        world.must(world.supplier_key, "CreditService/AnswerPayment", answer_of(bill, received),
                   response);
        return response.fees_owed().micros();
    }
    std::string_view refused_answer(const std::string& bill, bool received) {
        return world.refused(world.supplier_key, "CreditService/AnswerPayment",
                             answer_of(bill, received));
    }
    static v1::DecidePaymentRequest decision_of(const std::string& bill, bool received) {
        v1::DecidePaymentRequest request;
        request.set_bill(bill);
        request.set_received(received);
        request.set_note("As the supplier's bank confirms.");
        return request;
    }
    v1::DecidePaymentResponse say(const Actor& officer, const std::string& bill, bool received) {
        v1::DecidePaymentResponse response;
        world.must(officer, "CreditService/DecidePayment", decision_of(bill, received), response);
        return response;
    }
    std::string_view refused_decision(const std::string& bill) {
        return world.refused(anna, "CreditService/DecidePayment", decision_of(bill, true));
    }
    /// Until the first bill is due.
    void pass_until_due() { world.pass(Instant{last_bill().due_at_ns()} - world.now); }
    std::int64_t owed() {
        return fees_owed(world.exchange.state(), *PartyId::parse(world.supplier)).micros;
    }
};

}  // namespace penstock::exchange
