#include "advise/estimate/fact_table.h"

#include <charconv>
#include <utility>

#include "advise/estimate/error.h"
#include "base/try.h"

namespace penstock::estimate {

Result<FactTable> FactTable::read(std::string_view csv, std::string_view file,
                                  std::initializer_list<std::string_view> columns) {
    FactTable out;
    out.file_ = file;
    TRY_ASSIGN(out.table_, format::CsvTable::read(csv, {}, file));
    for (const std::string_view column : columns) {
        if (out.table_.find_column(column)) continue;
        return reject(kTableBroken, {}, out.file_ + " has no column " + std::string(column) + ".");
    }
    return out;
}

std::string_view FactTable::text(std::size_t row, std::string_view column) const {
    const auto found = table_.find_column(column);
    return found ? table_.field(row, *found).text : std::string_view();
}

Result<std::optional<double>> FactTable::number(std::size_t row, std::string_view column) const {
    constexpr double kMost = 1e30;
    const std::string_view cell = text(row, column);
    if (cell.empty()) return std::nullopt;
    double value = 0;
    const auto [stop, fault] = std::from_chars(cell.data(), cell.data() + cell.size(), value);
    if (fault != std::errc() || stop != cell.data() + cell.size() || !(value >= 0) || value > kMost)
        return broken(row, column, "is no number from 0 to 1e30");
    return value;
}

Result<double> FactTable::needed(std::size_t row, std::string_view column) const {
    TRY_ASSIGN(const auto value, number(row, column));
    if (!value) return broken(row, column, "is empty");
    return *value;
}

std::unexpected<Error> FactTable::broken(std::size_t row, std::string_view column,
                                         std::string_view what) const {
    return reject(kTableBroken, {},
                  file_ + ":" + std::to_string(table_.line(row)) + ": " + std::string(column) +
                      " " + std::string(what) + ".");
}

}  // namespace penstock::estimate
