#pragma once

#include <vector>

#include "base/error.h"
#include "base/time.h"
#include "penstock/v1/settlement.pb.h"
#include "shell/projection/projection.h"

namespace penstock::bills {

/// All that a statement of bills is made of.
struct StatementSources {
    v1::Party issuer{};        ///< The exchange's operator.
    v1::Party party{};         ///< Whose bills they are,
    bool as_supplier = false;  ///< as supplier, or else as buyer.
    std::string currency{};
    Interval period{};
    Instant issued_at{};
    std::int32_t utc_offset_minutes = 0;
    std::vector<projection::ToldBill> bills{};  ///< By number, rising.
};

/// The statement of a party's bills and credit notes; of each it says what stands on it.
/// @retval BILLS_STATEMENT_INVALID  A bill is not as the exchange issues them (a fault).
/// O(bills × log bills).
Result<v1::BillsStatement> compose_statement(const StatementSources& sources);

}  // namespace penstock::bills
