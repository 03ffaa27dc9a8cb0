#include "format/task_file_reader.h"

#include <algorithm>

#include "base/edit_distance.h"
#include "base/try.h"
#include "format/error.h"
#include "format/task_file_values.h"

namespace penstock::format {

namespace {

constexpr std::size_t kShownMax = 40;

/// As many whole characters as fit.
std::string_view beginning_of(std::string_view text) {
    if (text.size() <= kShownMax) return text;
    std::size_t end = kShownMax;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) --end;
    return text.substr(0, end);
}

/// A value fit for one line of a message: of a long one its beginning and its length.
std::string shown(const YamlNode& node) {
    if (node.kind == YamlKind::sequence) return "a list";
    if (node.kind == YamlKind::mapping) return "a mapping";
    if (node.is_null()) return "empty";
    std::string text(beginning_of(node.scalar));
    std::ranges::replace_if(text, [](char c) { return static_cast<unsigned char>(c) < 0x20; }, ' ');
    if (text.size() == node.scalar.size()) return "'" + text + "'";
    return "'" + text + "…', which has " + std::to_string(node.scalar.size()) + " bytes";
}

}  // namespace

std::unexpected<Error> TaskFileReader::fail(const Rejection& rejection, Place place,
                                            std::string_view field, std::string_view what) const {
    return reject(rejection, field, place_text(file_, place).append(what).append("."));
}

std::unexpected<Error> TaskFileReader::wrong_value(const YamlNode& node, std::string_view field,
                                                   std::string_view must) const {
    std::string what(field);
    return fail(kTaskFileValue, node.place, field,
                what.append(" ").append(must).append(", not ").append(shown(node)));
}

Result<std::string> TaskFileReader::text(const YamlNode& node, std::string_view field) const {
    if (node.kind != YamlKind::scalar || node.is_null()) {
        return wrong_value(node, field, "must have a text");
    }
    return node.scalar;
}

Result<std::uint64_t> TaskFileReader::count(const YamlNode& node, std::string_view field,
                                            std::uint64_t low, std::uint64_t high) const {
    const auto number =
        node.kind == YamlKind::scalar ? parse_count(node.scalar) : std::optional<std::uint64_t>();
    if (!number || *number < low || *number > high) {
        return wrong_value(
            node, field,
            "must be a whole number from " + std::to_string(low) + " to " + std::to_string(high));
    }
    return *number;
}

Result<std::int64_t> TaskFileReader::seconds(const YamlNode& node, std::string_view field,
                                             std::int64_t high) const {
    const auto length =
        node.kind == YamlKind::scalar ? parse_seconds(node.scalar) : std::optional<std::int64_t>();
    if (!length || *length < 1 || *length > high) {
        return wrong_value(node, field,
                           "must be a length of time such as 45s, 30m, 2h or 1h30m, or whole "
                           "seconds, from 1 to " +
                               std::to_string(high) + " s");
    }
    return *length;
}

Result<void> TaskFileReader::require_mapping(const YamlNode& node, std::string_view field) const {
    if (node.kind == YamlKind::mapping) return {};
    return wrong_value(node, field, "must be a mapping of 'name: value' lines");
}

std::unexpected<Error> TaskFileReader::unknown(const YamlEntry& entry, std::string_view field,
                                               std::span<const std::string_view> known) const {
    const std::string name = entry.name.substr(0, 64);
    std::string what = "'" + name + "' is not known here";
    const auto nearest = std::ranges::min_element(
        known, {}, [&name](std::string_view candidate) { return edit_distance(name, candidate); });
    if (edit_distance(name, *nearest) <= 1 + name.size() / 4) {
        what.append("; did you mean '").append(*nearest).append("'?");
        return reject(kTaskFileUnknown, field, place_text(file_, entry.place).append(what));
    }
    what.append("; remove it, or use one of ");
    for (const std::string_view candidate : known) {
        what.append(candidate).append(candidate == known.back() ? "" : ", ");
    }
    return fail(kTaskFileUnknown, entry.place, field, what);
}

}  // namespace penstock::format
