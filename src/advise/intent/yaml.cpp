#include "advise/intent/yaml.h"

#include <google/protobuf/descriptor.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "advise/intent/error.h"
#include "advise/intent/names.h"
#include "advise/intent/slots.h"
#include "base/try.h"
#include "format/yaml_tree.h"

namespace penstock::intent {

namespace {

using format::YamlEntry;
using format::YamlKind;
using format::YamlNode;

class Reader {
  public:
    explicit Reader(std::string_view file) : file_(file) {}

    Result<v1::Intent> read(const YamlNode& root, const std::string& prefix) const {
        if (root.kind != YamlKind::mapping) {
            return fail(kIntentSyntax, root.place, prefix,
                        "an intent is a mapping; begin with a line such as 'workload: rendering'");
        }
        v1::Intent intent;
        for (const YamlEntry& entry : root.entries) TRY(entry_of(intent, entry, prefix));
        return intent;
    }

  private:
    std::unexpected<Error> fail(const Rejection& rejection, format::Place place,
                                std::string_view field, std::string_view what) const {
        return reject(rejection, field, format::place_text(file_, place).append(what).append("."));
    }

    std::unexpected<Error> unknown(const YamlEntry& entry, const std::string& prefix) const {
        std::vector<std::string_view> names{"any_of", "ordered"};
        for (const Slot& slot : slots()) names.push_back(slot.name);
        const std::string name = entry.name.substr(0, 40);
        return fail(
            kIntentUnknownField, entry.place, prefix + name,
            "'" + name + "' is no field of an intent; the nearest are " + nearest_of(name, names));
    }

    Result<void> value_of(v1::Intent& intent, const Slot& slot, const YamlNode& node,
                          const std::string& field) const {
        if (node.kind != YamlKind::scalar || node.is_null()) {
            return fail(kIntentValue, node.place, field,
                        field + " must have a value such as '" + std::string(slot.example) + "'");
        }
        const auto set = set_slot(intent, slot, node.scalar);
        if (set) return {};
        std::string detail = set.error().detail();
        if (detail.ends_with('.')) detail.pop_back();
        return fail(set.error().rejection(), node.place, field, detail);
    }

    Result<void> entry_of(v1::Intent& intent, const YamlEntry& entry,
                          const std::string& prefix) const {
        if (entry.name == "any_of" || entry.name == "ordered") {
            return alternatives(intent, entry, prefix);
        }
        const Slot* const slot = find_slot(entry.name);
        if (slot == nullptr) return unknown(entry, prefix);
        const std::string field = prefix + entry.name;
        if (entry.value.kind != YamlKind::sequence)
            return value_of(intent, *slot, entry.value, field);
        const auto& items = entry.value.items;
        if (!field_of(*slot)->is_repeated() || items.empty() || items.size() > kListMax) {
            return fail(
                kIntentValue, entry.value.place, field,
                field + (field_of(*slot)->is_repeated() ? " must have 1 to 64 values"
                                                        : " must be one value, not a list"));
        }
        for (std::size_t i = 0; i < items.size(); ++i)
            TRY(value_of(intent, *slot, items[i], field + "[" + std::to_string(i) + "]"));
        return {};
    }

    Result<void> alternatives(v1::Intent& intent, const YamlEntry& entry,
                              const std::string& prefix) const {
        if (!prefix.empty()) {
            return fail(kIntentValue, entry.place, prefix + entry.name,
                        "an alternative cannot have alternatives of its own");
        }
        const auto& items = entry.value.items;
        if (entry.value.kind != YamlKind::sequence || items.size() < 2 ||
            items.size() > kAlternativesMax) {
            return fail(kIntentValue, entry.value.place, entry.name,
                        entry.name + " must be a list of 2 to 16 partial intents");
        }
        for (std::size_t i = 0; i < items.size(); ++i) {
            TRY_ASSIGN(auto part, read(items[i], entry.name + "[" + std::to_string(i) + "]."));
            *(entry.name == "any_of" ? intent.add_any_of() : intent.add_ordered()) =
                std::move(part);
        }
        return {};
    }

    std::string_view file_;
};

/// Whether a value stands in YAML and JSON without quotes as the text that it is.
bool is_number_or_flag(const std::string& value) {
    return value == "true" ||
           (!value.empty() && value.find_first_not_of("0123456789") == value.npos);
}

void write_yaml(const v1::Intent& intent, std::string_view first, std::string_view indent,
                std::string& out) {
    bool is_first = true;
    for (const Slot& slot : slots()) {
        const auto values = slot_values(intent, slot);
        if (values.empty()) continue;
        out.append(std::exchange(is_first, false) ? first : indent).append(slot.name).append(": ");
        if (field_of(slot)->is_repeated()) {
            out += '[';
            for (const auto& value : values)
                out.append(&value == &values[0] ? "" : ", ").append(value);
            out += ']';
        } else {
            out += values[0];
        }
        out += '\n';
    }
    // A partial intent that says nothing.
    if (is_first && !first.empty()) out.append(first).append("{}\n");
}

void write_json(const v1::Intent& intent, std::string& out) {
    const auto text = [](const std::string& value) {
        return is_number_or_flag(value) ? value : '"' + value + '"';
    };
    out += '{';
    bool is_first = true;
    for (const Slot& slot : slots()) {
        const auto values = slot_values(intent, slot);
        if (values.empty()) continue;
        out.append(std::exchange(is_first, false) ? "\"" : ",\"").append(slot.name).append("\":");
        if (!field_of(slot)->is_repeated()) {
            out += text(values[0]);
            continue;
        }
        out += '[';
        for (const auto& value : values)
            out.append(&value == &values[0] ? "" : ",").append(text(value));
        out += ']';
    }
    for (const bool any : {true, false}) {
        const auto& parts = any ? intent.any_of() : intent.ordered();
        if (parts.empty()) continue;
        out.append(std::exchange(is_first, false) ? "\"" : ",\"");
        out.append(any ? "any_of" : "ordered").append("\":[");
        for (int i = 0; i < parts.size(); ++i) {
            if (i > 0) out += ',';
            write_json(parts[i], out);
        }
        out += ']';
    }
    out += '}';
}

}  // namespace

Result<v1::Intent> parse_intent(std::string_view text, std::string_view file) {
    auto root = format::parse_yaml(text, file);
    if (!root) return reject(kIntentSyntax, {}, root.error().detail());
    return Reader(file).read(*root, "");
}

std::string canonical_yaml(const v1::Intent& intent) {
    std::string out;
    write_yaml(intent, "", "", out);
    for (const bool any : {true, false}) {
        const auto& parts = any ? intent.any_of() : intent.ordered();
        if (parts.empty()) continue;
        out.append(any ? "any_of:\n" : "ordered:\n");
        for (const auto& part : parts) write_yaml(part, "  - ", "    ", out);
    }
    return out.empty() ? "{}\n" : out;
}

std::string canonical_json(const v1::Intent& intent) {
    std::string out;
    write_json(intent, out);
    return out;
}

}  // namespace penstock::intent
