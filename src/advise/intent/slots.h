#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "penstock/v1/intent.pb.h"

namespace google::protobuf {
class FieldDescriptor;
}

/// The fields of an intent as people write them: one table for YAML, sentences and importers.
namespace penstock::intent {

/// How the value of a slot is written.
enum class Form : std::uint8_t {
    word,        ///< One of an enumeration: pre-training.
    count,       ///< 64, 70B, 1.5T
    flops,       ///< 3.14e23
    bytes,       ///< 80GB, 2.5TB
    seconds,     ///< 30d, 12h, 1h30m
    instant,     ///< 2026-12-31T00:00+08:00, or a day, which is meant whole
    money,       ///< 5000000.00 CNY
    unit_price,  ///< 12.00 CNY per card-hour
    rate,        ///< 500/s, 1B/d
    latency,     ///< 10ms from shanghai round-trip
    weight,      ///< price=70
    share,       ///< 80%, in hundredths of a per cent
    ppm,         ///< 99.9%
    intensity,   ///< 300 g/kWh
    mass,        ///< 50 t, 800 kg
    milli,       ///< 1.25
    flag,        ///< true
    place,
    residence,
    chip,
    model,
    country,
};

struct Slot {
    std::string_view name;
    std::string_view field;  ///< Of v1.Intent.
    Form form = Form::word;
    std::uint64_t low = 1;  ///< What a number must not be below, in the unit of the field.
    std::uint64_t high = 0;
    std::string_view example;
};

/// Values of a list, and alternatives, at most.
inline constexpr std::size_t kListMax = 64;
inline constexpr std::size_t kAlternativesMax = 16;

/// In the order in which an intent is written.
std::span<const Slot> slots();
const Slot* find_slot(std::string_view name);

/// The field of a slot; never null.
const google::protobuf::FieldDescriptor* field_of(const Slot& slot);

/// The values of a slot in canonical form; none when it is open. One for each of a list.
std::vector<std::string> slot_values(const v1::Intent& intent, const Slot& slot);

/// Sets a slot, or adds to its list, from text in the slot's form.
/// @retval kIntentValue, kIntentUnknownName  Field: the slot. The intent is unchanged.
Result<void> set_slot(v1::Intent& intent, const Slot& slot, std::string_view text);

/// All slots that are not open, those of alternatives as "ordered[0].chips", with their values.
std::vector<std::pair<std::string, std::string>> flatten(const v1::Intent& intent);

/// `partial` laid over `common`: what it says replaces what that says. Alternatives are left out.
v1::Intent lay_over(const v1::Intent& common, const v1::Intent& partial);

}  // namespace penstock::intent
