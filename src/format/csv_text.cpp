#include "format/csv_text.h"

#include "base/assert.h"

namespace penstock::format {

namespace {

void append_value(std::string& text, std::string_view value) {
    const bool quote = value.empty() || value.find_first_of(",\"\r\n") != value.npos ||
                       value.front() == ' ' || value.back() == ' ' ||
                       value.starts_with("\xEF\xBB\xBF");
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

}  // namespace penstock::format
