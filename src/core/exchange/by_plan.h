#pragma once

#include <span>
#include <vector>

#include "core/exchange/context.h"

/// Contracts by plan: what they may cost, and their charges from beginning to end.
///
/// What lasts is charged by the exchange's own time, when a billing period or the contract ends;
/// what is counted, when it is reported. Each period is settled when it is closed.
namespace penstock::exchange {

/// How long after its end a period's usage may still be reported.
inline constexpr Duration kReportWindow = seconds(1'200);
/// Periods of many contracts end at one instant. So that they are not all closed at once, each is
/// closed up to so much later; by its number, the same one always.
inline constexpr std::uint64_t kCloseSpreadSeconds = 600;
/// A component may leave out so many times of a period.
inline constexpr std::size_t kGapsMax = 64;
/// So much at most is ordered of a component, in its smallest unit.
inline constexpr std::int64_t kQuantityMax = 1'000'000'000'000'000;

/// The version of the product's plan that the terms have frozen. @pre The terms are by plan.
const pricing::PricePlan& plan_of(const State& state, const contract::Terms& terms);
/// The sale terms that were frozen; where there were none, those that then hold.
const billing::SaleTerms& sale_terms_of(const State& state, const contract::Terms& terms);

/// Whether their bills are paid to the supplier's own bank account.
bool is_paid_directly(const State& state, const contract::Terms& terms);

/// Whether the exchange may sell the product in this role: as agent, or with the operator's
/// consent.
bool is_role_allowed(const State& state, ProductId product, billing::TradeRole role);

/// Reads what an order's line asks for of the plan in force, and whether the supplier's agent could
/// judge it.
/// @retval LINE_FORM_INVALID, QUANTITIES_INVALID, SALE_TERMS_CHANGED
Result<void> read_quantities(const State& state, const v1::OrderLine& line, contract::Terms& terms);

/// What quantities of a plan ask of its supplier.
struct Asked {
    std::uint64_t cores = 0;
    bool by_hand = false;  ///< A person has to accept it: it is more than cores.
};
Asked asked_by(const pricing::PricePlan& plan, const std::vector<std::int64_t>& quantities);

/// See pricing_effort().
inline constexpr std::uint64_t kEffortMax = 200'000;
/// How much work it is to price the terms: the billing periods, and what their bands cut. Where
/// that is above kEffortMax, how much it is above is not counted.
/// @param seams  Where a billing period ends, too.
std::uint64_t pricing_effort(const State& state, const contract::Terms& terms,
                             std::span<const Instant> seams = {});
/// The most that the terms can cost: of each billing period, rounded up to the fen.
/// @retval ORDER_TOO_EXPENSIVE
Result<Money> most_by_plan(const State& state, const contract::Terms& terms);
/// The most that quantities of a plan's components can cost over a term: of each billing period,
/// rounded up to the fen.
/// @param quantities  One for each component.
/// @param seams       Where a billing period ends, too.
/// @retval ORDER_TOO_EXPENSIVE
Result<Money> most_of_term(const pricing::PricePlan& plan, Interval term,
                           std::vector<std::int64_t> quantities,
                           std::span<const Instant> seams = {});
/// The same of a part of a term, and of nothing where it is empty.
Result<Money> most_of_part(const State& state, const contract::Terms& terms, Interval part,
                           std::span<const Instant> seams);

Money up_to_fen(Money amount);
/// The most that one billing period, or a part of it, can cost: rounded up to the fen.
/// @param is_first  Whether one-offs are charged in it, too.
/// @pre The whole of the terms can be paid (most_by_plan()).
Money most_of_period(const State& state, const contract::Terms& terms, Interval period,
                     bool is_first);
/// What is set aside when the terms are ordered, of the most that they can cost: all of it, or of
/// so many periods as they say.
Money set_aside_by_plan(const State& state, const contract::Terms& terms, Money most);

/// Whether a component is charged by reports of the supplier.
bool is_reported(const pricing::Component& component);

/// When the exchange sees to the end of an active contract's term. Many terms end at one instant,
/// so that each by plan waits up to kCloseSpreadSeconds for its turn; what it is charged for is not
/// longer for it.
Instant end_seen_at(ContractId id, const contract::Terms& terms);
/// When a billing period that begins at `start` ends: at a seam or the term's end at the latest.
Instant period_end(const pricing::PricePlan& plan, Instant start, std::span<const Instant> seams,
                   Instant term_end);
/// The billing period, or what of it is charged, that begins at `from`.
Interval period_from(const State& state, const contract::Contract& contract, Instant from);

/// Where the period after the open one begins.
Instant next_start(const PlanAccount& account);

/// A contract with rolling escrow is suspended from the end of a period on: that is closed as soon
/// as its last usage is reported, and none follows.
void pause_charges(Context& context, ContractId id, Instant since);
/// It goes on now: charges begin again. @pre Its state is active again.
void resume_charges(Context& context, ContractId id);

/// Opens the account of an active contract whose time to be charged has begun.
void begin_by_plan(Context& context, ContractId id);
/// The contract ends now: what comes later is not charged. Settles it; or lets it close, when its
/// last usage may still be reported or an earlier period is still open.
void end_by_plan(Context& context, ContractId id, contract::CloseReason reason);
/// The contract will end when its notice is over.
/// @pre As Contracts::give_notice(); and its time to be charged begins before the notice is over.
void end_by_plan_at(Context& context, ContractId id, contract::Notice notice);
/// The end of the contract's term, or of its notice, may have come.
void end_by_plan_if_due(Context& context, ContractId id);
/// The open period's time may have come: closes it and opens the next, or settles the contract.
void close_period_if_due(Context& context, ContractId id);
/// Usage was reported: a period that is over, and of which nothing more can come, need not wait.
void look_at_reports(Context& context, ContractId id);

/// Charges what a rating has given. @param report  0 when none led to it.
void charge_by_plan(Context& context, ContractId id, Interval period,
                    const std::vector<pricing::ChargeRow>& rows, std::uint64_t report);

/// Whether each contract by plan can be one of its plan, and each account one of its contract: for
/// what was read from a snapshot.
bool plan_accounts_fit(const State& state);

}  // namespace penstock::exchange
