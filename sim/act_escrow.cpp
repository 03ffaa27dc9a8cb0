#include <algorithm>
#include <string>
#include <vector>

#include "core/exchange/state.h"
#include "penstock/v1/contract.pb.h"
#include "penstock/v1/guarantee.pb.h"
#include "sim/world.h"

/// Buyers who run out of money, and have some again.
namespace penstock::sim {
namespace {

/// Before a period begins; little time for anybody else.
constexpr Duration kMoment = seconds(5);

Money available(const World& world, ledger::AccountKind kind, PartyId party) {
    const auto& state = world.exchange().state();
    const AccountId id = state.ledger.find(kind, party, state.settings.currency);
    return id ? state.ledger.account(id).available() : Money{};
}

void look_at_runway(World& world, const exchange::Actor& buyer, const std::string& contract) {
    v1::GetRunwayRequest request;
    request.set_contract(contract);
    world.query<v1::Runway>(buyer, "ContractService/GetRunway", request);
}

void resume(World& world, const exchange::Actor& buyer, const std::string& contract) {
    v1::ResumeContractRequest request;
    request.set_contract(contract);
    world.send(buyer, "ContractService/ResumeContract", request);
}

/// Does nothing where it is not suspended.
void act_suspended(World& world, ContractId id, const exchange::Actor& buyer) {
    const contract::Contract* contract = world.exchange().state().contracts.find(id);
    if (contract == nullptr || contract->state != contract::State::suspended) return;
    const PartyId party = contract->terms.buyer;
    v1::CancelOrderRequest cancel;
    cancel.set_order(contract->order.text());
    look_at_runway(world, buyer, id.text());
    switch (world.random.between(0, 7)) {
        case 0:
        case 3:
            // Its last usage may be reported yet, or no longer.
            if (!world.random.one_in(4)) world.doze(seconds(1'900));
            world.send(buyer, "ContractService/CancelOrder", cancel);
            return;
        case 1:
            return;  // Its grace passes.
        case 2:
            return resume(world, buyer, id.text());
        default:
            be_flush(world, party);
            return resume(world, buyer, id.text());
    }
}

}  // namespace

void run_dry(World& world, PartyId party) {
    v1::PlaceGuaranteeRequest request;
    request.mutable_amount()->set_micros(available(world, ledger::AccountKind::cash, party).micros);
    request.mutable_amount()->set_currency("CNY");
    world.send(key_of(world, party), "GuaranteeService/PlaceGuarantee", request);
}

void be_flush(World& world, PartyId party) {
    const Money aside = available(world, ledger::AccountKind::guarantee, party);
    if (aside == Money{0}) return;
    v1::ReleaseGuaranteeRequest request;
    request.set_party(party.text());
    request.mutable_amount()->set_micros(aside.micros);
    request.mutable_amount()->set_currency("CNY");
    world.send(world.operator_key, "GuaranteeService/ReleaseGuarantee", request);
}

void act_on_escrow(World& world) {
    std::vector<ContractId> rolling;
    std::vector<ContractId> other;
    const auto& state = world.exchange().state();
    state.contracts.contracts().for_each([&](ContractId id, const contract::Contract& contract) {
        if (!state.escrow_windows.contains(id)) return other.push_back(id);
        // What has ended is asked about as well, but seldom.
        if (!contract.is_final() || world.random.one_in(8)) rolling.push_back(id);
    });
    if (rolling.empty() || (!other.empty() && world.random.one_in(20))) {
        if (other.empty()) return;
        const ContractId whole = world.random.pick(other);
        return look_at_runway(world, key_of(world, state.contracts.at(whole).terms.buyer),
                              whole.text());
    }
    const ContractId id = world.random.pick(rolling);
    const PartyId party = state.contracts.at(id).terms.buyer;
    const exchange::Actor buyer = key_of(world, party);
    if (state.contracts.at(id).state == contract::State::suspended)
        return act_suspended(world, id, buyer);
    if (world.random.one_in(12)) return resume(world, buyer, id.text());
    if (world.random.one_in(4)) return be_flush(world, party);
    run_out(world, id);
}

void run_out(World& world, ContractId id) {
    const auto& windows = world.exchange().state().escrow_windows;
    const auto window = windows.find(id);
    if (window == windows.end()) return;
    const Instant next_at = window->second.next_at;
    const PartyId party = world.exchange().state().contracts.at(id).terms.buyer;
    const exchange::Actor buyer = key_of(world, party);
    run_dry(world, party);
    look_at_runway(world, buyer, id.text());
    if (next_at <= world.now) return;
    // In the meantime the buyer may get cash from elsewhere.
    if (const Duration rest = next_at - world.now; rest > kMoment) {
        world.doze(rest - kMoment);
        run_dry(world, party);
    }
    world.doze(std::max(next_at - world.now, Duration{}) + seconds(1));
    // Time is told to the exchange by commands alone.
    resume(world, buyer, id.text());
    act_suspended(world, id, buyer);
}

}  // namespace penstock::sim
