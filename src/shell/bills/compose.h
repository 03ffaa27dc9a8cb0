#pragma once

#include "base/error.h"
#include "penstock/v1/settlement.pb.h"
#include "shell/projection/projection.h"

namespace penstock::bills {

/// A settlement bill or credit note as it stands on paper.
///
/// Of a bill out of an escrow the whole charge counts as paid when it is issued: the money is set
/// aside, whoever gets it. Bills on credit are due until the exchange has collected them; credit
/// notes and the bills that they correct are set off against each other.
/// @param issuer  The exchange's operator.
/// @retval BILL_SUM_WRONG, BILL_INVALID  The charges do not make what was charged (a fault).
/// O(charges × log charges).
Result<v1::SettlementBill> compose(const projection::BillSources& sources, const v1::Party& issuer);

/// A party as paper names it.
v1::PaperParty paper_party(const std::string& id, const std::string& name);

}  // namespace penstock::bills
