#include "advise/delay/place.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <optional>
#include <utility>

#include "advise/delay/error.h"
#include "advise/delay/shipped.h"
#include "base/assert.h"
#include "base/edit_distance.h"
#include "base/text.h"
#include "base/try.h"
#include "format/csv_table.h"

namespace penstock::delay {

namespace {

constexpr std::size_t kNameBytesMax = 120;

/// A name without what people leave out or write differently.
std::string key_of(std::string_view name) {
    std::string key;
    for (std::string_view rest = name; !rest.empty();) {
        const std::string_view before = rest;
        const auto letter = take_character(rest);
        if (!letter) return {};
        switch (*letter) {
            case U' ':
            case U'-':
            case U'\'':
            case U'’':
                break;
            case U'ü':
            case U'Ü':
                key += 'u';
                break;
            default:
                if (*letter >= U'A' && *letter <= U'Z') {
                    key += static_cast<char>(*letter - U'A' + U'a');
                } else {
                    key += before.substr(0, before.size() - rest.size());
                }
        }
    }
    constexpr std::string_view kCity = "市";
    if (key.size() > kCity.size() && key.ends_with(kCity)) key.resize(key.size() - kCity.size());
    return key;
}

/// A whole name, and for "a(b)" a and b as well.
std::vector<std::string> keys_of(std::string_view name) {
    std::vector<std::string> keys{key_of(name)};
    const std::size_t open = name.find('(');
    const std::size_t close = name.find(')');
    if (open != std::string_view::npos && close != std::string_view::npos && open < close) {
        keys.push_back(key_of(name.substr(0, open)));
        keys.push_back(key_of(name.substr(open + 1, close - open - 1)));
    }
    std::erase_if(keys, [](const std::string& key) { return key.empty(); });
    return keys;
}

/// Degrees with up to six decimals, as millionths.
std::optional<std::int32_t> parse_degrees(std::string_view text, std::int32_t most) {
    const bool negative = text.starts_with('-');
    if (negative) text.remove_prefix(1);
    std::int64_t value = 0;
    int decimals = -1;
    bool digits = false;
    for (const char letter : text) {
        if (letter == '.' && decimals < 0 && digits) {
            decimals = 0;
            continue;
        }
        if (letter < '0' || letter > '9' || decimals == 6 || value > 1'000'000'000)
            return std::nullopt;
        digits = true;
        value = value * 10 + (letter - '0');
        if (decimals >= 0) ++decimals;
    }
    if (!digits || decimals == 0) return std::nullopt;
    for (int place = std::max(decimals, 0); place < 6; ++place) value *= 10;
    if (value > std::int64_t{most} * 1'000'000) return std::nullopt;
    return static_cast<std::int32_t>(negative ? -value : value);
}

}  // namespace

std::int64_t great_circle_m(const Place& from, const Place& to) {
    constexpr double kRadian = std::numbers::pi / 180e6;
    constexpr double kEarth = 6'371'000;
    const double latitude_from = from.latitude * kRadian;
    const double latitude_to = to.latitude * kRadian;
    const double half_latitude = std::sin((latitude_to - latitude_from) / 2);
    const double half_longitude =
        std::sin((static_cast<double>(to.longitude) - from.longitude) * kRadian / 2);
    const double chord = half_latitude * half_latitude + std::cos(latitude_from) *
                                                             std::cos(latitude_to) *
                                                             half_longitude * half_longitude;
    return std::llround(2 * kEarth * std::asin(std::sqrt(std::min(1.0, chord))));
}

Result<Places> Places::parse(std::string_view csv, std::string_view file) {
    TRY_ASSIGN(const auto table, format::CsvTable::read(csv, {.rows_max = 20'000}, file));
    constexpr std::array<std::string_view, 7> kColumns{"name_zh", "name_en", "province", "kind",
                                                       "lat",     "lon",     "source"};
    std::array<std::size_t, kColumns.size()> columns{};
    for (std::size_t i = 0; i < kColumns.size(); ++i) {
        const auto found = table.find_column(kColumns[i]);
        if (!found)
            return reject(kPlacesInvalid, kColumns[i], std::string(file) + " lacks this column.");
        columns[i] = *found;
    }
    Places places;
    for (std::size_t row = 0; row < table.rows(); ++row) {
        const auto cell = [&](std::size_t i) { return table.field(row, columns[i]).text; };
        const auto wrong = [&](std::size_t i) {
            return reject(kPlacesInvalid, kColumns[i],
                          std::string(file) + ":" + std::to_string(table.line(row)) + ".");
        };
        for (const std::size_t i : {0U, 1U, 2U, 3U, 6U})
            if (!is_label(cell(i), {.minimum = 1, .maximum = kNameBytesMax * 4})) return wrong(i);
        const auto latitude = parse_degrees(cell(4), 90);
        const auto longitude = parse_degrees(cell(5), 180);
        if (!latitude) return wrong(4);
        if (!longitude) return wrong(5);
        for (const std::size_t i : {0U, 1U}) {
            if (cell(i).size() > kNameBytesMax || key_of(cell(i)).empty()) return wrong(i);
            for (std::string& key : keys_of(cell(i))) {
                const auto added = places.by_key_.emplace(std::move(key), row);
                if (!added.second && added.first->second != row) return wrong(i);
            }
        }
        places.all_.push_back({std::string(cell(0)), std::string(cell(1)), std::string(cell(2)),
                               std::string(cell(3)), *latitude, *longitude, std::string(cell(6))});
    }
    return places;
}

const Places& Places::shipped() {
    static const Places kPlaces = [] {
        auto read = parse(shipped_cities_csv(), "cities.csv");
        PENSTOCK_ASSERT(read);
        return *std::move(read);
    }();
    return kPlaces;
}

Result<std::size_t> Places::find(std::string_view name) const {
    const std::string key = name.size() > kNameBytesMax ? std::string() : key_of(name);
    const auto found = by_key_.find(key);
    if (found != by_key_.end()) return found->second;
    std::vector<std::pair<std::size_t, std::size_t>> nearest;  // Edits, place.
    for (const auto& [known, place] : by_key_)
        nearest.emplace_back(edit_distance(key, known), place);
    std::ranges::sort(nearest);
    std::string listed;
    std::vector<std::size_t> named;
    for (const auto& [distance, place] : nearest) {
        if (named.size() == 3) break;
        if (std::ranges::find(named, place) != named.end()) continue;
        named.push_back(place);
        listed += (listed.empty() ? "" : ", ") + all_[place].name_en + " " + all_[place].name_zh;
    }
    const bool sayable = is_label(name, {.minimum = 1, .maximum = 40});
    return reject(kPlaceUnknown, {},
                  (sayable ? "Not \"" + std::string(name) + "\"; " : std::string()) +
                      "The nearest names are " + listed + ".");
}

}  // namespace penstock::delay
