#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "format/csv_table.h"
#include "format/focus/check.h"

namespace penstock::focus {

/// How strings are judged.
enum class StringRule : std::uint8_t {
    unicode,  ///< As the standard's text has it.
    ascii,    ///< As the official validator does, which lets nothing but ASCII through.
};

/// What a field says: nothing at all, or a text. Null is an empty field without quotes; an unquoted
/// NULL is one too, since the standard's own samples write it.
std::optional<std::string_view> value_of(const format::CsvField& field);

/// Whether one row can be judged by it: no presence, no count over rows, no other rules.
bool is_row_level(const Check& check);

/// A check whose columns were found in a file, so that a row is judged without looking names up.
class RowCheck {
  public:
    /// @param check  Of a row; outlives this, as does the table. Columns that the file lacks read
    /// as
    ///               null.
    RowCheck(const Check& check, const format::CsvTable& table, StringRule strings);

    bool holds(std::size_t row) const;
    /// The columns that it reads, in its order, without those that the file lacks.
    const std::vector<std::size_t>& columns() const { return columns_; }
    /// Those that the file lacks.
    const std::vector<std::string>& missing() const { return missing_; }

  private:
    using Value = std::optional<std::string_view>;
    Value value(std::size_t row, std::optional<std::size_t> column) const;
    bool equals(const Value& value) const;
    bool is_product(std::size_t row) const;
    bool is_formatted(std::string_view text) const;
    std::optional<std::size_t> find(const std::string& name);

    const Check* check_;
    const format::CsvTable* table_;
    StringRule strings_;
    std::optional<std::size_t> column_;
    std::optional<std::size_t> other_;
    std::optional<std::size_t> result_;
    std::vector<RowCheck> items_;
    std::vector<std::size_t> columns_;
    std::vector<std::string> missing_;
};

}  // namespace penstock::focus
