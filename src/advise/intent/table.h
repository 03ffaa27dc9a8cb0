#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/assert.h"
#include "format/csv_table.h"

namespace penstock::intent {

/// The parts of a text between separators; none of an empty text.
inline std::vector<std::string> split(std::string_view text, char separator) {
    std::vector<std::string> parts;
    while (!text.empty()) {
        const std::size_t end = text.find(separator);
        parts.emplace_back(text.substr(0, end));
        text = end == text.npos ? std::string_view() : text.substr(end + 1);
    }
    return parts;
}

/// A table that we ship: what is wrong with it is our own mistake.
class Table {
  public:
    explicit Table(std::string_view csv)
        : table_(*format::CsvTable::read(csv, {}, "a table of data/")) {}

    std::size_t rows() const { return table_.rows(); }
    std::string text(std::size_t row, std::string_view column) const {
        const auto index = table_.find_column(column);
        PENSTOCK_ASSERT(index.has_value());
        return std::string(table_.field(row, *index).text);
    }

  private:
    format::CsvTable table_;
};

}  // namespace penstock::intent
