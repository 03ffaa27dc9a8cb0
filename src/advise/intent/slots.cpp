#include "advise/intent/slots.h"

#include <google/protobuf/descriptor.h>

#include <algorithm>
#include <array>

#include "advise/intent/error.h"
#include "advise/intent/value_text.h"
#include "base/assert.h"
#include "base/try.h"

namespace penstock::intent {

namespace {

using google::protobuf::FieldDescriptor;

constexpr std::uint64_t kBytesMax = 1'000'000'000'000'000'000;
constexpr std::uint64_t kSecondsMax = 10ULL * 366 * 86'400;

// The largest values are beyond all that was ever asked for, and below what is a slip of the pen:
// the largest trained models have some 10^13 parameters, and the largest corpora some 10^14 tokens.
constexpr std::array<Slot, 47> kSlots{{
    {"workload", "workload", Form::word, 0, 0, "pre-training"},
    {"model", "model", Form::model, 0, 0, "llama-3.1"},
    {"parameters", "parameters", Form::count, 1'000'000, 100'000'000'000'000, "70B"},
    {"active_parameters", "active_parameters", Form::count, 1'000'000, 100'000'000'000'000, "37B"},
    {"tokens", "tokens", Form::count, 1'000, 1'000'000'000'000'000, "1.5T"},
    {"flops", "peta_flops", Form::flops, 1, 1'000'000'000'000'000, "3.14e23"},
    {"frames", "frames", Form::count, 1, 100'000'000, "2400"},
    {"precision", "precision", Form::word, 0, 0, "bf16"},
    {"token_rate", "token_rate", Form::rate, 1, 1'000'000'000'000'000, "20000/s"},
    {"request_rate", "request_rate", Form::rate, 1, 1'000'000'000'000, "500/s"},
    {"cards", "cards", Form::count, 1, 1'000'000, "64"},
    {"cards_min", "cards_min", Form::count, 1, 1'000'000, "32"},
    {"cards_max", "cards_max", Form::count, 1, 1'000'000, "128"},
    {"nodes", "nodes", Form::count, 1, 100'000, "8"},
    {"cards_per_node", "cards_per_node", Form::count, 1, 1'024, "8"},
    {"card_memory", "card_memory_bytes", Form::bytes, 1'000'000'000, 10'000'000'000'000, "80GB"},
    {"cores", "cores", Form::count, 1, 100'000'000, "1024"},
    {"memory", "memory_bytes", Form::bytes, 1'000'000, kBytesMax, "4TB"},
    {"chips", "chips", Form::chip, 0, 0, "ascend-910b"},
    {"chips_excluded", "chips_excluded", Form::chip, 0, 0, "h100"},
    {"chip_origin", "chip_origin", Form::word, 0, 0, "domestic"},
    {"chips_certified", "chips_certified", Form::flag, 0, 0, "true"},
    {"data_size", "data_size_bytes", Form::bytes, 1, kBytesMax, "2.5TB"},
    {"data_place", "data_place", Form::place, 0, 0, "hangzhou"},
    {"data_class", "data_class", Form::word, 0, 0, "personal"},
    {"residence", "residence", Form::residence, 0, 0, "jiangsu"},
    {"jurisdiction", "jurisdiction", Form::country, 0, 0, "CN"},
    {"start", "start_ns", Form::instant, 0, 0, "2026-04-01T00:00+08:00"},
    {"deadline", "deadline_ns", Form::instant, 0, 0, "2026-12-31T00:00+08:00"},
    {"within", "within_seconds", Form::seconds, 1, kSecondsMax, "30d"},
    {"duration", "duration_seconds", Form::seconds, 1, kSecondsMax, "90d"},
    {"budget", "budget", Form::money, 0, 0, "5000000.00 CNY"},
    {"budget_per_month", "budget_per_month", Form::money, 0, 0, "80000.00 CNY"},
    {"unit_price", "unit_price", Form::unit_price, 0, 0, "12.00 CNY per card-hour"},
    {"places", "places", Form::place, 0, 0, "yangtze-river-delta"},
    {"places_excluded", "places_excluded", Form::place, 0, 0, "xinjiang"},
    {"latency", "latency", Form::latency, 1, 60'000'000, "10ms from shanghai"},
    {"green_share", "green_share_basis_points", Form::share, 1, 10'000, "80%"},
    {"carbon_intensity", "carbon_intensity_g_per_kwh", Form::intensity, 1, 2'000, "300 g/kWh"},
    {"carbon_total", "carbon_total_kg", Form::mass, 1, 100'000'000'000, "50 t"},
    {"pue", "pue_milli", Form::milli, 1'000, 5'000, "1.25"},
    {"interruption", "interruption", Form::word, 0, 0, "none"},
    {"suppliers_certified", "suppliers_certified", Form::flag, 0, 0, "true"},
    {"security_level", "security_level", Form::count, 1, 4, "3"},
    {"availability", "availability_ppm", Form::ppm, 500'000, 1'000'000, "99.9%"},
    {"objective", "objective", Form::word, 0, 0, "price"},
    {"objective_weights", "objective_weights", Form::weight, 1, 1'000'000, "price=70"},
}};

std::vector<std::string> names_of(const v1::Intent& intent, const FieldDescriptor* field) {
    const auto* const reflection = intent.GetReflection();
    std::vector<std::string> names;
    for (int i = 0; i < reflection->FieldSize(intent, field); ++i)
        names.push_back(reflection->GetRepeatedString(intent, field, i));
    return names;
}

Result<void> set_list(v1::Intent& intent, const Slot& slot, std::string_view text) {
    if (slot.form == Form::latency) {
        TRY_ASSIGN(auto latency, parse_latency(slot, text));
        *intent.add_latency() = std::move(latency);
        return {};
    }
    if (slot.form == Form::weight) {
        TRY_ASSIGN(const auto weight, parse_weight(slot, text));
        for (const auto& other : intent.objective_weights()) {
            if (other.goal() == weight.goal())
                return wrong_value(slot, text, "must weigh each goal once");
        }
        *intent.add_objective_weights() = weight;
        return {};
    }
    if (slot.form == Form::word) {
        TRY_ASSIGN(const int goal, parse_word(slot, text));
        for (const int other : intent.objective())
            if (other == goal) return wrong_value(slot, text, "must name each goal once");
        intent.add_objective(static_cast<v1::Goal>(goal));
        return {};
    }
    TRY_ASSIGN(std::string name, parse_name(slot, text));
    const auto* const field = field_of(slot);
    const auto names = names_of(intent, field);
    if (std::ranges::find(names, name) == names.end())
        intent.GetReflection()->AddString(&intent, field, std::move(name));
    return {};
}

Result<void> set_message(v1::Intent& intent, const Slot& slot, std::string_view text) {
    if (slot.form == Form::money) {
        TRY_ASSIGN(auto money, parse_money(slot, text));
        (slot.name == "budget" ? *intent.mutable_budget() : *intent.mutable_budget_per_month()) =
            std::move(money);
    } else if (slot.form == Form::unit_price) {
        TRY_ASSIGN(*intent.mutable_unit_price(), parse_unit_price(slot, text));
    } else {
        TRY_ASSIGN(const auto rate, parse_rate(slot, text));
        (slot.name == "token_rate" ? *intent.mutable_token_rate()
                                   : *intent.mutable_request_rate()) = rate;
    }
    return {};
}

/// Numbers, words and names of one value.
Result<void> set_scalar(v1::Intent& intent, const Slot& slot, std::string_view text) {
    const auto* const field = field_of(slot);
    const auto* const reflection = intent.GetReflection();
    switch (field->cpp_type()) {
        case FieldDescriptor::CPPTYPE_ENUM: {
            TRY_ASSIGN(const int number, parse_word(slot, text));
            reflection->SetEnumValue(&intent, field, number);
            return {};
        }
        case FieldDescriptor::CPPTYPE_STRING: {
            TRY_ASSIGN(std::string name, parse_name(slot, text));
            reflection->SetString(&intent, field, std::move(name));
            return {};
        }
        case FieldDescriptor::CPPTYPE_BOOL:
            if (text != "true") {
                return wrong_value(slot, text,
                                   "must be true; leave it out where it does not matter");
            }
            reflection->SetBool(&intent, field, true);
            return {};
        case FieldDescriptor::CPPTYPE_UINT32: {
            TRY_ASSIGN(const std::uint64_t number, parse_number(slot, text));
            reflection->SetUInt32(&intent, field, static_cast<std::uint32_t>(number));
            return {};
        }
        case FieldDescriptor::CPPTYPE_UINT64: {
            TRY_ASSIGN(const std::uint64_t number, parse_number(slot, text));
            reflection->SetUInt64(&intent, field, number);
            return {};
        }
        default: {
            TRY_ASSIGN(const std::int64_t number, slot.form == Form::instant
                                                      ? parse_instant(slot, text)
                                                      : parse_length(slot, text));
            reflection->SetInt64(&intent, field, number);
            return {};
        }
    }
}

std::uint64_t number_of(const v1::Intent& intent, const FieldDescriptor* field) {
    const auto* const reflection = intent.GetReflection();
    switch (field->cpp_type()) {
        case FieldDescriptor::CPPTYPE_ENUM:
            return static_cast<std::uint64_t>(reflection->GetEnumValue(intent, field));
        case FieldDescriptor::CPPTYPE_BOOL:
            return reflection->GetBool(intent, field) ? 1 : 0;
        case FieldDescriptor::CPPTYPE_UINT32:
            return reflection->GetUInt32(intent, field);
        case FieldDescriptor::CPPTYPE_UINT64:
            return reflection->GetUInt64(intent, field);
        default:
            return static_cast<std::uint64_t>(reflection->GetInt64(intent, field));
    }
}

std::vector<std::string> list_values(const v1::Intent& intent, const Slot& slot) {
    std::vector<std::string> values;
    if (slot.form == Form::latency) {
        for (const auto& latency : intent.latency()) values.push_back(latency_text(latency));
    } else if (slot.form == Form::weight) {
        for (const auto& weight : intent.objective_weights()) values.push_back(weight_text(weight));
    } else if (slot.form == Form::word) {
        for (const int goal : intent.objective()) values.push_back(word_text(slot, goal));
    } else {
        values = names_of(intent, field_of(slot));
    }
    return values;
}

void flatten_into(const v1::Intent& intent, const std::string& prefix,
                  std::vector<std::pair<std::string, std::string>>& items) {
    for (const Slot& slot : kSlots) {
        std::vector<std::string> values = slot_values(intent, slot);
        // The order of goals is what the slot says, so all of them are one value.
        if (slot.name == "objective" && values.size() > 1) {
            std::string joined;
            for (const auto& value : values)
                joined.append(joined.empty() ? "" : ", ").append(value);
            values = {joined};
        }
        for (std::string& value : values)
            items.emplace_back(prefix + std::string(slot.name), std::move(value));
    }
}

}  // namespace

std::span<const Slot> slots() {
    return kSlots;
}

const Slot* find_slot(std::string_view name) {
    const auto* const found = std::ranges::find(kSlots, name, &Slot::name);
    return found == kSlots.end() ? nullptr : found;
}

const FieldDescriptor* field_of(const Slot& slot) {
    const auto* const field = v1::Intent::descriptor()->FindFieldByName(std::string(slot.field));
    PENSTOCK_ASSERT(field != nullptr);
    return field;
}

std::vector<std::string> slot_values(const v1::Intent& intent, const Slot& slot) {
    const auto* const field = field_of(slot);
    if (field->is_repeated()) return list_values(intent, slot);
    if (slot.form == Form::money) {
        const bool whole = slot.name == "budget";
        if (!(whole ? intent.has_budget() : intent.has_budget_per_month())) return {};
        return {money_text(whole ? intent.budget() : intent.budget_per_month())};
    }
    if (slot.form == Form::unit_price) {
        if (!intent.has_unit_price()) return {};
        return {unit_price_text(intent.unit_price())};
    }
    if (slot.form == Form::rate) {
        const bool tokens = slot.name == "token_rate";
        if (!(tokens ? intent.has_token_rate() : intent.has_request_rate())) return {};
        return {rate_text(tokens ? intent.token_rate() : intent.request_rate())};
    }
    if (field->cpp_type() == FieldDescriptor::CPPTYPE_STRING) {
        std::string text = intent.GetReflection()->GetString(intent, field);
        if (text.empty()) return {};
        return {std::move(text)};
    }
    const std::uint64_t number = number_of(intent, field);
    if (number == 0) return {};
    return {number_text(slot, number)};
}

Result<void> set_slot(v1::Intent& intent, const Slot& slot, std::string_view text) {
    const auto* const field = field_of(slot);
    if (field->is_repeated()) return set_list(intent, slot, text);
    if (field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE)
        return set_message(intent, slot, text);
    return set_scalar(intent, slot, text);
}

std::vector<std::pair<std::string, std::string>> flatten(const v1::Intent& intent) {
    std::vector<std::pair<std::string, std::string>> items;
    flatten_into(intent, "", items);
    for (int i = 0; i < intent.any_of_size(); ++i)
        flatten_into(intent.any_of(i), "any_of[" + std::to_string(i) + "].", items);
    for (int i = 0; i < intent.ordered_size(); ++i)
        flatten_into(intent.ordered(i), "ordered[" + std::to_string(i) + "].", items);
    return items;
}

v1::Intent lay_over(const v1::Intent& common, const v1::Intent& partial) {
    v1::Intent result = common;
    result.clear_any_of();
    result.clear_ordered();
    for (const Slot& slot : kSlots) {
        if (slot_values(partial, slot).empty()) continue;
        result.GetReflection()->ClearField(&result, field_of(slot));
        for (const std::string& value : slot_values(partial, slot)) {
            const auto set = set_slot(result, slot, value);
            PENSTOCK_ASSERT(set.has_value());
        }
    }
    return result;
}

}  // namespace penstock::intent
