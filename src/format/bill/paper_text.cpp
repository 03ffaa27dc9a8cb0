#include "format/bill/paper_text.h"

#include <array>
#include <cstdlib>

#include "base/assert.h"

namespace penstock::format {

namespace {

constexpr std::uint64_t kNanosPerUnit = 1'000'000'000;

std::uint64_t magnitude(std::int64_t value) {
    return value < 0 ? 0 - static_cast<std::uint64_t>(value) : static_cast<std::uint64_t>(value);
}

std::string grouped(std::uint64_t whole) {
    std::string text = std::to_string(whole);
    for (std::size_t at = text.size(); at > 3; at -= 3) text.insert(at - 3, 1, ',');
    return text;
}

/// A number of `scale` parts a unit, with at least so many of the scale's decimals.
std::string decimal(std::int64_t value, std::uint64_t scale, std::size_t decimals_min) {
    const std::uint64_t all = magnitude(value);
    std::string fraction = std::to_string(scale + all % scale).substr(1);
    while (fraction.size() > decimals_min && fraction.back() == '0') fraction.pop_back();
    std::string text = (value < 0 ? "-" : "") + grouped(all / scale);
    if (!fraction.empty()) text += '.' + fraction;
    return text;
}

std::string two_digits(std::uint64_t value) {
    return std::to_string(100 + value % 100).substr(1);
}

constexpr std::array<std::string_view, 10> kDigits = {"零", "壹", "贰", "叁", "肆",
                                                      "伍", "陆", "柒", "捌", "玖"};

/// Four digits with their places: 1020 is 壹仟零贰拾.
std::string four_digits(std::uint64_t value) {
    constexpr std::array<std::string_view, 4> kPlaces = {"仟", "佰", "拾", ""};
    std::string text;
    bool zero = false;
    std::uint64_t divisor = 1'000;
    for (const std::string_view place : kPlaces) {
        const std::uint64_t digit = value / divisor % 10;
        divisor /= 10;
        if (digit == 0) {
            zero = !text.empty();
            continue;
        }
        if (zero) text += kDigits[0];
        zero = false;
        text.append(kDigits[digit]).append(place);
    }
    return text;
}

/// Whole yuan, in groups of four digits.
std::string yuan(std::uint64_t value) {
    constexpr std::array<std::string_view, 4> kGroups = {"", "万", "亿", "万亿"};
    std::string text;
    bool gap = false;
    for (int group = 3; group >= 0; --group) {
        std::uint64_t divisor = 1;
        for (int i = 0; i < group; ++i) divisor *= 10'000;
        const std::uint64_t part = value / divisor % 10'000;
        if (part == 0) {
            gap = !text.empty();
            continue;
        }
        // A zero is said where digits are missing between two groups.
        if (!text.empty() && (gap || part < 1'000)) text += kDigits[0];
        gap = false;
        text.append(four_digits(part)).append(kGroups[static_cast<std::size_t>(group)]);
    }
    return text;
}

}  // namespace

std::string amount_text(std::int64_t micros, int decimals) {
    PENSTOCK_ASSERT(decimals == 6 || (decimals == 2 && micros % kMicrosPerFen == 0));
    return decimal(micros, kMicrosPerUnit, static_cast<std::size_t>(decimals));
}

std::string price_text(std::int64_t micros) {
    return decimal(micros, kMicrosPerUnit, 2);
}

std::string quantity_text(std::int64_t nanos) {
    return decimal(nanos, kNanosPerUnit, 0);
}

std::string rate_text(std::uint32_t basis_points) {
    return decimal(basis_points, 100, 0) + " %";
}

std::string offset_text(std::int32_t utc_offset_minutes) {
    const std::uint64_t minutes = magnitude(utc_offset_minutes);
    return std::string("UTC") + (utc_offset_minutes < 0 ? '-' : '+') + two_digits(minutes / 60) +
           ':' + two_digits(minutes % 60);
}

std::string yuan_in_words(Money amount) {
    const std::uint64_t fen_all = magnitude(round_to_fen(amount).micros) / kMicrosPerFen;
    const std::uint64_t jiao = fen_all / 10 % 10;
    const std::uint64_t fen = fen_all % 10;
    std::string text = amount.micros < 0 && fen_all > 0 ? "负" : "";
    const std::string whole = yuan(fen_all / 100);
    if (!whole.empty()) text += whole + "元";
    if (jiao > 0) text.append(kDigits[jiao]).append("角");
    if (jiao == 0 && fen > 0 && !whole.empty()) text += kDigits[0];
    if (fen > 0) return text.append(kDigits[fen]).append("分");
    if (fen_all == 0) text += "零元";
    return text + "整";
}

}  // namespace penstock::format
