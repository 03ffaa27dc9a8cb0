#pragma once

#include <vector>

#include "base/error.h"
#include "base/money.h"
#include "penstock/v1/settlement.pb.h"

namespace penstock::format {

/// Fills in what follows from a bill's lines and payments: numbers of lines, tax lines, subtotal,
/// tax, rounding, payable and due.
/// @param bill  Lines, contracts, tax basis and payments are there; unchanged when refused.
/// @retval kBillInvalid  A sum is beyond the largest amount of money, or a rate above 100 %.
/// O(lines × log sellers).
Result<void> add_up(v1::SettlementBill& bill);
/// The same with what is payable already known: the rounding of the bills before it is carried on.
/// @param payable  In whole fen, less than one fen from the lines and taxes.
/// @retval kBillInvalid; kBillSumWrong  The lines make something else.
Result<void> add_up(v1::SettlementBill& bill, Money payable);

/// Refuses a bill that is incomplete or whose parts do not add up: each line's quantity × unit
/// price, lines, taxes by seller and rate, rounding, payments. What it takes can be printed.
/// @retval kBillInvalid, kBillSumWrong  With the field's path: lines[2].amount_micros.
/// O(lines × log contracts).
Result<void> check_bill(const v1::SettlementBill& bill);

/// Whether a line's amount lies as near to quantity × unit price as the rounding of its charges and
/// the cutting of their quantities can leave it.
bool is_priced(const v1::SettlementLine& line);

}  // namespace penstock::format
