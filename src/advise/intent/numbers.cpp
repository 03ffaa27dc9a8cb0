#include <algorithm>
#include <array>

#include "advise/intent/items.h"

namespace penstock::intent {

namespace {

struct Numeral {
    char32_t character;
    int value;
};
constexpr std::array<Numeral, 24> kDigits{
    {{U'〇', 0}, {U'零', 0}, {U'一', 1}, {U'二', 2}, {U'两', 2}, {U'三', 3},
     {U'四', 4}, {U'五', 5}, {U'六', 6}, {U'七', 7}, {U'八', 8}, {U'九', 9},
     {U'壹', 1}, {U'贰', 2}, {U'叁', 3}, {U'肆', 4}, {U'伍', 5}, {U'陆', 6},
     {U'柒', 7}, {U'捌', 8}, {U'玖', 9}, {U'俩', 2}, {U'弌', 1}, {U'貳', 2}}};
constexpr std::array<Numeral, 8> kTens{{{U'十', 1},
                                        {U'拾', 1},
                                        {U'百', 2},
                                        {U'佰', 2},
                                        {U'千', 3},
                                        {U'仟', 3},
                                        {U'万', 4},
                                        {U'亿', 8}}};

struct NumberWord {
    std::u32string_view word;
    int value;     ///< Of what adds up.
    int exponent;  ///< Of what multiplies; 0 for none.
};
constexpr std::array<NumberWord, 33> kNumberWords{
    {{U"one", 1, 0},        {U"two", 2, 0},       {U"three", 3, 0},     {U"four", 4, 0},
     {U"five", 5, 0},       {U"six", 6, 0},       {U"seven", 7, 0},     {U"eight", 8, 0},
     {U"nine", 9, 0},       {U"ten", 10, 0},      {U"eleven", 11, 0},   {U"twelve", 12, 0},
     {U"thirteen", 13, 0},  {U"fourteen", 14, 0}, {U"fifteen", 15, 0},  {U"sixteen", 16, 0},
     {U"seventeen", 17, 0}, {U"eighteen", 18, 0}, {U"nineteen", 19, 0}, {U"twenty", 20, 0},
     {U"thirty", 30, 0},    {U"forty", 40, 0},    {U"fifty", 50, 0},    {U"sixty", 60, 0},
     {U"seventy", 70, 0},   {U"eighty", 80, 0},   {U"ninety", 90, 0},   {U"hundred", 0, 2},
     {U"thousand", 0, 3},   {U"million", 0, 6},   {U"billion", 0, 9},   {U"trillion", 0, 12},
     {U"dozen", 12, 0}}};

template <std::size_t count>
const Numeral* find(const std::array<Numeral, count>& all, char32_t c) {
    const auto* const found = std::ranges::find(all, c, &Numeral::character);
    return found == all.end() ? nullptr : found;
}

Wide power(int exponent) {
    Wide value = 1;
    for (int i = 0; i < exponent; ++i) value *= 10;
    return value;
}

/// 三百二十, 一千五百万, 一万亿, 千亿. A leading 千 or 万 stands for one of it.
std::optional<ReadNumber> read_chinese(const std::u32string& all, std::size_t at) {
    constexpr Wide kLimit = 1'000'000'000'000'000'000;
    Wide total = 0;    // Of what 亿 and 万 have closed.
    Wide section = 0;  // Below 万.
    Wide digit = -1;
    std::size_t i = at;
    for (; i < all.size(); ++i) {
        if (const Numeral* one = find(kDigits, all[i])) {
            if (digit > 0 && one->value != 0) break;
            digit = one->value;
            continue;
        }
        const Numeral* const ten = find(kTens, all[i]);
        if (ten == nullptr) break;
        if (ten->value < 4) {
            section += (digit < 0 ? 1 : digit) * power(ten->value);
        } else {
            section += digit < 0 ? 0 : digit;
            if (section == 0 && total == 0) section = 1;
            // 一万亿: 亿 multiplies all that stands before it.
            if (section == 0) {
                total *= power(ten->value);
            } else if (ten->value == 8) {
                total = (total + section) * power(8);
            } else {
                total += section * power(4);
            }
            section = 0;
        }
        digit = -1;
        if (total > kLimit) return std::nullopt;
    }
    if (i == at) return std::nullopt;
    total += section + (digit < 0 ? 0 : digit);
    ReadNumber number{.end = i, .value = {total, 0}, .digits = i - at, .chinese = true};
    // 一点五亿
    if (i + 1 < all.size() && all[i] == U'点' && find(kDigits, all[i + 1]) != nullptr) {
        for (++i; i < all.size() && number.value.exponent > -6; ++i) {
            const Numeral* const one = find(kDigits, all[i]);
            if (one == nullptr) break;
            number.value.digits = number.value.digits * 10 + one->value;
            --number.value.exponent;
        }
        for (; i < all.size() && find(kTens, all[i]) != nullptr; ++i)
            number.value.exponent += find(kTens, all[i])->value;
        number.end = i;
        number.digits = i - at;
    }
    if (total > kLimit) return std::nullopt;
    return number;
}

/// "forty-five", "one thousand", "1.2 million": words, and what multiplies after digits.
const NumberWord* word_at(const std::u32string& all, std::size_t at) {
    for (const NumberWord& word : kNumberWords) {
        if (all.compare(at, word.word.size(), word.word) != 0) continue;
        const std::size_t end = at + word.word.size();
        if (end == all.size() || !is_latin(all[end])) return &word;
    }
    return nullptr;
}

std::size_t skip_blank(const std::u32string& all, std::size_t at) {
    return at < all.size() && (all[at] == ' ' || all[at] == '-') ? at + 1 : at;
}

std::optional<ReadNumber> read_words(const std::u32string& all, std::size_t at) {
    Wide total = 0;
    Wide part = -1;
    int exponent = 0;
    std::size_t end = at;
    for (std::size_t i = at; i < all.size();) {
        const NumberWord* const word = word_at(all, i);
        if (word == nullptr) break;
        if (word->exponent == 0) {
            const Wide below = part % 100;
            if (part > 0 && (below % 10 != 0 || (below != 0 && (word->value >= 10 || below == 10))))
                break;
            part = (part < 0 ? 0 : part) + word->value;
        } else if (word->exponent == 2) {
            if (part > 10'000) return std::nullopt;
            part = (part < 0 ? 1 : part) * 100;
        } else {
            total += (part < 0 ? 1 : part) * power(word->exponent);
            part = -1;
            exponent = word->exponent;
        }
        end = i + word->word.size();
        i = skip_blank(all, end);
        // One hundred and twenty-eight; and between one hundred and two hundred are two numbers.
        constexpr std::u32string_view kAnd = U"and ";
        if (word->exponent != 0 && all.compare(i, kAnd.size(), kAnd) == 0) {
            const auto rest = read_words(all, i + kAnd.size());
            if (rest && rest->value.digits < 100) i += kAnd.size();
        }
        if (total > power(17)) return std::nullopt;
    }
    if (end == at) return std::nullopt;
    ReadNumber number{.end = end, .value = {total + (part < 0 ? 0 : part), 0}};
    if (exponent != 0) number.magnitude = Magnitude::other;
    return number;
}

/// What multiplies digits: 万, 百万, 亿, k, M, B, T, million.
void read_magnitude(const std::u32string& all, ReadNumber& number) {
    std::size_t i = number.end;
    while (i < all.size() && find(kTens, all[i]) != nullptr) {
        number.value.exponent += find(kTens, all[i])->value;
        number.magnitude = Magnitude::other;
        number.end = ++i;
    }
    if (number.magnitude != Magnitude::none) return;
    i = skip_blank(all, number.end);
    if (i >= all.size()) return;
    if (const NumberWord* word = word_at(all, i); word != nullptr && word->exponent != 0) {
        number.value.exponent += word->exponent;
        number.magnitude = Magnitude::other;
        number.end = i + word->word.size();
        return;
    }
    const bool alone =
        i + 1 == all.size() || (!is_latin(all[i + 1]) && !is_ascii_digit(all[i + 1]));
    if (!alone || (i != number.end && all[i] != 'b' && all[i] != 't')) return;
    const int exponent = all[i] == 'k' ? 3 : all[i] == 'm' ? 6 : all[i] == 'b' ? 9 : 12;
    if (exponent == 12 && all[i] != 't') return;
    number.value.exponent += exponent;
    number.magnitude = all[i] == 'b'   ? Magnitude::letter_b
                       : all[i] == 't' ? Magnitude::letter_t
                                       : Magnitude::other;
    number.end = i + 1;
}

}  // namespace

std::optional<ReadNumber> read_number(const FoldedText& text, std::size_t at) {
    const std::u32string& all = text.characters;
    if (!is_ascii_digit(all[at])) {
        if (auto chinese = read_chinese(all, at)) return chinese;
        if (at > 0 && is_latin(all[at - 1])) return std::nullopt;
        return read_words(all, at);
    }
    std::string digits;
    std::size_t i = at;
    const auto digit_at = [&all](std::size_t k) {
        return k < all.size() && is_ascii_digit(all[k]);
    };
    for (; i < all.size() && digits.size() < 30; ++i) {
        const bool point = all[i] == '.' && digit_at(i + 1) && digits.find('.') == digits.npos;
        const bool comma = all[i] == ',' && digit_at(i + 1) && digit_at(i + 2) && digit_at(i + 3) &&
                           !digit_at(i + 4) && digits.find('.') == digits.npos;
        const bool power = all[i] == 'e' && digits.find('e') == digits.npos && digit_at(i + 1);
        if (!is_ascii_digit(all[i]) && !point && !comma && !power) break;
        digits += static_cast<char>(all[i]);
    }
    const auto value = parse_decimal_number(digits);
    if (!value) return std::nullopt;
    ReadNumber number{.end = i, .value = *value};
    read_magnitude(all, number);
    return number;
}

}  // namespace penstock::intent
