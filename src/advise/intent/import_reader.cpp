#include "advise/intent/import_reader.h"

#include <algorithm>

#include "advise/intent/decimal.h"
#include "advise/intent/error.h"
#include "advise/intent/names.h"
#include "advise/intent/slots.h"
#include "base/try.h"
#include "format/place.h"

namespace penstock::intent {

namespace {

std::string without_point(std::string text) {
    if (text.ends_with('.')) text.pop_back();
    return text;
}

/// "32Gi", "80GB", "512MiB" as the intent's own form; a bare number is GiB.
std::string memory_text(std::string_view text) {
    std::string result(text);
    std::erase(result, ' ');
    if (result.ends_with('i')) result += 'B';
    if (!result.empty() && result.back() >= '0' && result.back() <= '9') result += "GiB";
    if (result.ends_with('G') || result.ends_with('M') || result.ends_with('T')) result += 'B';
    return result;
}

}  // namespace

std::unexpected<Error> ImportReader::fail(const Rejection& rejection, const YamlNode& node,
                                          std::string_view field, std::string_view what) const {
    return reject(rejection, field,
                  format::place_text(file_, node.place)
                      .append(field)
                      .append(field.empty() ? "" : ": ")
                      .append(what)
                      .append("."));
}

void ImportReader::warn(format::Place place, std::string_view field, std::string_view what) {
    imported_.warnings.push_back(
        format::place_text(file_, place).append(field).append(": ").append(what));
}

void ImportReader::ignore(const YamlEntry& entry, std::string_view prefix, std::string_view why) {
    warn(entry.place, std::string(prefix) + entry.name.substr(0, 64),
         "ignored: " + std::string(why));
}

Result<std::string> ImportReader::text(const YamlNode& node, std::string_view field) const {
    if (node.kind != YamlKind::scalar || node.is_null() || node.scalar.size() > 1'000'000)
        return fail(kIntentValue, node, field, "must have a text");
    return node.scalar;
}

Result<void> ImportReader::require_mapping(const YamlNode& node, std::string_view field) const {
    if (node.kind == YamlKind::mapping) return {};
    return fail(kIntentValue, node, field, "must be a mapping of 'name: value' lines");
}

Result<void> ImportReader::set(v1::Intent& intent, std::string_view slot, std::string_view value,
                               const YamlNode& node, std::string_view field) const {
    const auto done = set_slot(intent, *find_slot(slot), value);
    if (done) return {};
    return fail(done.error().rejection(), node, field, without_point(done.error().detail()));
}

Result<void> ImportReader::chip(v1::Intent& intent, const YamlNode& node, std::string_view name,
                                std::string_view field) const {
    const std::size_t colon = name.find(':');
    if (colon != name.npos) TRY(card_count(intent, node, name.substr(colon + 1), field));
    name = name.substr(0, colon);
    const std::size_t hyphen = name.rfind('-');
    if (hyphen != name.npos && name.ends_with("GB")) {
        TRY(set(intent, "card_memory", name.substr(hyphen + 1), node, field));
        name = name.substr(0, hyphen);
    }
    for (const std::string_view form : {"-SXM", "-PCIe"}) {
        // The form of a card is part of the name, and no slot of an intent.
        if (name.ends_with(form)) {
            return fail(kImportLossy, node, field,
                        "an intent does not tell cards of one chip apart by their form; write " +
                            std::string(name.substr(0, name.size() - form.size())));
        }
    }
    return set(intent, "chips", name, node, field);
}

Result<void> ImportReader::card_count(v1::Intent& intent, const YamlNode& node,
                                      std::string_view count, std::string_view field) const {
    if (count.find('.') != count.npos) {
        return fail(kImportLossy, node, field,
                    "a part of a card, or a range of cards, cannot be said; name one whole number");
    }
    return set(intent, "cards_per_node", count, node, field);
}

Result<std::string> ImportReader::at_least(const YamlNode& node, std::string_view field) const {
    TRY_ASSIGN(std::string value, text(node, field));
    const std::size_t range = value.find("..");
    if (range != value.npos) {
        if (range == 0 || range + 2 != value.size()) {
            return fail(kImportLossy, node, field,
                        "an intent says what there must be at least; '" + value.substr(0, 40) +
                            "' has an upper limit");
        }
        value.resize(range);
    } else if (value.ends_with('+')) {
        value.pop_back();
    }
    return value;
}

Result<void> ImportReader::memory(v1::Intent& intent, std::string_view slot, const YamlNode& node,
                                  std::string_view field) const {
    TRY_ASSIGN(const std::string value, at_least(node, field));
    return set(intent, slot, memory_text(value), node, field);
}

Result<void> ImportReader::cores(v1::Intent& intent, const YamlNode& node,
                                 std::string_view field) const {
    TRY_ASSIGN(const std::string value, at_least(node, field));
    const auto number = parse_decimal_number(value);
    if (number && !whole(*number)) {
        return fail(kImportLossy, node, field, "an intent has whole cores; round it yourself");
    }
    return set(intent, "cores", value, node, field);
}

Result<void> ImportReader::region(v1::Intent& intent, const YamlNode& node, std::string_view name,
                                  std::string_view field) {
    if (name.empty() || name == "*") return {};
    std::string_view place = name;
    // Clouds write cn-shanghai and ap-shanghai.
    if (place.starts_with("cn-") || place.starts_with("ap-")) place.remove_prefix(3);
    return set(intent, "places", place, node, field);
}

Result<void> ImportReader::dollars(v1::Intent& intent, const YamlNode& node,
                                   std::string_view field) {
    TRY_ASSIGN(const std::string value, text(node, field));
    TRY(set(intent, "unit_price", value + " USD per node-hour", node, field));
    warn(node.place, field,
         "kept as US dollars per node-hour; nothing is converted, and no total is made of it");
    return {};
}

void ImportReader::name(const YamlNode& node, std::string_view field) {
    const bool formed = node.kind == YamlKind::scalar && !node.scalar.empty() &&
                        node.scalar.size() <= 64 && std::ranges::all_of(node.scalar, [](char c) {
                            return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                                   (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
                        });
    if (formed) {
        task().set_name(node.scalar);
    } else {
        warn(node.place, field, "ignored: no name that a task may have");
    }
}

Result<void> ImportReader::environment(const YamlNode& node, std::string_view field) {
    const auto add = [this](std::string_view name, std::string value) {
        auto* const variable = task().add_environment();
        variable->set_name(std::string(name));
        variable->set_value(std::move(value));
    };
    if (node.kind == YamlKind::mapping) {
        for (const YamlEntry& entry : node.entries) {
            if (entry.value.kind != YamlKind::scalar || entry.value.is_null()) {
                ignore(entry, std::string(field) + ".", "it has no value in the file");
            } else {
                add(entry.name, entry.value.scalar);
            }
        }
        return {};
    }
    if (node.kind != YamlKind::sequence)
        return fail(kIntentValue, node, field, "must be a mapping or a list of NAME=value");
    for (const YamlNode& item : node.items) {
        TRY_ASSIGN(const std::string pair, text(item, field));
        const std::size_t sign = pair.find('=');
        if (sign == pair.npos) {
            warn(item.place, field,
                 "ignored: '" + pair.substr(0, 40) + "' has no value in the file");
        } else {
            add(std::string_view(pair).substr(0, sign), pair.substr(sign + 1));
        }
    }
    return {};
}

const YamlNode* find_entry(const YamlNode& mapping, std::string_view name) {
    const auto found = std::ranges::find(mapping.entries, name, &YamlEntry::name);
    return found == mapping.entries.end() ? nullptr : &found->value;
}

}  // namespace penstock::intent
