#pragma once

#include <map>
#include <string>

#include "app/client/session.h"
#include "penstock/v1/contract.pb.h"
#include "penstock/v1/task.pb.h"

namespace penstock::client {

/// What kept a workload from being done, a line each: the tasks that failed with their exit codes
/// and where to read on, and the contracts that their supplier ended.
/// @param bill  Of the workload's order; may be empty.
/// @return Without a newline at its end; empty when every task has succeeded.
std::string trouble_text(const v1::GetWorkloadResponse& state, const v1::Bill& bill);

/// Names of the suppliers that sell now, by party; a party that is not in it sells nothing.
std::map<std::string, std::string> supplier_names(Session& session);

/// The bill of an order, or an empty one when it cannot be had: for what is only said in addition.
v1::Bill bill_if_any(Session& session, const std::string& order);

/// The contracts that still wait for their suppliers' yes, a line each; empty when none does.
std::string waiting_text(const v1::Bill& bill, const std::map<std::string, std::string>& suppliers);

}  // namespace penstock::client
