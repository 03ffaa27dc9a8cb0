#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace penstock::format {

/// One field of a row; nothing is written as nothing, and "" as two quotes.
using CsvValue = std::optional<std::string>;

/// Adds one record with its line end, CR LF, quoting only what must be (RFC 4180).
/// @param values  At least one. A record of a single absent value would read as an empty line, and
///                is therefore written as two quotes.
void append_csv_record(std::string& text, const std::vector<CsvValue>& values);

/// A text for people who open the file in a spreadsheet: one that would be taken for a formula gets
/// an apostrophe in front, which spreadsheets do not show. Other texts stay as they are.
std::string spreadsheet_text(std::string_view text);

}  // namespace penstock::format
