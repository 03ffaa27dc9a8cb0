#pragma once

#include <string>

#include "base/money.h"
#include "penstock/v1/types.pb.h"

namespace penstock::plan {

inline void write_money(Money amount, Currency currency, v1::Money& out) {
    out.set_micros(amount.micros);
    out.set_currency(std::string(currency.text()));
}

}  // namespace penstock::plan
