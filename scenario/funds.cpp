#include "scenario/funds.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "base/money.h"
#include "penstock/v1/guarantee.pb.h"
#include "scenario/span.h"

namespace penstock::scenario {

Funds::Funds(Venue& venue, const Cast& cast, Dice& dice) : venue_(venue), cast_(cast), dice_(dice) {
    venue_.listen(v1::Event::kContractChanged,
                  [this](const v1::Event& event) { on_contract(event.contract_changed()); });
    venue_.listen(v1::Event::kRunwayWarning,
                  [this](const v1::Event&) { ++tally_["warnings of a short runway"]; });
}

const Buyer* Funds::buyer_of(const std::string& party) const {
    const auto found = std::ranges::find(cast_.buyers, party, &Buyer::party);
    return found == cast_.buyers.end() ? nullptr : &*found;
}

/// Of it, what is not held.
Money Funds::balance(const Buyer& buyer, ledger::AccountKind kind) const {
    const ledger::Ledger& ledger = venue_.exchange().state().ledger;
    const AccountId account =
        ledger.find(kind, *PartyId::parse(buyer.party), *Currency::parse("CNY"));
    return account ? ledger.account(account).available() : Money{};
}

void Funds::put_cash_aside(const Buyer& buyer) {
    const Money cash = balance(buyer, ledger::AccountKind::cash);
    if (cash == Money{0}) return;
    v1::PlaceGuaranteeRequest request;
    request.mutable_amount()->set_micros(cash.micros);
    request.mutable_amount()->set_currency("CNY");
    venue_.must<v1::PlaceGuaranteeResponse>(buyer.key, "GuaranteeService/PlaceGuarantee", request);
}

void Funds::take_it_back(const Buyer& buyer) {
    const Money put_aside = balance(buyer, ledger::AccountKind::guarantee);
    if (put_aside == Money{0}) return;
    v1::ReleaseGuaranteeRequest request;
    request.set_party(buyer.party);
    request.mutable_amount()->set_micros(put_aside.micros);
    request.mutable_amount()->set_currency("CNY");
    venue_.must<v1::ReleaseGuaranteeResponse>(cast_.operator_key,
                                              "GuaranteeService/ReleaseGuarantee", request);
}

void Funds::on_contract(const v1::Contract& contract) {
    if (contract.by_plan().covered_until_ns() == 0 && !rolling_.contains(contract.id())) return;
    const Buyer* buyer = buyer_of(contract.buyer());
    if (buyer == nullptr) return;
    const auto [known, is_new] = rolling_.try_emplace(contract.id(), contract.state());
    const v1::ContractState before = std::exchange(known->second, contract.state());
    if (is_new) begin(contract, *buyer);
    if (before == contract.state() && !is_new) return;
    if (contract.state() == v1::CONTRACT_SUSPENDED_FOR_FUNDS) return suspended(contract, *buyer);
    if (contract.close_reason() == v1::CLOSE_BUYER_OUT_OF_FUNDS &&
        contract.state() == v1::CONTRACT_SETTLED)
        ++tally_["contracts ended for want of funds"];
    if (before == v1::CONTRACT_SUSPENDED_FOR_FUNDS && contract.state() == v1::CONTRACT_ACTIVE)
        ++tally_["contracts that went on"];
}

void Funds::begin(const v1::Contract& contract, const Buyer& buyer) {
    ++tally_["contracts with rolling escrow"];
    if (!dice_.percent(15)) return;
    // Before the next period is to be covered.
    const Instant until{contract.by_plan().covered_until_ns()};
    venue_.plan(std::max(until - kMinute, venue_.now()), [this, &buyer] { put_cash_aside(buyer); });
    // Some have it again soon, some only when it is too late.
    venue_.plan(std::max(until, venue_.now()) + kHour * dice_.between(1, 200),
                [this, &buyer] { come_by_cash(buyer); });
}

void Funds::come_by_cash(const Buyer& buyer) {
    take_it_back(buyer);
    // Half of them resume at once; the others leave it to the exchange.
    if (!dice_.percent(50)) return;
    std::vector<std::string> suspended;
    const auto& contracts = venue_.exchange().state().contracts;
    contracts.contracts().for_each([&](ContractId id, const contract::Contract& contract) {
        if (contract.state == contract::State::suspended &&
            contract.terms.buyer.text() == buyer.party)
            suspended.push_back(id.text());
    });
    for (const std::string& contract : suspended) resume(contract, buyer);
}

void Funds::suspended(const v1::Contract& contract, const Buyer& buyer) {
    ++tally_["contracts suspended for funds"];
    const std::string id = contract.id();
    // Some try it although they have no cash.
    if (dice_.percent(30))
        venue_.plan(venue_.now() + kHour, [this, id, &buyer] { resume(id, buyer); });
}

void Funds::resume(const std::string& contract, const Buyer& buyer) {
    v1::ResumeContractRequest request;
    request.set_contract(contract);
    if (venue_.command<v1::ResumeContractResponse>(buyer.key, "ContractService/ResumeContract",
                                                   request))
        ++tally_["of these, resumed by their buyers"];
    else
        ++tally_["resumptions refused: " + venue_.reason().substr(0, venue_.reason().find(' '))];
}

}  // namespace penstock::scenario
