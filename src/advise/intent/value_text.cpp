#include "advise/intent/value_text.h"

#include <google/protobuf/descriptor.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <span>

#include "advise/intent/decimal.h"
#include "advise/intent/error.h"
#include "advise/intent/names.h"
#include "base/money.h"
#include "base/try.h"

namespace penstock::intent {

namespace {

struct Unit {
    std::string_view text;
    std::uint64_t size;
};

constexpr std::array<Unit, 4> kCountUnits{
    {{"T", 1'000'000'000'000}, {"B", 1'000'000'000}, {"M", 1'000'000}, {"K", 1'000}}};
constexpr std::array<Unit, 9> kByteUnits{{{"PB", 1'000'000'000'000'000},
                                          {"TB", 1'000'000'000'000},
                                          {"GB", 1'000'000'000},
                                          {"MB", 1'000'000},
                                          {"KB", 1'000},
                                          {"TiB", std::uint64_t{1} << 40},
                                          {"GiB", std::uint64_t{1} << 30},
                                          {"MiB", std::uint64_t{1} << 20},
                                          {"B", 1}}};
constexpr std::array<Unit, 4> kTimeUnits{{{"d", 86'400}, {"h", 3'600}, {"m", 60}, {"s", 1}}};
constexpr std::array<Unit, 4> kPeriods{{{"s", 1}, {"min", 60}, {"h", 3'600}, {"d", 86'400}}};
constexpr std::array<Unit, 3> kDelays{{{"ms", 1'000}, {"us", 1}, {"s", 1'000'000}}};
constexpr std::array<std::string_view, 4> kOwnPlaces{"own-site", "own-city", "own-province",
                                                     "own-domain"};

/// Takes the text before the first blank off the front.
std::string_view take_part(std::string_view& text) {
    const std::size_t end = std::min(text.find(' '), text.size());
    const std::string_view part = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    return part;
}

/// "12.5GB" with one of the units, or no unit at all; exact.
std::optional<std::uint64_t> measured(std::string_view text, std::span<const Unit> units,
                                      std::uint64_t bare) {
    std::size_t end = text.size();
    while (end > 0 && ((text[end - 1] >= 'a' && text[end - 1] <= 'z') ||
                       (text[end - 1] >= 'A' && text[end - 1] <= 'Z') || text[end - 1] == '%'))
        --end;
    const auto number = parse_decimal_number(text.substr(0, end));
    const std::string_view name = text.substr(end);
    if (!number) return std::nullopt;
    if (name.empty()) return bare == 0 ? std::nullopt : whole(*number, bare);
    const auto unit = std::ranges::find(units, name, &Unit::text);
    if (unit == units.end()) return std::nullopt;
    return whole(*number, unit->size);
}

std::string lower_hyphens(std::string_view name) {
    std::string text(name);
    std::ranges::transform(text, text.begin(), [](char c) {
        return c == '_' ? '-' : c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    return text;
}

/// "PRE_TRAINING" of WORKLOAD_CLASS_PRE_TRAINING: the names of an enumeration begin with its own.
std::string word_of(const google::protobuf::EnumDescriptor* type, int number) {
    const std::string unspecified = type->value(0)->name();
    const std::size_t prefix = unspecified.size() - std::string_view("UNSPECIFIED").size();
    const auto* const value = type->FindValueByNumber(number);
    return value == nullptr ? std::string() : lower_hyphens(value->name().substr(prefix));
}

std::string one_of(const google::protobuf::EnumDescriptor* type) {
    std::string text = "must be one of ";
    for (int i = 1; i < type->value_count(); ++i)
        text.append(i == 1 ? "" : ", ").append(word_of(type, type->value(i)->number()));
    return text;
}

/// @return 0 for what is none of them.
int number_of(const google::protobuf::EnumDescriptor* type, std::string_view word) {
    for (int i = 1; i < type->value_count(); ++i) {
        const int number = type->value(i)->number();
        if (word_of(type, number) == word) return number;
    }
    return 0;
}

std::optional<std::uint64_t> number_in_form(Form form, std::string_view text) {
    constexpr std::array<Unit, 1> kPercentHundredths{{{"%", 100}}};
    constexpr std::array<Unit, 1> kPercentPpm{{{"%", 10'000}}};
    switch (form) {
        case Form::count:
            return measured(text, kCountUnits, 1);
        case Form::bytes:
            return measured(text, kByteUnits, 0);
        case Form::share:
            return measured(text, kPercentHundredths, 0);
        case Form::ppm:
            return measured(text, kPercentPpm, 0);
        case Form::intensity:
            if (!text.ends_with(" g/kWh")) return std::nullopt;
            return measured(text.substr(0, text.size() - 6), {}, 1);
        case Form::mass: {
            const bool tonnes = text.ends_with(" t");
            if (!tonnes && !text.ends_with(" kg")) return std::nullopt;
            return measured(text.substr(0, text.rfind(' ')), {}, tonnes ? 1'000 : 1);
        }
        case Form::milli:
            return measured(text, {}, 1'000);
        case Form::flops: {
            auto number = parse_decimal_number(text);
            if (!number) return std::nullopt;
            number->exponent -= 15;
            return whole(*number);
        }
        default:
            return std::nullopt;
    }
}

/// The digits [begin, begin + size) of a text.
std::optional<int> digits(std::string_view text, std::size_t begin, std::size_t size) {
    int value = 0;
    for (std::size_t i = begin; i < begin + size; ++i) {
        if (i >= text.size() || text[i] < '0' || text[i] > '9') return std::nullopt;
        value = value * 10 + (text[i] - '0');
    }
    return value;
}

std::optional<std::int64_t> day_seconds(std::string_view text) {
    const auto year = digits(text, 0, 4);
    const auto month = digits(text, 5, 2);
    const auto day = digits(text, 8, 2);
    if (!year || !month || !day || text[4] != '-' || text[7] != '-') return std::nullopt;
    const std::chrono::year_month_day date{std::chrono::year(*year),
                                           std::chrono::month(static_cast<unsigned>(*month)),
                                           std::chrono::day(static_cast<unsigned>(*day))};
    if (!date.ok() || *year < 2000 || *year > 2199) return std::nullopt;
    return std::int64_t{std::chrono::sys_days(date).time_since_epoch().count()} * 86'400;
}

/// "T08:00+08:00", "T08:00:30Z".
std::optional<std::int64_t> time_seconds(std::string_view text) {
    const auto hour = digits(text, 1, 2);
    const auto minute = digits(text, 4, 2);
    if (text[0] != 'T' || !hour || !minute || text[3] != ':') return std::nullopt;
    if (*hour > 23 || *minute > 59) return std::nullopt;
    std::int64_t seconds = *hour * 3'600 + *minute * 60;
    text.remove_prefix(6);
    if (text.starts_with(':')) {
        const auto second = digits(text, 1, 2);
        if (!second || *second > 59) return std::nullopt;
        seconds += *second;
        text.remove_prefix(3);
    }
    if (text == "Z") return seconds;
    const auto hours = digits(text, 1, 2);
    const auto minutes = digits(text, 4, 2);
    const bool formed = text.size() == 6 && (text[0] == '+' || text[0] == '-') && text[3] == ':';
    if (!formed || !hours || !minutes || *hours > 14 || *minutes > 59) return std::nullopt;
    const std::int64_t offset = *hours * 3'600 + *minutes * 60;
    return text[0] == '+' ? seconds - offset : seconds + offset;
}

std::optional<v1::Money> read_money(std::string_view text) {
    const std::string_view amount = take_part(text);
    const auto number = parse_decimal_number(amount);
    const auto micros = number ? whole(*number, kMicrosPerUnit) : std::nullopt;
    const auto limit = static_cast<std::uint64_t>(kMoneyMax.micros);
    if (!micros || *micros == 0 || *micros > limit || !Currency::parse(text)) return std::nullopt;
    v1::Money money;
    money.set_micros(static_cast<std::int64_t>(*micros));
    money.set_currency(std::string(text));
    return money;
}

std::string example(const Slot& slot) {
    return "such as '" + std::string(slot.example) + "'";
}

}  // namespace

std::unexpected<Error> wrong_value(const Slot& slot, std::string_view text, std::string_view must) {
    std::string what(slot.name);
    return reject(
        kIntentValue, slot.name,
        what.append(" ").append(must).append(", not '").append(text.substr(0, 60)).append("'."));
}

Result<int> parse_word(const Slot& slot, std::string_view text) {
    const auto* const type = field_of(slot)->enum_type();
    const int number = number_of(type, text);
    if (number == 0) return wrong_value(slot, text, one_of(type));
    return number;
}

Result<std::string> parse_name(const Slot& slot, std::string_view text) {
    switch (slot.form) {
        case Form::chip:
            return chip_id(text, slot.name);
        case Form::model:
            return model_id(text, slot.name);
        case Form::country:
            if (text.size() != 2 ||
                !std::ranges::all_of(text, [](char c) { return c >= 'A' && c <= 'Z'; })) {
                return wrong_value(slot, text,
                                   "must be two capital letters of ISO 3166 such as CN");
            }
            return std::string(text);
        case Form::residence:
            if (std::ranges::find(kOwnPlaces, text) != kOwnPlaces.end()) return std::string(text);
            return place_id(text, slot.name);
        default:
            return place_id(text, slot.name);
    }
}

Result<std::uint64_t> parse_number(const Slot& slot, std::string_view text) {
    const auto number = number_in_form(slot.form, text);
    if (!number || *number < slot.low || *number > slot.high) {
        return wrong_value(slot, text,
                           "must be a value " + example(slot) + " from " +
                               number_text(slot, slot.low) + " to " + number_text(slot, slot.high));
    }
    return *number;
}

Result<std::int64_t> parse_length(const Slot& slot, std::string_view text) {
    std::uint64_t total = 0;
    std::string_view rest = text;
    std::size_t next = 0;
    bool formed = !rest.empty();
    while (formed && !rest.empty()) {
        const std::size_t end = rest.find_first_not_of("0123456789");
        const auto number = parse_decimal_number(rest.substr(0, end));
        formed = false;
        if (!number || end == rest.npos) break;
        for (; next < kTimeUnits.size() && !formed; ++next) {
            if (kTimeUnits[next].text[0] != rest[end]) continue;
            const auto part = whole(*number, kTimeUnits[next].size);
            if (!part || *part > slot.high) break;
            total += *part;
            formed = true;
        }
        rest.remove_prefix(end + 1);
    }
    if (!formed || total < slot.low || total > slot.high) {
        return wrong_value(slot, text,
                           "must be a length of time " + example(slot) + ", from 1s to 3660d");
    }
    return static_cast<std::int64_t>(total);
}

Result<std::int64_t> parse_instant(const Slot& slot, std::string_view text) {
    constexpr std::int64_t kBeijing = 8 * 3'600;
    const auto day = text.size() >= 10 ? day_seconds(text.substr(0, 10)) : std::nullopt;
    std::optional<std::int64_t> seconds;
    if (day && text.size() == 10) {
        seconds = *day - kBeijing + (slot.name == "deadline" ? 86'400 : 0);
    } else if (day && text.size() >= 17) {
        const auto time = time_seconds(text.substr(10));
        if (time) seconds = *day + *time;
    }
    if (!seconds) return wrong_value(slot, text, "must be a day or an instant " + example(slot));
    return *seconds * 1'000'000'000;
}

Result<v1::Money> parse_money(const Slot& slot, std::string_view text) {
    auto money = read_money(text);
    if (!money) {
        return wrong_value(slot, text,
                           "must be an amount above zero with its currency, " + example(slot));
    }
    return *std::move(money);
}

Result<v1::IntentUnitPrice> parse_unit_price(const Slot& slot, std::string_view text) {
    const auto* const type = v1::IntentPriceUnit_descriptor();
    const std::size_t per = text.find(" per ");
    v1::IntentUnitPrice price;
    const auto money = read_money(text.substr(0, per));
    if (per != text.npos) {
        price.set_unit(static_cast<v1::IntentPriceUnit>(number_of(type, text.substr(per + 5))));
    }
    if (!money || price.unit() == v1::INTENT_PRICE_UNIT_UNSPECIFIED) {
        return wrong_value(slot, text,
                           "must be a price " + example(slot) + ", whose unit " + one_of(type));
    }
    *price.mutable_price() = *money;
    return price;
}

Result<v1::IntentRate> parse_rate(const Slot& slot, std::string_view text) {
    const std::size_t bar = text.find('/');
    const auto count = measured(text.substr(0, bar), kCountUnits, 1);
    const auto* const period = bar == text.npos
                                   ? kPeriods.end()
                                   : std::ranges::find(kPeriods, text.substr(bar + 1), &Unit::text);
    if (!count || *count < slot.low || *count > slot.high || period == kPeriods.end()) {
        return wrong_value(slot, text,
                           "must be a rate " + example(slot) + ", per s, min, h or d, of at most " +
                               count_text(slot.high));
    }
    v1::IntentRate rate;
    rate.set_count(*count);
    rate.set_per_seconds(static_cast<std::uint32_t>(period->size));
    return rate;
}

Result<v1::IntentLatency> parse_latency(const Slot& slot, std::string_view text) {
    std::string_view rest = text;
    const auto limit = measured(take_part(rest), kDelays, 0);
    if (!limit || *limit < slot.low || *limit > slot.high) {
        return wrong_value(slot, text, "must be a delay " + example(slot) + ", from 1us to 60s");
    }
    v1::IntentLatency latency;
    latency.set_limit_us(static_cast<std::uint32_t>(*limit));
    std::string_view part = take_part(rest);
    if (part == "from") {
        TRY_ASSIGN(*latency.mutable_from(), place_id(take_part(rest), slot.name));
        part = take_part(rest);
    }
    if (!part.empty())
        latency.set_way(static_cast<v1::DelayWay>(number_of(v1::DelayWay_descriptor(), part)));
    if (!rest.empty() || (!part.empty() && latency.way() == v1::DELAY_WAY_UNSPECIFIED)) {
        return wrong_value(slot, text,
                           "must be a delay " + example(slot) +
                               ", with 'one-way' or 'round-trip' at the end where that is meant");
    }
    return latency;
}

Result<v1::IntentWeight> parse_weight(const Slot& slot, std::string_view text) {
    const std::size_t sign = text.find('=');
    const auto weight = sign == text.npos ? std::nullopt : measured(text.substr(sign + 1), {}, 1);
    v1::IntentWeight result;
    result.set_goal(static_cast<v1::Goal>(number_of(v1::Goal_descriptor(), text.substr(0, sign))));
    if (!weight || *weight < slot.low || *weight > slot.high || result.goal() == 0) {
        return wrong_value(slot, text,
                           "must be a goal and its weight " + example(slot) + "; the goal " +
                               one_of(v1::Goal_descriptor()));
    }
    result.set_weight(static_cast<std::uint32_t>(*weight));
    return result;
}

std::string word_text(const Slot& slot, int number) {
    return word_of(field_of(slot)->enum_type(), number);
}

std::string number_text(const Slot& slot, std::uint64_t number) {
    switch (slot.form) {
        case Form::word:
            return word_text(slot, static_cast<int>(number));
        case Form::bytes:
            return bytes_text(number);
        case Form::seconds:
            return seconds_text(number);
        case Form::instant:
            return instant_text(static_cast<std::int64_t>(number));
        case Form::share:
            return *quotient_text(number, 100, 2) + '%';
        case Form::ppm:
            return *quotient_text(number, 10'000, 4) + '%';
        case Form::intensity:
            return std::to_string(number) + " g/kWh";
        case Form::mass:
            return number % 1'000 == 0 ? std::to_string(number / 1'000) + " t"
                                       : std::to_string(number) + " kg";
        case Form::milli:
            return *quotient_text(number, 1'000, 3);
        case Form::flag:
            return "true";
        case Form::flops: {
            std::string all = std::to_string(number);
            const std::size_t exponent = all.size() - 1 + 15;
            all.erase(all.find_last_not_of('0') + 1);
            if (all.size() > 1) all.insert(1, ".");
            return all + 'e' + std::to_string(exponent);
        }
        default:
            return count_text(number);
    }
}

std::string count_text(std::uint64_t count) {
    for (const Unit& unit : kCountUnits) {
        // Up to 9,999 stands as it is: cards are counted, not measured.
        if (count < unit.size || count < 10'000) continue;
        if (const auto text = quotient_text(count, unit.size, 3))
            return *text + std::string(unit.text);
    }
    return std::to_string(count);
}

std::string bytes_text(std::uint64_t bytes) {
    const bool binary = bytes % (1U << 20) == 0 && bytes % 1'000'000 != 0;
    for (const Unit& unit : kByteUnits) {
        if (bytes < unit.size || unit.text.ends_with("iB") != binary) continue;
        if (const auto text = quotient_text(bytes, unit.size, 3))
            return *text + std::string(unit.text);
    }
    return std::to_string(bytes) + 'B';
}

std::string seconds_text(std::uint64_t seconds) {
    std::string text;
    for (const Unit& unit : kTimeUnits) {
        if (seconds >= unit.size)
            text.append(std::to_string(seconds / unit.size)).append(unit.text);
        seconds %= unit.size;
    }
    return text;
}

std::string instant_text(std::int64_t ns) {
    const std::chrono::sys_seconds local{std::chrono::seconds(ns / 1'000'000'000 + 8 * 3'600)};
    const auto day = std::chrono::floor<std::chrono::days>(local);
    const std::chrono::year_month_day date{day};
    const std::chrono::hh_mm_ss time{local - day};
    const auto two = [](std::int64_t value) { return std::to_string(100 + value).substr(1); };
    std::string text = std::to_string(static_cast<int>(date.year())) + '-' +
                       two(static_cast<unsigned>(date.month())) + '-' +
                       two(static_cast<unsigned>(date.day())) + 'T' + two(time.hours().count()) +
                       ':' + two(time.minutes().count());
    if (time.seconds().count() != 0) text += ':' + two(time.seconds().count());
    return text + "+08:00";
}

std::string money_text(const v1::Money& money) {
    return to_decimal(Money(money.micros())) + ' ' + money.currency();
}

std::string unit_price_text(const v1::IntentUnitPrice& price) {
    return money_text(price.price()) + " per " +
           word_of(v1::IntentPriceUnit_descriptor(), price.unit());
}

std::string rate_text(const v1::IntentRate& rate) {
    const auto* const period =
        std::ranges::find(kPeriods, std::uint64_t{rate.per_seconds()}, &Unit::size);
    return count_text(rate.count()) + '/' +
           (period == kPeriods.end() ? std::string("?") : std::string(period->text));
}

std::string latency_text(const v1::IntentLatency& latency) {
    const std::uint64_t limit = latency.limit_us();
    std::string text =
        limit % 1'000 == 0 ? std::to_string(limit / 1'000) + "ms" : std::to_string(limit) + "us";
    if (!latency.from().empty()) text += " from " + latency.from();
    if (latency.way() != 0) text += ' ' + word_of(v1::DelayWay_descriptor(), latency.way());
    return text;
}

std::string weight_text(const v1::IntentWeight& weight) {
    return word_of(v1::Goal_descriptor(), weight.goal()) + '=' + std::to_string(weight.weight());
}

}  // namespace penstock::intent
