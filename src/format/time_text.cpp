#include "format/time_text.h"

#include <chrono>

namespace penstock::format {

namespace {

namespace chrono = std::chrono;

constexpr std::int64_t kSecond = 1'000'000'000;

chrono::sys_time<chrono::nanoseconds> local_time(Instant at, std::int32_t utc_offset_minutes) {
    return chrono::sys_time<chrono::nanoseconds>(chrono::nanoseconds(at.ns)) +
           chrono::minutes(utc_offset_minutes);
}

std::string two_digits(std::int64_t value) {
    return std::to_string(100 + value % 100).substr(1);
}

std::string date_text(chrono::sys_time<chrono::nanoseconds> at) {
    const chrono::year_month_day date{chrono::floor<chrono::days>(at)};
    return std::to_string(static_cast<int>(date.year())) + '-' +
           two_digits(static_cast<unsigned>(date.month())) + '-' +
           two_digits(static_cast<unsigned>(date.day()));
}

/// "08:00".
std::string minute_text(chrono::sys_time<chrono::nanoseconds> at) {
    const chrono::hh_mm_ss time{at - chrono::floor<chrono::days>(at)};
    return two_digits(time.hours().count()) + ':' + two_digits(time.minutes().count());
}

}  // namespace

std::string date_text(Instant at, std::int32_t utc_offset_minutes) {
    return date_text(local_time(at, utc_offset_minutes));
}

std::string local_time_text(Instant at, std::int32_t utc_offset_minutes) {
    const auto time = local_time(at, utc_offset_minutes);
    return date_text(time) + ' ' + minute_text(time);
}

std::string iso_time_text(Instant at) {
    const auto time = local_time(at, 0);
    return date_text(time) + 'T' + minute_text(time) + ':' + two_digits(at.ns / kSecond % 60) +
           fraction_text(at.ns % kSecond) + 'Z';
}

std::string fraction_text(std::int64_t ns) {
    if (ns == 0) return {};
    std::string text = std::to_string(kSecond + ns);
    text.front() = '.';
    while (text.back() == '0') text.pop_back();
    return text;
}

}  // namespace penstock::format
