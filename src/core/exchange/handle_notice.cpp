#include <algorithm>
#include <string>

#include "base/try.h"
#include "core/contract/error.h"
#include "core/exchange/authorise.h"
#include "core/exchange/by_plan.h"
#include "core/exchange/handlers.h"
#include "core/exchange/ids.h"
#include "core/exchange/notice.h"
#include "core/exchange/settle.h"

namespace penstock::exchange {
namespace {

/// @retval CONTRACT_NOT_FOUND, CONTRACT_FOR_CORES, NOTICE_GIVEN, CONTRACT_WRONG_STATE
Result<const contract::Contract*> require_noticeable(const State& state, ContractId id) {
    TRY_ASSIGN(const contract::Contract* contract, state.contracts.require(id));
    if (!contract->terms.is_by_plan()) return reject(contract::kNotForCores, "contract");
    const bool runs =
        contract->state == contract::State::active || contract->state == contract::State::suspended;
    if (!runs)
        return reject(contract::kWrongState, "contract",
                      "It is " + std::string(name(contract->state)) + ".");
    if (contract->notice.is_given()) return reject(contract::kNoticeGiven, "contract");
    return contract;
}

void write_end(const Context& context, ContractId id, v1::GiveNoticeResponse& response) {
    const contract::Notice& notice = context.state.contracts.at(id).notice;
    response.set_ends_at_ns(notice.is_given() ? notice.ends_at.ns : context.now.ns);
    response.set_has_ended(!notice.is_given());
}

}  // namespace

void end_with_notice(Context& context, ContractId id, contract::CloseReason reason) {
    const contract::Contract& contract = context.state.contracts.at(id);
    const contract::Terms& terms = contract.terms;
    const bool is_running = contract.state == contract::State::active && terms.is_by_plan();
    const Duration agreed = is_running ? sale_terms_of(context.state, terms).notice : Duration{};
    const Instant ends_at = std::min(context.now + agreed, terms.term.end);
    if (ends_at <= context.now || ends_at <= contract.charged_time.start)
        return close_contract(context, id, reason);
    end_by_plan_at(context, id, {.reason = reason, .given_at = context.now, .ends_at = ends_at});
}

Result<void> give_notice(Context& context, const v1::GiveNoticeRequest& request,
                         v1::GiveNoticeResponse& response) {
    TRY_ASSIGN(const ContractId id, read_id<ContractId>(request.contract(), "contract"));
    TRY(require_noticeable(context.state, id));
    end_with_notice(context, id, contract::CloseReason::buyer_cancelled);
    write_end(context, id, response);
    return {};
}

Result<void> give_supplier_notice(Context& context, const v1::GiveSupplierNoticeRequest& request,
                                  v1::GiveNoticeResponse& response) {
    TRY_ASSIGN(const ContractId id,
               read_supplied_contract(context.state, context.caller, request.contract()));
    TRY_ASSIGN(const contract::Contract* contract, require_noticeable(context.state, id));
    if (sale_terms_of(context.state, contract->terms).notice == Duration{})
        return reject(contract::kNoticeNotAgreed, "contract");
    end_with_notice(context, id, contract::CloseReason::supplier_notice);
    write_end(context, id, response);
    return {};
}

}  // namespace penstock::exchange
