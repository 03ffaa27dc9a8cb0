#pragma once

#include <cstdint>
#include <string>

#include "penstock/v1/billing.pb.h"

/// What papers read off an issued bill or credit note.
namespace penstock::bills {

/// 7 of "bill_7"; 0 of an empty text.
std::uint64_t number_of(const std::string& bill);
v1::TradeRole role_of(const v1::IssuedBill& issued);
/// The buyer's counterparty.
const std::string& seller_of(const v1::IssuedBill& issued, const std::string& issuer);
/// What was collected from the buyer of a bill on credit.
std::int64_t collected_of(const v1::IssuedBill& issued);

}  // namespace penstock::bills
