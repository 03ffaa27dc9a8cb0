#include "format/csv_table.h"

#include <algorithm>
#include <set>

#include "base/try.h"
#include "format/error.h"

namespace penstock::format {

namespace {

std::unexpected<Error> fail(std::string_view file, Place place, std::string_view what) {
    return reject(kCsvSyntax, {}, place_text(file, place).append(what).append("."));
}

}  // namespace

Result<CsvTable> CsvTable::read(std::string_view text, const CsvForm& form, std::string_view file) {
    CsvTable table;
    TRY_ASSIGN(table.rows_, parse_csv(text, form, file));
    if (table.rows_.empty()) return fail(file, {}, "the file is empty; a header is needed");
    std::set<std::string_view> seen;
    for (const CsvCell& cell : table.rows_.front().cells) {
        if (cell.text.empty()) return fail(file, cell.place, "a column has no name");
        if (!seen.insert(cell.text).second)
            return fail(file, cell.place, "a second column is named " + cell.text);
        table.columns_.push_back(cell.text);
    }
    table.rows_.erase(table.rows_.begin());
    for (const CsvRow& row : table.rows_) {
        if (row.cells.size() == table.columns_.size()) continue;
        return fail(file, row.cells.front().place,
                    "the row has " + std::to_string(row.cells.size()) + " cells, but the header " +
                        std::to_string(table.columns_.size()));
    }
    return table;
}

std::optional<std::size_t> CsvTable::find_column(std::string_view name) const {
    const auto found = std::ranges::find(columns_, name);
    if (found == columns_.end()) return std::nullopt;
    return static_cast<std::size_t>(found - columns_.begin());
}

}  // namespace penstock::format
