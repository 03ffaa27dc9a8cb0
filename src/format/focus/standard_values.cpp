#include "format/focus/standard_values.h"

#include <boost/json.hpp>

#include "base/try.h"
#include "format/csv_table.h"
#include "format/focus/error.h"

namespace penstock::focus {

namespace {

Result<void> read_allowed(std::string_view columns_csv, StandardValues& values) {
    TRY_ASSIGN(
        const auto table,
        format::CsvTable::read(columns_csv, {.bytes_max = 1U << 22, .rows_max = 1'000}, "columns"));
    const auto name = table.find_column("column");
    const auto list = table.find_column("allowed_values");
    if (!name || !list)
        return reject(kColumnTableInvalid, {}, "columns: column or allowed_values is missing.");
    for (std::size_t row = 0; row < table.rows(); ++row) {
        auto& allowed = values.allowed[std::string(table.field(row, *name).text)];
        std::string_view rest = table.field(row, *list).text;
        while (!rest.empty()) {
            const std::size_t end = std::min(rest.find("; "), rest.size());
            allowed.emplace_back(rest.substr(0, end));
            rest.remove_prefix(std::min(end + 2, rest.size()));
        }
    }
    return {};
}

Result<void> read_categories(std::string_view parents_json, StandardValues& values) {
    namespace json = boost::json;
    json::error_code code;
    const json::value value = json::parse(parents_json, code);
    if (code || !value.is_object())
        return reject(kColumnTableInvalid, {}, "subcategories: not a JSON object.");
    for (const auto& [subcategory, category] : value.get_object()) {
        if (!category.is_string())
            return reject(kColumnTableInvalid, {}, "subcategories: a category is no text.");
        values.categories.emplace(subcategory, category.get_string());
    }
    return {};
}

}  // namespace

Result<StandardValues> StandardValues::parse(std::string_view columns_csv,
                                             std::string_view parents_json) {
    StandardValues values;
    if (!columns_csv.empty()) TRY(read_allowed(columns_csv, values));
    if (!parents_json.empty()) TRY(read_categories(parents_json, values));
    return values;
}

}  // namespace penstock::focus
