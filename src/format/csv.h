#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "format/place.h"

namespace penstock::format {

/// How a CSV file is written, and how much of it is taken.
struct CsvForm {
    char delimiter = ',';
    char quote = '"';
    std::size_t bytes_max = 16'000'000;
    std::size_t rows_max = 200'000;
    std::size_t columns_max = 256;
    std::size_t cell_bytes_max = 65'536;
    bool has_formula_texts = false;  ///< ="0012" is the text 0012, as some write for spreadsheets.
};

struct CsvCell {
    std::string text;  ///< Quotes undone; blanks kept. May hold line ends when quoted.
    Place place;       ///< Where it begins; columns are counted in characters.
    bool quoted = false;
};

/// A line of the file, or several where a quoted cell holds line ends. Never without a cell: an
/// empty line is a row of one empty cell without quotes.
struct CsvRow {
    std::vector<CsvCell> cells;
};

/// Reads CSV as RFC 4180 writes it, strictly: UTF-8 (a byte-order mark in front is dropped), lines
/// end with LF or CR LF, a quote stands around a whole cell or doubled within one, and there is no
/// control character but tab, and line ends within quotes. Rows may differ in length.
/// @param file  What to call the file in messages.
/// @return The rows in the file's order; none for an empty file.
/// @retval kCsvSyntax, kCsvTooLarge  The detail begins with "<file>:<line>:<column>: ".
/// O(bytes).
Result<std::vector<CsvRow>> parse_csv(std::string_view text, const CsvForm& form,
                                      std::string_view file);

}  // namespace penstock::format
