#include "advise/estimate/amount.h"

#include <charconv>
#include <cmath>
#include <cstdio>
#include <optional>
#include <string>
#include <utility>

#include "advise/estimate/error.h"
#include "advise/estimate/limits.h"
#include "base/text.h"
#include "base/try.h"

namespace penstock::estimate {

namespace {

constexpr std::size_t kTextBytesMax = 64;

/// Digits and letters of full width become those of ASCII; blanks go. Empty where it is not UTF-8.
std::optional<std::string> narrow(std::string_view text) {
    std::string out;
    while (!text.empty()) {
        const std::string_view before = text;
        const auto letter = take_character(text);
        if (!letter) return std::nullopt;
        if (*letter == U' ' || *letter == U'\u3000') continue;
        if (*letter >= 0xFF01 && *letter <= 0xFF5E) {
            out.push_back(static_cast<char>(*letter - 0xFEE0));
        } else {
            out.append(before.substr(0, before.size() - text.size()));
        }
    }
    return out;
}

/// Takes commas out that stand before groups of three digits, and gives nothing for any other.
std::optional<std::string> without_commas(std::string_view digits) {
    if (digits.find(',') == std::string_view::npos) return std::string(digits);
    std::string out;
    std::size_t group = 0;
    bool grouped = false;
    for (std::size_t i = 0; i <= digits.size(); ++i) {
        const char letter = i < digits.size() ? digits[i] : '.';
        if (letter >= '0' && letter <= '9') {
            ++group;
        } else {
            if (grouped ? group != 3 : group == 0 || group > 3) return std::nullopt;
            if (letter != ',') return out.append(digits.substr(i));
            grouped = true;
            group = 0;
            continue;
        }
        out.push_back(letter);
    }
    return out;
}

std::optional<double> unit_of(std::string_view unit) {
    static constexpr std::pair<std::string_view, double> kUnits[] = {
        {"", 1},       {"k", 1e3},  {"K", 1e3},    {"m", 1e6},     {"M", 1e6},     {"b", 1e9},
        {"B", 1e9},    {"g", 1e9},  {"G", 1e9},    {"t", 1e12},    {"T", 1e12},    {"p", 1e15},
        {"P", 1e15},   {"百", 1e2}, {"千", 1e3},   {"万", 1e4},    {"十万", 1e5},  {"百万", 1e6},
        {"千万", 1e7}, {"亿", 1e8}, {"十亿", 1e9}, {"百亿", 1e10}, {"千亿", 1e11}, {"万亿", 1e12}};
    for (const auto& [name, value] : kUnits) {
        if (name == unit) return value;
    }
    return std::nullopt;
}

}  // namespace

Result<double> parse_amount(std::string_view text, const AmountRange& range,
                            std::string_view field) {
    const auto refused = [&] {
        const bool shown = text.size() <= kTextBytesMax && is_utf8(text);
        return reject(kAmountInvalid, field, shown ? "Given: '" + std::string(text) + "'." : "");
    };
    if (text.size() > kTextBytesMax) return refused();
    const auto narrowed = narrow(text);
    if (!narrowed) return refused();
    std::size_t end = narrowed->find_first_not_of("0123456789.,");
    if (end == std::string::npos) end = narrowed->size();
    // An exponent belongs to the number; nothing else that begins with e is a unit.
    if (end < narrowed->size() && ((*narrowed)[end] == 'e' || (*narrowed)[end] == 'E')) {
        end = narrowed->find_first_not_of("0123456789",
                                          end + 1 + ((*narrowed)[end + 1] == '+' ? 1U : 0U));
        if (end == std::string::npos) end = narrowed->size();
    }
    auto digits = without_commas(std::string_view(*narrowed).substr(0, end));
    const auto unit = unit_of(std::string_view(*narrowed).substr(end));
    if (!digits || digits->empty() || !unit) return refused();
    if (const auto plus = digits->find('+'); plus != std::string::npos) digits->erase(plus, 1);
    double value = 0;
    const auto [stop, fault] =
        std::from_chars(digits->data(), digits->data() + digits->size(), value);
    if (fault != std::errc() || stop != digits->data() + digits->size()) return refused();
    value *= *unit;
    TRY(check_range(value, range, field));
    return value;
}

Result<void> check_range(double value, const AmountRange& range, std::string_view field) {
    if (value >= range.least && value <= range.most) return {};
    char limits[80];
    std::snprintf(limits, sizeof limits, "It must be %g to %g.", range.least, range.most);
    return reject(kAmountOutOfRange, field, limits);
}

Result<void> check_count(double value, const AmountRange& range, std::string_view field) {
    TRY(check_range(value, range, field));
    if (value == std::floor(value)) return {};
    return reject(kAmountOutOfRange, field, "It must be a whole number.");
}

}  // namespace penstock::estimate
