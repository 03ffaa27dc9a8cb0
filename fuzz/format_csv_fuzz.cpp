// CSV: no text makes the reader fail otherwise than by an error that says where, and what it lets
// through is read again to the same when it is written with every cell quoted.
#include <cstdint>
#include <string>
#include <vector>

#include "base/assert.h"
#include "base/text.h"
#include "crypto/bytes.h"
#include "format/csv.h"

using namespace penstock;

namespace {

std::string written(const std::vector<format::CsvRow>& rows, const format::CsvForm& form) {
    std::string text;
    for (const format::CsvRow& row : rows) {
        for (std::size_t i = 0; i < row.cells.size(); ++i) {
            if (i > 0) text.push_back(form.delimiter);
            text.push_back(form.quote);
            for (const char letter : row.cells[i].text) {
                text.append(letter == form.quote ? 2 : 1, letter);
            }
            text.push_back(form.quote);
        }
        text.push_back('\n');
    }
    return text;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const format::CsvForm form{.delimiter = size % 2 == 0 ? ',' : '\t'};
    const auto rows = format::parse_csv(crypto::text_of({data, size}), form, "f.csv");
    if (!rows) {
        PENSTOCK_ASSERT(rows.error().detail().starts_with("f.csv:"));
        return 0;
    }
    const auto again = format::parse_csv(written(*rows, form), form, "f.csv");
    PENSTOCK_ASSERT(again && again->size() == rows->size());
    for (std::size_t i = 0; i < rows->size(); ++i) {
        const auto& cells = (*rows)[i].cells;
        PENSTOCK_ASSERT(!cells.empty() && cells.size() == (*again)[i].cells.size());
        for (std::size_t j = 0; j < cells.size(); ++j) {
            PENSTOCK_ASSERT(cells[j].text == (*again)[i].cells[j].text && is_utf8(cells[j].text));
        }
    }
    return 0;
}
