#pragma once

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "format/csv_table.h"

namespace penstock::estimate {

/// A table of facts in CSV, whose columns are found by name.
class FactTable {
  public:
    /// @param file     What to call it in messages.
    /// @param columns  That it must have; others may stand there too.
    /// @retval kTableBroken, and what format::CsvTable::read refuses
    static Result<FactTable> read(std::string_view csv, std::string_view file,
                                  std::initializer_list<std::string_view> columns);

    std::size_t rows() const { return table_.rows(); }
    /// The cell's text; nothing where the table has no such column.
    std::string_view text(std::size_t row, std::string_view column) const;
    /// Empty for an empty cell.
    /// @retval kTableBroken  The cell holds anything but a number from 0 to 1e30.
    Result<std::optional<double>> number(std::size_t row, std::string_view column) const;
    /// @retval kTableBroken  As number(), and for an empty cell.
    Result<double> needed(std::size_t row, std::string_view column) const;

  private:
    std::unexpected<Error> broken(std::size_t row, std::string_view column,
                                  std::string_view what) const;
    std::string file_;
    format::CsvTable table_;
};

}  // namespace penstock::estimate
