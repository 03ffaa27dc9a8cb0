#include <array>
#include <optional>
#include <string>
#include <vector>

#include "core/exchange/state.h"
#include "penstock/v1/credit.pb.h"
#include "penstock/v1/custody.pb.h"
#include "penstock/v1/dispute.pb.h"
#include "penstock/v1/guarantee.pb.h"
#include "sim/world.h"

/// Buyers who dispute their bills, pay them late or by hand, and officers who decide.
namespace penstock::sim {
namespace {

constexpr std::int64_t kFen = 10'000;

struct Open {
    BillId id;
    billing::Bill bill;
};
std::optional<Open> some_bill(World& world) {
    std::vector<Open> open;
    std::vector<Open> on_credit;
    std::vector<Open> directly;
    world.exchange().state().bills.bills().for_each([&](BillId id, const billing::Bill& bill) {
        open.push_back({id, bill});
        if (bill.post_paid) on_credit.push_back({id, bill});
        if (bill.paid_directly) directly.push_back({id, bill});
    });
    if (open.empty()) return std::nullopt;
    if (!directly.empty() && world.random.one_in(2)) return world.random.pick(directly);
    return world.random.pick(on_credit.empty() || world.random.one_in(2) ? open : on_credit);
}

struct Opened {
    DisputeId id;
    billing::Dispute dispute;
};
std::vector<Opened> open_disputes(World& world) {
    std::vector<Opened> open;
    world.exchange().state().bills.disputes().for_each(
        [&](DisputeId id, const billing::Dispute& dispute) { open.push_back({id, dispute}); });
    return open;
}

v1::OpenDisputeRequest dispute_of(World& world, const Open& open) {
    v1::OpenDisputeRequest request;
    request.set_bill(open.id.text());
    const std::int64_t most = std::max<std::int64_t>(open.bill.payable().micros / kFen, 1);
    request.mutable_amount()->set_micros(
        world.random.one_in(3) ? most * kFen : world.random.between(1, most) * kFen);
    request.mutable_amount()->set_currency("CNY");
    request.set_reason("It was not what was bought.");
    if (world.random.one_in(2)) request.add_evidence("receipt");
    return request;
}

v1::DecideDisputeRequest decision_of(World& world, const Opened& opened) {
    v1::DecideDisputeRequest request;
    request.set_dispute(opened.id.text());
    const std::int64_t most = opened.dispute.amount.micros / kFen;
    if (!world.random.one_in(4)) {
        request.mutable_given_back()->set_micros(world.random.between(0, most) * kFen);
        request.mutable_given_back()->set_currency("CNY");
    }
    request.set_note("As the records show.");
    return request;
}

v1::WithdrawDisputeRequest withdrawal_of(const Opened& opened) {
    v1::WithdrawDisputeRequest request;
    request.set_dispute(opened.id.text());
    return request;
}

using Flaw = void (*)(v1::OpenDisputeRequest&);
constexpr std::array<Flaw, 4> kFlaws{
    [](v1::OpenDisputeRequest& request) { request.mutable_amount()->set_micros(1); },
    [](v1::OpenDisputeRequest& request) { request.add_evidence(""); },
    [](v1::OpenDisputeRequest& request) { request.clear_reason(); },
    [](v1::OpenDisputeRequest& request) { request.set_bill("bill_999999"); },
};

void pay(World& world, const Open& open) {
    v1::PayBillRequest request;
    request.set_bill(open.id.text());
    world.send(key_of(world, open.bill.buyer), "CreditService/PayBill", request);
}

/// On credit, though a bill is overdue.
void order_again(World& world, const billing::Bill& bill) {
    const contract::Contract* contract = world.exchange().state().contracts.find(bill.contract);
    if (contract == nullptr) return;
    v1::Product product;
    product.set_id(contract->terms.product.text());
    for (SimParty* buyer : world.parties.members())
        if (buyer->id == bill.buyer.text()) return order_by_plan(world, *buyer, product);
}

void act_on_credit(World& world, const Open& open) {
    if (open.bill.state == billing::BillState::overdue) {
        if (world.random.one_in(2)) {
            for (int i = 0; i < 3; ++i) order_again(world, open.bill);
            return;
        }
        be_flush(world, open.bill.buyer);
        return pay(world, open);
    }
    if (world.random.one_in(6)) return pay(world, open);
    if (open.bill.disputes == 0 && world.now < open.bill.disputable_until)
        world.send(key_of(world, open.bill.buyer), "DisputeService/OpenDispute",
                   dispute_of(world, open));
    run_dry(world, open.bill.buyer);
    if (open.bill.due_at <= world.now || world.random.one_in(2)) return;
    world.doze(open.bill.due_at - world.now + seconds(1));
    const billing::Bill* bill = world.exchange().state().bills.find(open.id);
    if (bill == nullptr || bill->state != billing::BillState::overdue) return;
    be_flush(world, open.bill.buyer);
    pay(world, open);
}

}  // namespace

exchange::Actor key_of(World& world, PartyId party) {
    for (SimParty* known : world.parties.members()) {
        if (known->id == party.text()) return known->key;
    }
    return world.nobody;
}

void act_on_bill(World& world) {
    if (world.random.one_in(6)) {
        const auto open = open_disputes(world);
        if (open.empty()) return;
        const Opened& opened = world.random.pick(open);
        world.send(key_of(world, opened.dispute.buyer), "DisputeService/WithdrawDispute",
                   withdrawal_of(opened));
        return;
    }
    const auto open = some_bill(world);
    if (!open) return;
    if (open->bill.paid_directly && !world.random.one_in(6)) return act_directly(world, open->id);
    if (open->bill.post_paid && world.random.one_in(2)) return act_on_credit(world, *open);
    world.send(key_of(world, open->bill.buyer), "DisputeService/OpenDispute",
               dispute_of(world, *open));
    // What is left of it, if anything is.
    if (open->bill.post_paid) pay(world, *open);
}

void decide_dispute(World& world) {
    if (world.random.one_in(3)) return decide_payment(world);
    const auto open = open_disputes(world);
    if (open.empty() || world.officers.size() < 2) return;
    const v1::DecideDisputeRequest request = decision_of(world, world.random.pick(open));
    const std::vector<exchange::Actor> officers = world.officers;
    if (world.random.one_in(6)) {
        v1::DecideDisputeRequest wrong = request;
        wrong.mutable_given_back()->set_micros(1);
        wrong.mutable_given_back()->set_currency("CNY");
        world.send(officers.front(), "DisputeService/DecideDispute", wrong);
    }
    for (const exchange::Actor& officer : officers)
        world.send(officer, "DisputeService/DecideDispute", request);
}

void err_in_disputes(World& world) {
    const std::int64_t what = world.random.between(0, 6);
    if (what == 6) {
        const auto open = some_bill(world);
        if (!open) return;
        if (world.random.one_in(2)) return pay(world, *open);
        act_directly(world, open->id);
    } else if (what < 3) {
        const auto open = some_bill(world);
        if (!open) return;
        v1::OpenDisputeRequest request = dispute_of(world, *open);
        const auto which = world.random.between(0, static_cast<std::int64_t>(kFlaws.size()) - 1);
        kFlaws[static_cast<std::size_t>(which)](request);
        world.send(key_of(world, open->bill.buyer), "DisputeService/OpenDispute", request);
    } else if (what == 3) {
        // A bill that is settled, as most of the early ones are.
        const std::uint64_t next = world.exchange().state().bills.next().value;
        if (next == 1 || world.parties.empty()) return;
        v1::OpenDisputeRequest request;
        request.set_bill(BillId{static_cast<std::uint64_t>(
                                    world.random.between(1, static_cast<std::int64_t>(next) - 1))}
                             .text());
        request.mutable_amount()->set_micros(kFen);
        request.mutable_amount()->set_currency("CNY");
        request.set_reason("It was not what was bought.");
        world.send(world.random.pick(world.parties).key, "DisputeService/OpenDispute", request);
    } else if (!world.officers.empty()) {
        v1::DecideDisputeRequest request;
        const auto open = open_disputes(world);
        request.set_dispute(open.empty() || world.random.one_in(3)
                                ? (world.random.one_in(2) ? "dsp_1" : "dsp_999999")
                                : world.random.pick(open).id.text());
        request.mutable_given_back()->set_micros(1);
        request.mutable_given_back()->set_currency("CNY");
        request.set_note("As the records show.");
        world.send(world.random.pick(world.officers), "DisputeService/DecideDispute", request);
    }
}

void end_bills(World& world) {
    for (const Opened& opened : open_disputes(world)) {
        // What is owed besides is paid first.
        const billing::Bill& bill = world.exchange().state().bills.at(opened.dispute.bill);
        if (bill.state == billing::BillState::overdue && !world.random.one_in(4)) continue;
        const exchange::Actor buyer = key_of(world, opened.dispute.buyer);
        world.fibers.begin([&world, buyer, request = withdrawal_of(opened)] {
            world.send(buyer, "DisputeService/WithdrawDispute", request);
        });
    }
    world.exchange().state().bills.bills().for_each([&](BillId id, const billing::Bill& bill) {
        const bool is_overdue = bill.state == billing::BillState::overdue;
        // What is declared may also be left to the exchange, which takes it as received.
        if (bill.paid_directly && (is_overdue || bill.is_declared() || world.random.one_in(2)))
            return world.fibers.begin([&world, id] { end_directly(world, id); });
        if (!is_overdue) return;
        world.fibers.begin([&world, open = Open{id, bill}] {
            be_flush(world, open.bill.buyer);
            pay(world, open);
        });
    });
}

}  // namespace penstock::sim
