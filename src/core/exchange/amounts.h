#pragma once

#include <string_view>

#include "base/error.h"
#include "base/money.h"
#include "core/exchange/state.h"
#include "penstock/v1/types.pb.h"

namespace penstock::exchange {

/// Reads an amount above zero in the exchange's currency.
/// @retval MONEY_INVALID, CURRENCY_UNSUPPORTED
Result<Money> read_money(const State& state, const v1::Money& money, std::string_view field);

/// Why money does not leave an account, in terms of the field that says how much there may be.
/// @param refused  By the ledger, which knows no fields.
/// @param asked    All that was to leave the account. Where too little is there, says what is
///                 missing.
Error refused_payment(const State& state, AccountId from, Money asked, const Error& refused,
                      std::string_view field);

void write_money(Money amount, Currency currency, v1::Money* out);

}  // namespace penstock::exchange
