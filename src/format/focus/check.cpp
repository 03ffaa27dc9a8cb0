#include "format/focus/check.h"

#include <array>
#include <string_view>
#include <utility>

namespace penstock::focus {

std::optional<CheckKind> parse_check_kind(std::string_view name) {
    using enum CheckKind;
    static constexpr std::array<std::pair<std::string_view, CheckKind>, 22> kNames{{
        {"AND", all_of},
        {"OR", any_of},
        {"CheckModelRule", rule},
        {"ColumnPresent", column_present},
        {"TypeString", type_string},
        {"TypeDecimal", type_decimal},
        {"TypeDateTime", type_date_time},
        {"FormatString", format_string},
        {"FormatNumeric", format_numeric},
        {"FormatDateTime", format_date_time},
        {"FormatUnit", format_unit},
        {"FormatKeyValue", format_key_value},
        {"FormatCurrency", format_currency},
        {"CheckNationalCurrency", national_currency},
        {"CheckDecimalValue", decimal_value},
        {"CheckValue", equals},
        {"CheckNotValue", not_equals},
        {"CheckGreaterOrEqualThanValue", greater_or_equal},
        {"CheckSameValue", same_value},
        {"CheckNotSameValue", not_same_value},
        {"ColumnByColumnEqualsColumnValue", product},
        {"CheckDistinctCount", distinct_count},
    }};
    for (const auto& [known, kind] : kNames)
        if (known == name) return kind;
    return std::nullopt;
}

Check is(std::string column, std::string value) {
    return {.kind = CheckKind::equals, .column = std::move(column), .value = std::move(value)};
}

Check is_not(std::string column, std::string value) {
    return {.kind = CheckKind::not_equals, .column = std::move(column), .value = std::move(value)};
}

Check is_null(std::string column) {
    return {.kind = CheckKind::equals, .column = std::move(column)};
}

Check is_not_null(std::string column) {
    return {.kind = CheckKind::not_equals, .column = std::move(column)};
}

Check differ(std::string column, std::string other) {
    return {
        .kind = CheckKind::not_same_value, .column = std::move(column), .other = std::move(other)};
}

Check all_of(std::vector<Check> items) {
    return {.kind = CheckKind::all_of, .items = std::move(items)};
}

Check any_of(std::vector<Check> items) {
    return {.kind = CheckKind::any_of, .items = std::move(items)};
}

}  // namespace penstock::focus
