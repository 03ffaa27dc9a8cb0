#pragma once

#include <cstdint>
#include <string>

#include "app/client/print.h"
#include "penstock/v1/billing.pb.h"

namespace penstock::client {

/// A table of terms of sale, in words.
Table terms_table();
void add_terms(Table& table, const v1::SaleTerms& terms);

}  // namespace penstock::client
