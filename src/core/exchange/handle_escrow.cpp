#include "base/try.h"
#include "core/contract/error.h"
#include "core/exchange/amounts.h"
#include "core/exchange/handlers.h"
#include "core/exchange/ids.h"
#include "core/exchange/rolling_escrow.h"

namespace penstock::exchange {

Result<void> resume_contract(Context& context, const v1::ResumeContractRequest& request,
                             v1::ResumeContractResponse& response) {
    TRY_ASSIGN(const ContractId id, read_id<ContractId>(request.contract(), "contract"));
    TRY(resume_covered(context, id));
    response.set_covered_until_ns(context.state.escrow_windows.at(id).covered_until.ns);
    return {};
}

Result<void> get_runway(const View& view, const v1::GetRunwayRequest& request,
                        v1::Runway& response) {
    const State& state = view.state;
    TRY_ASSIGN(const ContractId id, read_id<ContractId>(request.contract(), "contract"));
    TRY_ASSIGN(const contract::Contract* contract, state.contracts.require(id));
    if (!state.escrow_windows.contains(id)) return reject(contract::kNoRunway, "contract");
    const Runway runway = runway_of(state, id, view.now);
    const Currency currency = contract->terms.currency;
    response.set_contract(id.text());
    response.set_covered_until_ns(runway.covered_until.ns);
    response.set_lasts_until_ns(runway.lasts_until.ns);
    response.set_reaches_end(runway.lasts_until >= contract->charged_time.end);
    response.set_next_top_up_at_ns(runway.next_top_up_at.ns);
    write_money(runway.next_top_up, currency, response.mutable_next_top_up());
    write_money(runway.free_cash, currency, response.mutable_free_cash());
    response.set_warned_days(runway.warned_days);
    response.set_warned_at_ns(runway.warned_at.ns);
    response.set_look_at_ns(runway.look_at.ns);
    return {};
}

}  // namespace penstock::exchange
