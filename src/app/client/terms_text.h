#pragma once

#include <cstdint>
#include <string>

#include "app/client/print.h"
#include "penstock/v1/billing.pb.h"

namespace penstock::client {

/// "6 %", "0.5 %".
std::string percent_text(double value, double whole);

/// A table of terms of sale, in words.
Table terms_table();
void add_terms(Table& table, const v1::SaleTerms& terms);

}  // namespace penstock::client
