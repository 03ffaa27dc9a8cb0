#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

/// The places, chips and models that intents may name (data/intent), compiled in.
namespace penstock::intent {

enum class PlaceKind : std::uint8_t { city, province, region, country };

struct NamedPlace {
    std::string id;
    PlaceKind kind = PlaceKind::city;
    std::string within;  ///< The place around it; empty for the country.
    std::string name_zh;
    std::string name_en;
    std::vector<std::string> aliases;
    std::vector<std::string> members;  ///< Of a region: its provinces.
};

struct NamedChip {
    std::string id;
    std::string vendor;
    bool domestic = false;
    bool family = false;       ///< All chips of a vendor, or of its line.
    std::string model_prefix;  ///< How the models begin in data/tables/chips.csv; may be empty.
    std::vector<std::string> aliases;
};

struct NamedModel {
    std::string id;
    std::vector<std::string> aliases;
    std::string architecture;  ///< How its names begin in data/tables/llm_architectures.csv, which
                               ///< has none of it where this is empty.
};

/// A place of data/tables/cities.csv, in millionths of a degree.
struct CityPoint {
    std::string id;
    std::int64_t latitude = 0;
    std::int64_t longitude = 0;
};

std::span<const NamedPlace> places();
std::span<const NamedChip> chips();
std::span<const NamedModel> models();
std::span<const CityPoint> city_points();

const NamedPlace* find_place(std::string_view id);
const NamedChip* find_chip(std::string_view id);
const NamedModel* find_model(std::string_view id);

/// Whether a row of data/tables/chips.csv is one that `chip` stands for: of a family each of its
/// line; of a chip each variant, but no other chip whose name begins alike (A10, A100).
bool stands_for(const NamedChip& chip, std::string_view vendor, std::string_view model);
/// Whether a row of data/tables/llm_architectures.csv is one of the family.
bool stands_for(const NamedModel& model, std::string_view architecture);

/// The model that a name begins with, and the rest of the name, for instance its size:
/// "llama3.1-70b".
struct NameInTwo {
    const NamedModel* model = nullptr;  ///< Null for none.
    std::string_view rest;
};
NameInTwo split_model_name(std::string_view name);

/// The province that a place is, or that a city lies in; null for regions, countries and what is
/// no place.
const NamedPlace* province_of(std::string_view id);

/// Whether all of `inner` lies in `outer`: the same place, one around it, or a region of its
/// province. Both are ids of places.
bool lies_in(std::string_view inner, std::string_view outer);
/// Whether the two have some ground in common.
bool overlap(std::string_view left, std::string_view right);

/// The id that a name, an alias or an id stands for, in any case.
/// @retval kIntentUnknownName  With the nearest names.
Result<std::string> place_id(std::string_view name, std::string_view field);
Result<std::string> chip_id(std::string_view name, std::string_view field);
Result<std::string> model_id(std::string_view name, std::string_view field);

/// The candidates nearest to a name that is none of them, at most three, for a message.
std::string nearest_of(std::string_view name, std::span<const std::string_view> candidates);

}  // namespace penstock::intent
