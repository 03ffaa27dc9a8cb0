#include "shell/projection/newest_sql.h"

#include <cstdint>

namespace penstock::projection {

namespace {

/// The first row that was issued then or later.
std::string first_since(const std::string& table, const char* time) {
    return "(SELECT rank FROM " + table + " WHERE issued_at_ns>=" + time +
           " ORDER BY issued_at_ns, rank LIMIT 1)";
}

}  // namespace

std::string newest_sql(const Newest& asked) {
    const std::string table = asked.table;
    std::string conditions = " rank<";
    conditions += asked.until_time ? "min(?1,ifnull(" + first_since(table, "?7") + ",?1))" : "?1";
    if (asked.from_time) conditions += " AND rank>=" + first_since(table, "?6");
    if (asked.by_thing) conditions += std::string(" AND ") + asked.thing + "=?4";
    // One thing has few rows: its index is the one to use.
    const std::string filter = asked.by_thing ? "+" : "";
    if (asked.by_state) conditions += " AND " + filter + "state=?5";
    const std::string newest_first = " ORDER BY rank DESC LIMIT ?2";
    if (!asked.of_party) return "SELECT * FROM " + table + " WHERE" + conditions + newest_first;
    // Each side gives its newest from an index.
    const auto side = [&](const char* name) {
        return "SELECT * FROM (SELECT rank FROM " + table + " WHERE " + filter + name + "=?3 AND" +
               conditions + newest_first + ")";
    };
    return "SELECT * FROM " + table + " WHERE rank IN (" + side("buyer") + " UNION " +
           side("supplier") + ")" + newest_first;
}

std::string told_sql(bool as_supplier) {
    const std::string table = "settlement_bills";
    return "SELECT bill.*, ifnull(taken.subtotal_micros,0) FROM " + table +
           " AS bill LEFT JOIN billed_charges AS taken ON taken.rank=bill.rank WHERE bill." +
           (as_supplier ? "supplier" : "buyer") + "=?1 AND bill.rank>=" + first_since(table, "?2") +
           " AND bill.rank<ifnull(" + first_since(table, "?3") + "," + std::to_string(INT64_MAX) +
           ") ORDER BY bill.rank LIMIT ?4";
}

}  // namespace penstock::projection
