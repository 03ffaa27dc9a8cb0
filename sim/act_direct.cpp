#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "core/exchange/state.h"
#include "penstock/v1/credit.pb.h"
#include "penstock/v1/custody.pb.h"
#include "sim/world.h"

/// Bills that are paid to their suppliers' own bank accounts: declared and answered, rightly or
/// not; and officers who decide about what was denied.
namespace penstock::sim {
namespace {

constexpr std::int64_t kFen = 10'000;

void declare(World& world, BillId id, PartyId buyer) {
    v1::DeclarePaymentRequest request;
    request.set_bill(id.text());
    if (!world.random.one_in(12)) request.set_bank_reference("BANK-" + id.text());
    world.send(key_of(world, buyer), "CreditService/DeclarePayment", request);
}

/// What the supplier sees of the payment that it answers.
Money shown_amount(const World& world, BillId id) {
    const billing::Bill* bill = world.exchange().state().bills.find(id);
    if (bill == nullptr) return {};
    if (bill->is_declared()) return bill->declared.amount;
    if (!bill->denied.is_set()) return bill->payable();
    return std::min(bill->denied.declared.amount, bill->payable());
}

/// For the sum that is shown, at times after another one that it is not any more, or for any.
void answer(World& world, BillId id, const billing::Bill& bill, bool received) {
    v1::AnswerPaymentRequest request;
    request.set_bill(id.text());
    request.set_received(received);
    const Money shown = shown_amount(world, id);
    request.mutable_amount()->set_currency("CNY");
    if (world.random.one_in(3)) {
        request.mutable_amount()->set_micros(shown.micros + kFen);
        world.send(key_of(world, bill.supplier), "CreditService/AnswerPayment", request);
    }
    if (world.random.one_in(2))
        request.clear_amount();
    else
        request.mutable_amount()->set_micros(shown.micros);
    world.send(key_of(world, world.random.one_in(16) ? bill.buyer : bill.supplier),
               "CreditService/AnswerPayment", request);
}

/// The supplier's agent, which sees no bank account.
void answer_as_agent(World& world, BillId id, const billing::Bill& bill) {
    const contract::Contract* contract = world.exchange().state().contracts.find(bill.contract);
    if (contract == nullptr) return;
    v1::AnswerPaymentRequest request;
    request.set_bill(id.text());
    request.set_received(true);
    world.send({exchange::Actor::Kind::agent, contract->terms.agent.value},
               "CreditService/AnswerPayment", request);
}

/// The supplier wants all of its cash, though it owes fees.
std::string withdraw_all(World& world, PartyId party) {
    const exchange::State& state = world.exchange().state();
    const AccountId cash =
        state.ledger.find(ledger::AccountKind::cash, party, state.settings.currency);
    if (!cash) return {};
    const Money amount = state.ledger.account(cash).available();
    if (amount.micros < kFen) return {};
    v1::RequestWithdrawalRequest request;
    request.mutable_amount()->set_micros(amount.micros / kFen * kFen);
    request.mutable_amount()->set_currency("CNY");
    request.set_payee("main account");
    const auto asked = world.command<v1::RequestWithdrawalResponse>(
        key_of(world, party), "CustodyService/RequestWithdrawal", request);
    return asked ? asked->withdrawal() : std::string();
}

/// What it asked for before it owed them.
void approve(World& world, const std::string& withdrawal) {
    if (withdrawal.empty() || world.officers.empty()) return;
    v1::ApproveWithdrawalRequest request;
    request.set_withdrawal(withdrawal);
    world.send(world.random.pick(world.officers), "CustodyService/ApproveWithdrawal", request);
}

void decide(World& world, BillId id, bool received) {
    v1::DecidePaymentRequest request;
    request.set_bill(id.text());
    request.set_received(received);
    if (!world.random.one_in(12)) request.set_note("As its bank says.");
    const std::vector<exchange::Actor> officers = world.officers;
    for (const exchange::Actor& officer : officers) {
        if (world.random.one_in(12)) return;
        world.send(officer, "CreditService/DecidePayment", request);
    }
}

}  // namespace

void act_directly(World& world, BillId id) {
    const billing::Bill* found = world.exchange().state().bills.find(id);
    if (found == nullptr) return;
    const billing::Bill bill = *found;
    if (world.random.one_in(12)) {
        v1::PayBillRequest request;
        request.set_bill(id.text());
        world.send(key_of(world, bill.buyer), "CreditService/PayBill", request);
        return;
    }
    if (!bill.denied.is_set() && world.random.one_in(3)) decide(world, id, true);
    if (!bill.is_declared() && world.random.one_in(2)) answer(world, id, bill, false);
    if (!bill.is_declared() && world.random.one_in(6)) return answer(world, id, bill, true);
    for (int times = world.random.one_in(3) ? 2 : 1; times > 0; --times)
        declare(world, id, bill.buyer);
    if (world.random.one_in(6)) return;
    const bool received = !world.random.one_in(3);
    std::string withdrawal;
    if (received && world.random.one_in(2)) withdrawal = withdraw_all(world, bill.supplier);
    if (world.random.one_in(3)) answer_as_agent(world, id, bill);
    for (int times = received || world.random.one_in(2) ? 1 : 2; times > 0; --times)
        answer(world, id, bill, received);
    if (!received && world.random.one_in(2)) return decide(world, id, !world.random.one_in(3));
    approve(world, withdrawal);
    if (received) withdraw_all(world, bill.supplier);
}

void decide_payment(World& world) {
    std::vector<BillId> denied;
    std::vector<BillId> others;
    world.exchange().state().bills.bills().for_each([&](BillId id, const billing::Bill& bill) {
        (bill.denied.is_set() ? denied : others).push_back(id);
    });
    if (denied.empty() || world.random.one_in(12)) std::swap(denied, others);
    if (!denied.empty()) decide(world, world.random.pick(denied), !world.random.one_in(3));
}

void end_directly(World& world, BillId id) {
    const billing::Bill* found = world.exchange().state().bills.find(id);
    if (found == nullptr) return;
    const billing::Bill bill = *found;
    if (bill.denied.is_set() && !bill.is_declared() && world.random.one_in(2))
        return decide(world, id, true);
    if (bill.is_declared() || world.random.one_in(4)) return answer(world, id, bill, true);
    declare(world, id, bill.buyer);
}

}  // namespace penstock::sim
