#pragma once

#include <string>

#include "app/client/session.h"
#include "penstock/v1/contract.pb.h"

namespace penstock::client {

/// Reads "nodes=2".
RemoteResult<v1::PlanQuantity> read_quantity(const std::string& text);
/// Says of a contract by plan who has given notice, which change waits, and what is planned.
void print_changes(const v1::Contract& contract);
/// Says what is set aside for a contract, or taken of its buyer's credit, and charged; once it has
/// ended, what was paid and what came back.
void print_money(const v1::Contract& contract);

}  // namespace penstock::client
