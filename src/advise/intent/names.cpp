#include "advise/intent/names.h"

#include <algorithm>

#include "advise/intent/error.h"
#include "advise/intent/shipped.h"
#include "advise/intent/table.h"
#include "base/edit_distance.h"

namespace penstock::intent {

namespace {

std::vector<NamedPlace> read_places() {
    const Table table(kPlacesCsv);
    std::vector<NamedPlace> result;
    for (std::size_t row = 0; row < table.rows(); ++row) {
        const std::string kind = table.text(row, "kind");
        result.push_back({.id = table.text(row, "id"),
                          .kind = kind == "city"      ? PlaceKind::city
                                  : kind == "region"  ? PlaceKind::region
                                  : kind == "country" ? PlaceKind::country
                                                      : PlaceKind::province,
                          .within = table.text(row, "within"),
                          .name_zh = table.text(row, "name_zh"),
                          .name_en = table.text(row, "name_en"),
                          .aliases = split(table.text(row, "aliases"), ';'),
                          .members = split(table.text(row, "members"), ' ')});
    }
    return result;
}

std::vector<NamedChip> read_chips() {
    const Table table(kChipsCsv);
    std::vector<NamedChip> result;
    for (std::size_t row = 0; row < table.rows(); ++row) {
        result.push_back({.id = table.text(row, "id"),
                          .vendor = table.text(row, "vendor"),
                          .domestic = table.text(row, "origin") == "domestic",
                          .family = table.text(row, "kind") == "family",
                          .model_prefix = table.text(row, "model_prefix"),
                          .aliases = split(table.text(row, "aliases"), ';')});
    }
    return result;
}

std::vector<NamedModel> read_models() {
    const Table table(kModelsCsv);
    std::vector<NamedModel> result;
    for (std::size_t row = 0; row < table.rows(); ++row) {
        std::string architecture = table.text(row, "architecture");
        if (architecture == "none") architecture.clear();
        result.push_back({table.text(row, "id"), split(table.text(row, "aliases"), ';'),
                          std::move(architecture)});
    }
    return result;
}

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

/// Whether a model begins with a prefix, and its number does not go on.
bool begins_with(std::string_view model, std::string_view prefix) {
    if (!model.starts_with(prefix)) return false;
    return prefix.empty() || model.size() == prefix.size() || !is_digit(prefix.back()) ||
           !is_digit(model[prefix.size()]);
}

/// Decimal degrees of at most six places, in millionths.
std::int64_t millionths(std::string_view text) {
    const bool negative = text.starts_with('-');
    if (negative) text.remove_prefix(1);
    std::int64_t value = 0;
    int places = -1;
    for (const char c : text) {
        if (c == '.') {
            places = 0;
        } else if (places < 6) {
            value = value * 10 + (c - '0');
            if (places >= 0) ++places;
        }
    }
    for (places = std::max(places, 0); places < 6; ++places) value *= 10;
    return negative ? -value : value;
}

template <class Matches>
const NamedPlace* find_zh(const Matches& matches) {
    const auto found = std::ranges::find_if(places(), matches, &NamedPlace::name_zh);
    return found == places().end() ? nullptr : &*found;
}

std::vector<CityPoint> read_cities() {
    const Table table(kCitiesCsv);
    std::vector<CityPoint> result;
    for (std::size_t row = 0; row < table.rows(); ++row) {
        const std::string name = table.text(row, "name_zh");
        // The tables write a cluster as "天府(成都双流)", or "长三角示范区(青浦)".
        const auto* place = find_zh([&name](const std::string& zh) { return name == zh; });
        if (place == nullptr)
            place = find_zh([&name](const std::string& zh) { return name.starts_with(zh + "("); });
        if (place == nullptr)
            place =
                find_zh([&name](const std::string& zh) { return name.ends_with("(" + zh + ")"); });
        if (place == nullptr) continue;
        result.push_back(
            {place->id, millionths(table.text(row, "lat")), millionths(table.text(row, "lon"))});
    }
    return result;
}

/// Lower case, with hyphens for blanks and underscores.
std::string folded(std::string_view name) {
    std::string result(name);
    std::ranges::transform(result, result.begin(), [](char c) {
        if (c == ' ' || c == '_') return '-';
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    return result;
}

template <class Named>
std::unexpected<Error> unknown(std::string_view name, std::string_view field,
                               std::span<const Named> all) {
    std::vector<std::string_view> ids;
    for (const Named& one : all) ids.push_back(one.id);
    std::string what = "'" + std::string(name.substr(0, 40)) + "' is not known";
    const std::string nearest = nearest_of(name, ids);
    if (!nearest.empty()) what += "; the nearest are " + nearest;
    return reject(kIntentUnknownName, field, what + ".");
}

template <class Named>
const Named* find_named(std::span<const Named> all, std::string_view id) {
    const auto found = std::ranges::find(all, id, &Named::id);
    return found == all.end() ? nullptr : &*found;
}

template <class Named>
const Named* find_alias(std::span<const Named> all, std::string_view name) {
    const std::string wanted = folded(name);
    if (const Named* exact = find_named(all, wanted)) return exact;
    const auto found = std::ranges::find_if(all, [&wanted](const Named& one) {
        return std::ranges::any_of(
            one.aliases, [&wanted](const std::string& alias) { return folded(alias) == wanted; });
    });
    return found == all.end() ? nullptr : &*found;
}

/// The provinces that a place covers, or the one that it lies in.
std::vector<std::string_view> provinces_of(const NamedPlace& place) {
    if (place.kind == PlaceKind::city) return {place.within};
    if (place.kind == PlaceKind::province) return {place.id};
    std::vector<std::string_view> result;
    if (place.kind == PlaceKind::region) {
        result.assign(place.members.begin(), place.members.end());
    } else {
        for (const NamedPlace& other : places()) {
            if (other.kind == PlaceKind::province) result.push_back(other.id);
        }
    }
    return result;
}

}  // namespace

std::span<const NamedPlace> places() {
    static const auto table = read_places();
    return table;
}
std::span<const NamedChip> chips() {
    static const auto table = read_chips();
    return table;
}
std::span<const NamedModel> models() {
    static const auto table = read_models();
    return table;
}
std::span<const CityPoint> city_points() {
    static const auto table = read_cities();
    return table;
}

const NamedPlace* find_place(std::string_view id) {
    return find_named(places(), id);
}
const NamedChip* find_chip(std::string_view id) {
    return find_named(chips(), id);
}
const NamedModel* find_model(std::string_view id) {
    return find_named(models(), id);
}

bool stands_for(const NamedChip& chip, std::string_view vendor, std::string_view model) {
    if (chip.vendor != vendor || !begins_with(model, chip.model_prefix)) return false;
    // "Ascend 310P" begins with "Ascend 310", and is a chip of its own.
    return chip.family || std::ranges::none_of(chips(), [&](const NamedChip& other) {
               return !other.family && other.vendor == vendor &&
                      other.model_prefix.size() > chip.model_prefix.size() &&
                      begins_with(model, other.model_prefix);
           });
}

bool stands_for(const NamedModel& model, std::string_view architecture) {
    const std::string& prefix = model.architecture;
    if (prefix.empty() || !architecture.starts_with(prefix)) return false;
    // "Llama-3.1 8B" is no Llama-3.
    return architecture.size() == prefix.size() || architecture[prefix.size()] == ' ' ||
           architecture[prefix.size()] == '-';
}

NameInTwo split_model_name(std::string_view name) {
    NameInTwo result;
    std::size_t longest = 0;
    const std::string wanted = folded(name);
    for (const NamedModel& model : models()) {
        std::vector<std::string> names = model.aliases;
        names.push_back(model.id);
        for (const std::string& alias : names) {
            const std::string beginning = folded(alias);
            const bool ends = wanted.size() == beginning.size() ||
                              (wanted.starts_with(beginning) && wanted[beginning.size()] == '-');
            if (!wanted.starts_with(beginning) || !ends || beginning.size() <= longest) continue;
            longest = beginning.size();
            result = {&model, name.substr(std::min(longest + 1, name.size()))};
        }
    }
    return result;
}

const NamedPlace* province_of(std::string_view id) {
    const NamedPlace* place = find_place(id);
    if (place != nullptr && place->kind == PlaceKind::city) place = find_place(place->within);
    return place != nullptr && place->kind == PlaceKind::province ? place : nullptr;
}

bool lies_in(std::string_view inner, std::string_view outer) {
    if (inner == outer) return true;
    const NamedPlace* const small = find_place(inner);
    const NamedPlace* const large = find_place(outer);
    if (small == nullptr || large == nullptr || large->kind == PlaceKind::city) return false;
    const auto covered = provinces_of(*large);
    return std::ranges::all_of(provinces_of(*small), [&covered](std::string_view province) {
        return std::ranges::find(covered, province) != covered.end();
    });
}

bool overlap(std::string_view left, std::string_view right) {
    if (lies_in(left, right) || lies_in(right, left)) return true;
    const NamedPlace* const one = find_place(left);
    const NamedPlace* const other = find_place(right);
    if (one == nullptr || other == nullptr) return false;
    if (one->kind == PlaceKind::city || other->kind == PlaceKind::city) return false;
    const auto covered = provinces_of(*other);
    return std::ranges::any_of(provinces_of(*one), [&covered](std::string_view province) {
        return std::ranges::find(covered, province) != covered.end();
    });
}

std::string nearest_of(std::string_view name, std::span<const std::string_view> candidates) {
    const std::string wanted = folded(name);
    std::vector<std::pair<std::size_t, std::string_view>> ranked;
    for (const std::string_view candidate : candidates)
        ranked.emplace_back(edit_distance(wanted.substr(0, 64), candidate), candidate);
    std::ranges::stable_sort(ranked, {}, &std::pair<std::size_t, std::string_view>::first);
    std::string text;
    for (std::size_t i = 0; i < std::min<std::size_t>(3, ranked.size()); ++i)
        text.append(i == 0 ? "" : ", ").append(ranked[i].second);
    return text;
}

Result<std::string> place_id(std::string_view name, std::string_view field) {
    if (const NamedPlace* place = find_alias(places(), name)) return place->id;
    const auto spelled = [name](const NamedPlace& place) {
        return place.name_zh == name || folded(place.name_en) == folded(name);
    };
    const auto found = std::ranges::find_if(places(), spelled);
    if (found != places().end()) return found->id;
    return unknown(name, field, places());
}

Result<std::string> chip_id(std::string_view name, std::string_view field) {
    if (const NamedChip* chip = find_alias(chips(), name)) return chip->id;
    return unknown(name, field, chips());
}

Result<std::string> model_id(std::string_view name, std::string_view field) {
    if (const NamedModel* model = find_alias(models(), name)) return model->id;
    return unknown(name, field, models());
}

}  // namespace penstock::intent
