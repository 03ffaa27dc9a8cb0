#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "format/csv.h"

namespace penstock::format {

struct CsvField {
    std::string_view text;  ///< Lives as long as the table.
    bool quoted = false;    ///< Tells "" from nothing at all.
};

/// A CSV file with a header: names of its columns, all different, and rows as wide as the header.
class CsvTable {
  public:
    /// @param form, file  As parse_csv has them.
    /// @retval kCsvSyntax, kCsvTooLarge  With file, line and column.
    static Result<CsvTable> read(std::string_view text, const CsvForm& form, std::string_view file);

    const std::vector<std::string>& columns() const { return columns_; }
    std::optional<std::size_t> find_column(std::string_view name) const;
    std::size_t rows() const { return rows_.size(); }
    /// @param row, column  Below rows() and columns().size().
    CsvField field(std::size_t row, std::size_t column) const {
        const CsvCell& cell = rows_[row].cells[column];
        return {cell.text, cell.quoted};
    }
    /// The line of the file, from 1, on which a row starts.
    std::size_t line(std::size_t row) const {
        return static_cast<std::size_t>(rows_[row].cells.front().place.line);
    }

  private:
    std::vector<std::string> columns_;
    std::vector<CsvRow> rows_;
};

}  // namespace penstock::format
