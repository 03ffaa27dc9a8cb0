#include <array>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/exchange/state.h"
#include "penstock/v1/change.pb.h"
#include "penstock/v1/contract.pb.h"
#include "sim/world.h"

/// Both sides of contracts by plan, who change them and give notice.
namespace penstock::sim {
namespace {

struct Running {
    ContractId id;
    contract::Contract contract;
};
std::optional<Running> some_running(World& world) {
    std::vector<Running> running;
    world.exchange().state().contracts.contracts().for_each(
        [&](ContractId id, const contract::Contract& contract) {
            if (contract.state == contract::State::active && contract.terms.is_by_plan())
                running.push_back({id, contract});
        });
    if (running.empty()) return std::nullopt;
    return world.random.pick(running);
}

/// A contract whose change waits for its answer.
std::optional<Running> some_waiting(World& world) {
    std::vector<Running> waiting;
    world.exchange().state().change_orders.waiting().for_each(
        [&](ChangeOrderId, const contract::ChangeOrder& change) {
            waiting.push_back(
                {change.contract, world.exchange().state().contracts.at(change.contract)});
        });
    if (waiting.empty()) return std::nullopt;
    return world.random.pick(waiting);
}

v1::ProposeChangeRequest change_of(World& world, const Running& of) {
    v1::ProposeChangeRequest request;
    request.set_contract(of.id.text());
    const bool extends = world.random.one_in(2);
    if (extends)
        request.set_term_end_ns(
            (of.contract.terms.term.end + seconds(world.random.between(3'400, 6'000))).ns);
    if (!extends || world.random.one_in(2)) {
        v1::PlanQuantity& quantity = *request.add_quantities();
        quantity.set_component(of.contract.terms.cores > 0 && world.random.one_in(2) ? "cores"
                                                                                     : "ports");
        quantity.set_quantity(world.random.between(0, 6));
    }
    request.mutable_max_additional()->set_micros(60'000'000);
    request.mutable_max_additional()->set_currency("CNY");
    return request;
}

void propose(World& world, const Running& of, const v1::ProposeChangeRequest& request) {
    world.send(key_of(world, of.contract.terms.buyer), "ChangeService/ProposeChange", request);
}

/// Its supplier says yes or no, its buyer thinks better of it, or nobody does anything.
void answer(World& world, const Running& of) {
    const std::string change = of.contract.change_order.text();
    const exchange::Actor supplier = key_of(world, of.contract.terms.supplier);
    const std::int64_t how = world.random.between(0, 5);
    if (how < 3) {
        v1::AcceptChangeRequest request;
        request.set_change_order(change);
        world.send(supplier, "ChangeService/AcceptChange", request);
    } else if (how == 3) {
        v1::DeclineChangeRequest request;
        request.set_change_order(change);
        world.send(supplier, "ChangeService/DeclineChange", request);
    } else if (how == 4) {
        v1::WithdrawChangeRequest request;
        request.set_change_order(change);
        world.send(key_of(world, of.contract.terms.buyer), "ChangeService/WithdrawChange", request);
    }
}

/// One side gives notice; some forget that they have.
void give_notice(World& world, const Running& of) {
    const bool by_buyer = world.random.one_in(2);
    for (int i = 0; i < 2; ++i) {
        if (by_buyer) {
            v1::GiveNoticeRequest request;
            request.set_contract(of.id.text());
            world.send(key_of(world, of.contract.terms.buyer), "ContractService/GiveNotice",
                       request);
        } else {
            v1::GiveSupplierNoticeRequest request;
            request.set_contract(of.id.text());
            world.send(key_of(world, of.contract.terms.supplier),
                       "ContractService/GiveSupplierNotice", request);
        }
    }
}

using Flaw = void (*)(v1::ProposeChangeRequest&);
constexpr std::array<Flaw, 8> kFlaws{
    [](v1::ProposeChangeRequest& request) { request.set_term_end_ns(1); },
    [](v1::ProposeChangeRequest& request) {
        request.clear_quantities();
        request.clear_term_end_ns();
    },
    [](v1::ProposeChangeRequest& request) { request.clear_max_additional(); },
    [](v1::ProposeChangeRequest& request) { request.add_quantities()->set_component("jobs"); },
    [](v1::ProposeChangeRequest& request) {
        v1::PlanQuantity& quantity = *request.add_quantities();
        quantity.set_component("cores");
        quantity.set_quantity(-1);
    },
    [](v1::ProposeChangeRequest& request) {
        request.clear_quantities();
        v1::PlanQuantity& quantity = *request.add_quantities();
        quantity.set_component("ports");
        quantity.set_quantity(1'000'000'000'000'000);
    },
    [](v1::ProposeChangeRequest& request) {
        request.clear_quantities();
        v1::PlanQuantity& quantity = *request.add_quantities();
        quantity.set_component("cores");
        quantity.set_quantity(1'000'001);
    },
    [](v1::ProposeChangeRequest& request) { request.set_contract("ctr_99999"); },
};

/// Gives notice of a contract for cores.
void give_notice_of_cores(World& world) {
    std::optional<Running> found;
    world.exchange().state().contracts.contracts().for_each(
        [&](ContractId id, const contract::Contract& contract) {
            if (!contract.is_final() && !contract.terms.is_by_plan()) found = {id, contract};
        });
    if (!found) return;
    v1::GiveNoticeRequest request;
    request.set_contract(found->id.text());
    world.send(key_of(world, found->contract.terms.buyer), "ContractService/GiveNotice", request);
}

/// Answers a change that is none, or was answered before.
void answer_wrongly(World& world) {
    v1::AcceptChangeRequest request;
    request.set_change_order(world.random.one_in(2) ? "chg_99999" : "chg_1");
    const auto running = some_running(world);
    const SimParty party = world.random.pick(world.parties);
    world.send(running ? key_of(world, running->contract.terms.supplier) : party.key,
               "ChangeService/AcceptChange", request);
    v1::WithdrawChangeRequest withdrawal;
    withdrawal.set_change_order(request.change_order());
    world.send(party.key, "ChangeService/WithdrawChange", withdrawal);
}

}  // namespace

void change_plan_contract(World& world) {
    // Few contracts run at a time, so that each is changed often.
    for (int i = 0; i < 3; ++i) {
        const auto waiting = some_waiting(world);
        if (waiting && !world.random.one_in(4)) {
            answer(world, *waiting);
            continue;
        }
        const auto running = some_running(world);
        if (!running) return;
        if (world.random.one_in(8))
            give_notice(world, *running);
        else
            propose(world, *running, change_of(world, *running));
    }
}

void err_in_changes(World& world) {
    if (world.random.one_in(4)) return give_notice_of_cores(world);
    if (world.random.one_in(4)) return answer_wrongly(world);
    const auto running = some_running(world);
    if (!running) return;
    v1::ProposeChangeRequest request = change_of(world, *running);
    const auto which = world.random.between(0, static_cast<std::int64_t>(kFlaws.size()) - 1);
    kFlaws[static_cast<std::size_t>(which)](request);
    propose(world, *running, request);
}

}  // namespace penstock::sim
