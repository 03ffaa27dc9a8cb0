#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "format/focus/decimal.h"

namespace penstock::focus {

/// What the rule table can ask, named as there.
enum class CheckKind : std::uint8_t {
    all_of,             ///< AND
    any_of,             ///< OR
    rule,               ///< CheckModelRule: another rule holds
    column_present,     ///< ColumnPresent
    type_string,        ///< TypeString
    type_decimal,       ///< TypeDecimal
    type_date_time,     ///< TypeDateTime
    format_string,      ///< FormatString
    format_numeric,     ///< FormatNumeric
    format_date_time,   ///< FormatDateTime
    format_unit,        ///< FormatUnit
    format_key_value,   ///< FormatKeyValue
    format_currency,    ///< FormatCurrency
    national_currency,  ///< CheckNationalCurrency
    decimal_value,      ///< CheckDecimalValue
    equals,             ///< CheckValue
    not_equals,         ///< CheckNotValue
    greater_or_equal,   ///< CheckGreaterOrEqualThanValue
    same_value,         ///< CheckSameValue
    not_same_value,     ///< CheckNotSameValue
    product,            ///< ColumnByColumnEqualsColumnValue: column × other = result
    distinct_count,     ///< CheckDistinctCount: values of other for one of column
};

/// The kind that the table calls by this name; empty when there is none.
std::optional<CheckKind> parse_check_kind(std::string_view name);

/// One node of a rule's tree.
struct Check {
    CheckKind kind = CheckKind::all_of;
    std::string column{};
    std::string other{};
    std::string result{};
    std::optional<std::string> value{};  ///< Of equals and not_equals; none is null.
    std::optional<Decimal> number{};     ///< Instead, where the table gives a number.
    std::int64_t count = 0;              ///< Of distinct_count.
    std::string rule{};                  ///< Of rule.
    std::vector<Check> items{};          ///< Of all_of and any_of.
};

Check is(std::string column, std::string value);
Check is_not(std::string column, std::string value);
Check is_null(std::string column);
Check is_not_null(std::string column);
Check differ(std::string column, std::string other);
Check all_of(std::vector<Check> items);
Check any_of(std::vector<Check> items);

}  // namespace penstock::focus
