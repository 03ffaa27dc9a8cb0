#include <fmt/core.h>

#include <algorithm>
#include <memory>
#include <string>

#include "app/client/confirm.h"
#include "app/client/error.h"
#include "app/client/pages.h"
#include "app/client/print.h"
#include "app/client/session.h"
#include "app/client/verbs.h"
#include "base/money.h"
#include "penstock/v1/bills.pb.h"
#include "penstock/v1/credit.pb.h"

namespace penstock::client {

namespace {

struct PaymentInput {
    std::string bill;
    std::string bank_reference;
    bool is_received = false;
    bool is_not_received = false;
    std::string amount;
    std::string currency = "CNY";
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

/// The bill as the exchange keeps it: its paper names the contract among whose bills it is found.
RemoteResult<v1::IssuedBill> issued_bill(Session& session, const std::string& id) {
    v1::GetSettlementBillRequest asked;
    asked.set_bill(id);
    TRY_ASSIGN(const auto paper,
               session.call<v1::SettlementBill>("BillService/GetSettlementBill", asked));
    v1::ListSettlementBillsRequest request;
    if (paper.contracts_size() > 0) request.set_contract(paper.contracts(0).contract());
    v1::IssuedBill found;
    TRY((for_each_page<v1::ListSettlementBillsResponse>(
        session, "BillService/ListSettlementBills", request,
        [&](const v1::ListSettlementBillsResponse& page) {
            for (const v1::IssuedBill& bill : page.bills())
                if (bill.id() == id) found = bill;
        })));
    return found;
}

/// Of which sum a supplier says that it has come: what is declared; else what it denied last, as
/// far as that is payable; else all that is payable.
v1::Money to_receive(const v1::IssuedBill& bill) {
    if (bill.has_declared()) return bill.declared().amount();
    v1::Money payable = bill.charged();
    payable.set_micros(bill.charged().micros() - bill.given_back().micros() -
                       bill.disputed().micros() - bill.paid_to_supplier().micros() -
                       bill.operator_fee().micros() - bill.tax().micros() -
                       bill.rounding().micros());
    if (bill.has_denied())
        payable.set_micros(std::min(bill.denied().amount().micros(), payable.micros()));
    return payable;
}

/// The sum that has come: as it is given, or as the supplier is shown it and says yes to.
RemoteResult<v1::Money> received_amount(Session& session, const PaymentInput& input) {
    if (!input.amount.empty()) return read_amount(input.amount, input.currency);
    TRY_ASSIGN(const auto bill, issued_bill(session, input.bill));
    v1::Money amount = to_receive(bill);
    std::string which = "all that is payable";
    if (bill.has_denied()) which = "what you denied, as far as it is payable";
    if (bill.has_declared()) which = "declared as " + bill.declared().bank_reference();
    // Where that is nothing, the exchange says why.
    if (amount.micros() <= 0 ||
        is_confirmed(session, fmt::format("Have {} of {}, {}, come to your account?",
                                          money_text(amount), input.bill, which)))
        return amount;
    return refuse(kUsage, "amount",
                  fmt::format("Nothing was answered; say how much has come. --amount {} is {}.",
                              to_decimal(Money{amount.micros()}), which));
}

RemoteResult<void> answer_payment(Session& session, const PaymentInput& input) {
    v1::AnswerPaymentRequest request;
    request.set_bill(input.bill);
    request.set_received(!input.is_not_received);
    if (request.received() || !input.amount.empty()) {
        TRY_ASSIGN(*request.mutable_amount(), received_amount(session, input));
    }
    TRY_ASSIGN(const auto response,
               session.call<v1::AnswerPaymentResponse>("CreditService/AnswerPayment", request));
    if (session.output() == Output::machines)
        print_json(response);
    else if (input.is_not_received)
        fmt::print("{} is not paid, as you say; you owe {} of fees\n", input.bill,
                   money_text(response.fees_owed()));
    else
        fmt::print("{} of {} are paid, as you say; you owe {} of fees\n",
                   money_text(request.amount()), input.bill, money_text(response.fees_owed()));
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
    answered->add_option("--amount", input->amount,
                         "How much has come, or has not; asks for what has come without");
    answered->add_option("--currency", input->currency, "ISO 4217 code of the amount")
        ->capture_default_str();
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
