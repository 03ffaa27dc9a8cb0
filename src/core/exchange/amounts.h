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

void write_money(Money amount, Currency currency, v1::Money* out);

}  // namespace penstock::exchange
