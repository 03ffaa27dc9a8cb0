#include "format/focus/row_check.h"

#include <algorithm>

#include "base/assert.h"
#include "format/focus/value_formats.h"

namespace penstock::focus {

namespace {

bool is_ascii(std::string_view text) {
    return std::ranges::all_of(text,
                               [](char byte) { return static_cast<unsigned char>(byte) < 0x80; });
}

/// Of the type, however it is written: with a plus sign or a small e, too.
bool is_decimal(std::string_view text) {
    std::string plain(text.starts_with('+') ? text.substr(1) : text);
    if (const std::size_t place = plain.find_first_of("eE"); place != plain.npos) {
        plain[place] = 'E';
        if (plain.compare(place + 1, 1, "+") == 0) plain.erase(place + 1, 1);
    }
    return Decimal::parse(plain).has_value();
}

}  // namespace

std::optional<std::string_view> value_of(const format::CsvField& field) {
    if (!field.quoted && (field.text.empty() || field.text == "NULL")) return std::nullopt;
    return field.text;
}

bool is_row_level(const Check& check) {
    using enum CheckKind;
    return check.kind != rule && check.kind != column_present && check.kind != distinct_count &&
           std::ranges::all_of(check.items, is_row_level);
}

RowCheck::RowCheck(const Check& check, const format::CsvTable& table, StringRule strings)
    : check_(&check), table_(&table), strings_(strings) {
    column_ = find(check.column);
    other_ = find(check.other);
    result_ = find(check.result);
    for (const Check& item : check.items) {
        items_.emplace_back(item, table, strings);
        for (const std::size_t column : items_.back().columns())
            if (std::ranges::find(columns_, column) == columns_.end()) columns_.push_back(column);
        missing_.insert(missing_.end(), items_.back().missing_.begin(),
                        items_.back().missing_.end());
    }
}

std::optional<std::size_t> RowCheck::find(const std::string& name) {
    if (name.empty()) return std::nullopt;
    const auto found = table_->find_column(name);
    if (found) {
        columns_.push_back(*found);
    } else {
        missing_.push_back(name);
    }
    return found;
}

RowCheck::Value RowCheck::value(std::size_t row, std::optional<std::size_t> column) const {
    if (!column) return std::nullopt;
    return value_of(table_->field(row, *column));
}

bool RowCheck::equals(const Value& value) const {
    if (check_->number) return value && Decimal::parse(*value) == check_->number;
    return value == check_->value;
}

bool RowCheck::is_product(std::size_t row) const {
    const Value a = value(row, column_);
    const Value b = value(row, other_);
    const Value result = value(row, result_);
    if (!a || !b || !result) return true;
    const auto left = Decimal::parse(*a);
    const auto right = Decimal::parse(*b);
    return left && right && Decimal::parse(*result) == *left * *right;
}

bool RowCheck::is_formatted(std::string_view text) const {
    using enum CheckKind;
    switch (check_->kind) {
        case type_string:
            return is_text(text);
        case format_string:
            return is_filled(text) && (strings_ == StringRule::unicode || is_ascii(text));
        case type_decimal:
            return is_decimal(text);
        case format_numeric:
        case decimal_value:
            return Decimal::parse(text).has_value();
        case type_date_time:
            return is_any_date_time(text);
        case format_date_time:
            return is_date_time(text);
        case format_unit:
            return is_unit(text);
        case format_key_value:
            return is_key_value(text);
        case format_currency:
        case national_currency:
            return is_iso_4217(text);
        case greater_or_equal: {
            const auto number = Decimal::parse(text);
            return number && *number >= *check_->number;
        }
        default:
            PENSTOCK_ASSERT(false);
    }
    return false;
}

bool RowCheck::holds(std::size_t row) const {
    using enum CheckKind;
    const auto item_holds = [row](const RowCheck& item) { return item.holds(row); };
    switch (check_->kind) {
        case all_of:
            return std::ranges::all_of(items_, item_holds);
        case any_of:
            return std::ranges::any_of(items_, item_holds);
        case equals:
            return this->equals(value(row, column_));
        case not_equals:
            return !this->equals(value(row, column_));
        case same_value:
            return value(row, column_) == value(row, other_);
        case not_same_value:
            return value(row, column_) != value(row, other_);
        case product:
            return is_product(row);
        default: {
            const Value text = value(row, column_);
            return !text || is_formatted(*text);
        }
    }
}

}  // namespace penstock::focus
