#pragma once

#include <vector>

#include "core/exchange/context.h"
#include "penstock/v1/contract.pb.h"

/// Change orders: contracts by plan that are extended, or bought more or less of, while they run.
/// What a change could cost more, and its cores, are held from when it is proposed, so that
/// agreeing to it cannot fail.
namespace penstock::exchange {

/// The cores that a contract was promised, by the parts of its term.
std::vector<capacity::Reservation> promises_of(const contract::Contract& contract);
/// The cores that are promised besides while a change of it waits for its answer.
std::vector<capacity::Reservation> added_by(const contract::Contract& contract,
                                            const contract::ChangeOrder& change);

/// Makes a change that waits for its answer come about. @pre It can be answered.
void agree_to_change(Context& context, ChangeOrderId id);
/// Ends one in another way: what was held for it is free.
void drop_change(Context& context, ChangeOrderId id, contract::ChangeStep step);
/// Ends one that nobody answered; does nothing when there is none.
void lapse_change_order(Context& context, ChangeOrderId id);
/// Tells of a change as it is now, or as it ended, and of its contract.
void emit_change_order(Context& context, ChangeOrderId id, const contract::ChangeOrder& change);

/// The contract's notice, the change that waits, and what is planned.
void describe_changes(const State& state, const contract::Contract& contract,
                      v1::PlanPurchase* out);

/// Whether each change order and what is planned can be one of its contract: for what was read from
/// a snapshot.
bool change_orders_fit(const State& state);

}  // namespace penstock::exchange
