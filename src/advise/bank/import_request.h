#pragma once

#include <span>

#include "base/error.h"
#include "penstock/v1/bank.pb.h"
#include "penstock/v1/custody.pb.h"

namespace penstock::advise {

/// What of a statement goes to the exchange, with what its entries are proposed to settle: nothing
/// that tells of a person. What names a transfer instruction names it there, though none such is
/// announced.
/// @param payments  All that may be meant; no reference twice.
/// @retval kBalancesMissing        Missing entries would not show.
/// @retval kPaymentAnnouncedTwice
Result<v1::ImportStatementRequest> import_request(const v1::BankStatement& statement,
                                                  std::span<const v1::AnnouncedPayment> payments);

}  // namespace penstock::advise
