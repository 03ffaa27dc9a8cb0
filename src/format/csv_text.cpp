#include "format/csv_text.h"

#include "base/assert.h"

namespace penstock::format {

namespace {

void append_value(std::string& text, std::string_view value) {
    // Readers of FOCUS take NULL without quotes for nothing.
    const bool quote = value.empty() || value == "NULL" ||
                       value.find_first_of(",\"\r\n") != value.npos || value.front() == ' ' ||
                       value.back() == ' ' || value.starts_with("\xEF\xBB\xBF");
    if (!quote) {
        text += value;
        return;
    }
    text += '"';
    for (const char character : value) {
        if (character == '"') text += '"';
        text += character;
    }
    text += '"';
}

}  // namespace

void append_csv_record(std::string& text, const std::vector<CsvValue>& values) {
    PENSTOCK_ASSERT(!values.empty());
    bool first = true;
    for (const CsvValue& value : values) {
        if (!first) text += ',';
        first = false;
        if (value) append_value(text, *value);
    }
    if (values.size() == 1 && !values.front()) text += "\"\"";
    text += "\r\n";
}

std::string spreadsheet_text(std::string_view text) {
    // Also the full-width signs, which some spreadsheets take for the others, and behind blanks.
    constexpr std::string_view kStarts[] = {"=",  "+",  "-",      "@",      "|",      "\t",
                                            "\r", "\n", "\uFF1D", "\uFF0B", "\uFF0D", "\uFF20"};
    std::string_view seen = text;
    while (seen.starts_with(' ')) seen.remove_prefix(1);
    for (const std::string_view start : kStarts) {
        if (seen.starts_with(start)) return "'" + std::string(text);
    }
    return std::string(text);
}

}  // namespace penstock::format
