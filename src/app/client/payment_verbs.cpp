#include <fmt/core.h>

#include <memory>
#include <string>

#include "app/client/print.h"
#include "app/client/session.h"
#include "app/client/verbs.h"
#include "penstock/v1/credit.pb.h"

namespace penstock::client {

namespace {

struct PaymentInput {
    std::string bill;
    std::string bank_reference;
    bool is_received = false;
    bool is_not_received = false;
    std::string note;
};

RemoteResult<void> pay_bill(Session& session, const PaymentInput& input) {
    v1::PayBillRequest request;
    request.set_bill(input.bill);
    TRY_ASSIGN(const auto response,
               session.call<v1::PayBillResponse>("CreditService/PayBill", request));
    if (session.output() == Output::machines)
        print_json(response);
    else
        fmt::print("{} paid of {}\n", money_text(response.paid()), input.bill);
    return {};
}

RemoteResult<void> declare_payment(Session& session, const PaymentInput& input) {
    v1::DeclarePaymentRequest request;
    request.set_bill(input.bill);
    request.set_bank_reference(input.bank_reference);
    TRY_ASSIGN(const auto response,
               session.call<v1::DeclarePaymentResponse>("CreditService/DeclarePayment", request));
    if (session.output() == Output::machines)
        print_json(response);
    else
        fmt::print("{} declared as paid of {}; the supplier answers until {}\n",
                   money_text(response.declared()), input.bill,
                   time_text(response.answer_until_ns()));
    return {};
}

RemoteResult<void> answer_payment(Session& session, const PaymentInput& input) {
    v1::AnswerPaymentRequest request;
    request.set_bill(input.bill);
    request.set_received(!input.is_not_received);
    TRY_ASSIGN(const auto response,
               session.call<v1::AnswerPaymentResponse>("CreditService/AnswerPayment", request));
    if (session.output() == Output::machines)
        print_json(response);
    else
        fmt::print("{} {}; you owe {} of fees\n", input.bill,
                   input.is_not_received ? "is not paid, as you say" : "is paid, as you say",
                   money_text(response.fees_owed()));
    return {};
}

RemoteResult<void> decide_payment(Session& session, const PaymentInput& input) {
    v1::DecidePaymentRequest request;
    request.set_bill(input.bill);
    request.set_received(input.is_received);
    request.set_note(input.note);
    TRY_ASSIGN(const auto response,
               session.call<v1::DecidePaymentResponse>("CreditService/DecidePayment", request));
    if (session.output() == Output::machines)
        print_json(response);
    else if (response.awaits_second_officer())
        fmt::print("This waits for another officer to say the same.\n");
    else if (input.is_received)
        fmt::print("{} is decided: {} of it are paid\n", input.bill, money_text(response.paid()));
    else
        fmt::print("{} is decided: the payment has not come\n", input.bill);
    return {};
}

}  // namespace

void add_payment_verbs(CLI::App& settlement) {
    const auto input = std::make_shared<PaymentInput>();
    add_verb(settlement, "pay", "Pays a bill on credit out of your cash (docs/service-levels.md)",
             input, pay_bill)
        ->add_option("bill", input->bill, "bill_…")
        ->required();
    CLI::App* declared = add_verb(
        settlement, "declare", "Says that you have paid a bill to the supplier's own bank account",
        input, declare_payment);
    declared->add_option("bill", input->bill, "bill_…")->required();
    declared->add_option("--bank-reference", input->bank_reference, "Of your bank's payment")
        ->required();
    CLI::App* answered = add_verb(
        settlement, "received",
        "Says that what a buyer has declared, or all that is payable, has come to your account",
        input, answer_payment);
    answered->add_option("bill", input->bill, "bill_…")->required();
    answered->add_flag("--not", input->is_not_received, "What is declared has not come");
    CLI::App* decided =
        add_verb(settlement, "decide-payment",
                 "Decides about a payment that its supplier has denied (two officers say the same)",
                 input, decide_payment);
    decided->add_option("bill", input->bill, "bill_…")->required();
    auto* which = decided->add_option_group("what", "What the officers have found");
    which->add_flag("--received", input->is_received, "It has come after all: it is paid");
    which->add_flag("--not", input->is_not_received, "It has not come");
    which->require_option(1);
    decided->add_option("--note", input->note, "Why, on one line")->required();
}

}  // namespace penstock::client
