#pragma once

#include <string>

namespace penstock::projection {

/// Which rows of a table whose rows have a buyer, a supplier and a state are asked for. Whatever is
/// given, the answer is read off an index: rows that do not match are not walked past.
struct Newest {
    const char* table = "";
    const char* thing = "";   ///< The column that by_thing compares.
    bool of_party = false;    ///< ?3 is buyer or supplier.
    bool by_thing = false;    ///< ?4
    bool by_state = false;    ///< ?5
    bool from_time = false;   ///< ?6: issued_at_ns is that or later.
    bool until_time = false;  ///< ?7: issued_at_ns is before.
};

/// SQL for the newest ?2 rows before rank ?1. Rows are numbered in the order in which they were
/// issued, so that times bound ranks.
std::string newest_sql(const Newest& asked);

/// SQL for up to ?4 rows of settlement_bills, oldest first, and in a last column what their charges
/// add up to: those whose buyer, or supplier, is ?1, issued at ?2 or later and before ?3.
std::string told_sql(bool as_supplier);

}  // namespace penstock::projection
