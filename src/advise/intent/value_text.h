#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "advise/intent/slots.h"
#include "base/error.h"
#include "penstock/v1/intent.pb.h"

/// How values of slots are read and written. What is written is read as the same value. No floating
/// point.
namespace penstock::intent {

/// "<slot> <must>, not '<text>'."
std::unexpected<Error> wrong_value(const Slot& slot, std::string_view text, std::string_view must);

/// Each parser refuses with kIntentValue, or kIntentUnknownName, and the slot's name as the field.

/// A value of the slot's enumeration.
Result<int> parse_word(const Slot& slot, std::string_view text);
/// The id of a place, chip, model or country, or what a residence may be.
Result<std::string> parse_name(const Slot& slot, std::string_view text);
/// A number in the unit of the slot's field, within its bounds.
Result<std::uint64_t> parse_number(const Slot& slot, std::string_view text);
/// Seconds.
Result<std::int64_t> parse_length(const Slot& slot, std::string_view text);
/// Nanoseconds since 1970. A day without a time is its beginning (at UTC+8), or, of a deadline, its
/// end.
Result<std::int64_t> parse_instant(const Slot& slot, std::string_view text);
Result<v1::Money> parse_money(const Slot& slot, std::string_view text);
Result<v1::IntentUnitPrice> parse_unit_price(const Slot& slot, std::string_view text);
Result<v1::IntentRate> parse_rate(const Slot& slot, std::string_view text);
Result<v1::IntentLatency> parse_latency(const Slot& slot, std::string_view text);
Result<v1::IntentWeight> parse_weight(const Slot& slot, std::string_view text);

std::string word_text(const Slot& slot, int number);
/// Of a field that is one number, whatever its form.
std::string number_text(const Slot& slot, std::uint64_t number);
std::string money_text(const v1::Money& money);
std::string unit_price_text(const v1::IntentUnitPrice& price);
std::string rate_text(const v1::IntentRate& rate);
std::string latency_text(const v1::IntentLatency& latency);
std::string weight_text(const v1::IntentWeight& weight);

std::string count_text(std::uint64_t count);
std::string bytes_text(std::uint64_t bytes);
std::string seconds_text(std::uint64_t seconds);
/// "2026-12-31T00:00+08:00".
std::string instant_text(std::int64_t ns);

}  // namespace penstock::intent
