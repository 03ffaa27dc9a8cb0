#include "format/openjd/value.h"

#include <algorithm>
#include <charconv>

#include "base/edit_distance.h"
#include "base/text.h"
#include "base/try.h"
#include "format/openjd/error.h"
#include "format/place.h"

namespace penstock::openjd {

namespace {

using format::YamlEntry;
using format::YamlKind;

constexpr std::size_t kShownMax = 40;

bool is_control(char32_t character) {
    return character < 0x20 || (character >= 0x7f && character < 0xa0);
}

bool has_only(std::string_view text, Characters characters) {
    if (characters == Characters::any) return true;
    while (const auto character = take_character(text)) {
        if (!is_control(*character)) continue;
        const bool is_line = *character == '\n' || *character == '\r' || *character == '\t';
        if (characters == Characters::printed || !is_line) return false;
    }
    return true;
}

std::string joined(std::initializer_list<std::string_view> words) {
    std::string text;
    for (const std::string_view word : words) text.append(text.empty() ? "" : ", ").append(word);
    return text;
}

}  // namespace

std::unexpected<Error> Value::fail(const Rejection& rejection, std::string_view what) const {
    std::string detail = format::place_text(file_, node_->place);
    if (!path_.empty()) detail.append(path_).append(" ");
    return reject(rejection, path_, detail.append(what).append(what.ends_with('?') ? "" : "."));
}

Result<void> Value::require_fields(std::initializer_list<std::string_view> known) const {
    if (node_->kind != YamlKind::mapping)
        return fail(kOpenJdValue, "must be a mapping of names to values");
    for (const YamlEntry& entry : node_->entries) {
        if (std::ranges::find(known, entry.name) != known.end()) continue;
        const std::string name = entry.name.substr(0, 64);
        const auto nearest = std::ranges::min_element(
            known, {}, [&](std::string_view word) { return edit_distance(name, word); });
        const bool is_slip = edit_distance(name, *nearest) <= 1 + name.size() / 4;
        return Value(entry.value, path_, file_)
            .fail(kOpenJdUnknown, "has no field '" + name + "'; " +
                                      (is_slip ? "did you mean '" + std::string(*nearest) + "'?"
                                               : "remove it, or use one of " + joined(known)));
    }
    return {};
}

std::optional<Value> Value::find(std::string_view name) const {
    const auto entry = std::ranges::find(node_->entries, name, &YamlEntry::name);
    if (entry == node_->entries.end()) return std::nullopt;
    return Value(entry->value, path_.empty() ? entry->name : path_ + "." + entry->name, file_);
}

Result<Value> Value::need(std::string_view name) const {
    if (auto found = find(name)) return *std::move(found);
    return fail(kOpenJdMissing, "needs '" + std::string(name) + "'; add it");
}

Result<std::vector<std::pair<std::string, Value>>> Value::fields() const {
    if (node_->kind != YamlKind::mapping)
        return fail(kOpenJdValue, "must be a mapping of names to values");
    std::vector<std::pair<std::string, Value>> all;
    for (const YamlEntry& entry : node_->entries)
        all.emplace_back(entry.name, Value(entry.value, path_ + "." + entry.name, file_));
    return all;
}

Result<std::vector<Value>> Value::list(std::size_t minimum, std::size_t maximum) const {
    if (!is_list()) return fail(kOpenJdValue, "must be a list");
    const std::size_t count = node_->items.size();
    if (count < minimum || (maximum > 0 && count > maximum)) {
        return fail(kOpenJdValue,
                    "has " + std::to_string(count) + " elements, but must have " +
                        (maximum > 0 ? std::to_string(minimum) + " to " + std::to_string(maximum)
                                     : "at least " + std::to_string(minimum)));
    }
    std::vector<Value> items;
    for (std::size_t i = 0; i < count; ++i)
        items.emplace_back(node_->items[i], path_ + "[" + std::to_string(i) + "]", file_);
    return items;
}

Result<std::string> Value::text(const TextRule& rule) const {
    if (node_->kind != YamlKind::scalar || node_->is_null())
        return fail(kOpenJdValue, "must be a text");
    const auto count = count_characters(node_->scalar);
    if (!count) return fail(kOpenJdValue, "must be UTF-8");
    if (*count < rule.minimum || *count > rule.maximum)
        return fail(kOpenJdValue, "has " + std::to_string(*count) + " characters, but must have " +
                                      std::to_string(rule.minimum) + " to " +
                                      std::to_string(rule.maximum));
    if (!has_only(node_->scalar, rule.characters))
        return fail(kOpenJdValue, "has control characters; remove them");
    return node_->scalar;
}

Result<std::string> Value::identifier() const {
    TRY_ASSIGN(std::string name, text({.minimum = 1, .maximum = 64}));
    if (!is_identifier(name))
        return fail(kOpenJdValue,
                    "must be a name of letters, digits and '_' that begins with no digit, not '" +
                        name + "'");
    return name;
}

Result<std::string> Value::word(std::initializer_list<std::string_view> known) const {
    TRY_ASSIGN(std::string given, text({}));
    if (std::ranges::find(known, given) == known.end()) {
        std::string_view cut(given);
        return fail(kOpenJdValue, "must be one of " + joined(known) +
                                      (cut.size() > kShownMax ? "" : ", not '" + given + "'"));
    }
    return given;
}

Result<std::int64_t> Value::integer(std::int64_t low, std::int64_t high) const {
    const auto number = node_->kind == YamlKind::scalar ? parse_integer(node_->scalar)
                                                        : std::optional<std::int64_t>();
    if (!number || *number < low || *number > high)
        return fail(kOpenJdValue, "must be a whole number from " + std::to_string(low) + " to " +
                                      std::to_string(high));
    return *number;
}

Result<bool> Value::boolean() const {
    const std::string& given = node_->scalar;
    if (node_->kind == YamlKind::scalar && node_->plain) {
        if (given == "true" || given == "True") return true;
        if (given == "false" || given == "False") return false;
    }
    return fail(kOpenJdValue, "must be true or false");
}

bool is_identifier(std::string_view text) {
    const auto is_letter = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
    };
    return !text.empty() && text.size() <= 64 && is_letter(text.front()) &&
           std::ranges::all_of(text,
                               [&](char c) { return is_letter(c) || (c >= '0' && c <= '9'); });
}

std::optional<std::int64_t> parse_integer(std::string_view text) {
    if (text.starts_with('+')) {
        text.remove_prefix(1);
        if (text.starts_with('-')) return std::nullopt;
    }
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (text.empty() || error != std::errc{} || end != text.data() + text.size())
        return std::nullopt;
    return value;
}

}  // namespace penstock::openjd
