#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace penstock::delay {

/// A city or cluster, with where it lies in millionths of a degree.
struct Place {
    std::string name_zh;
    std::string name_en;
    std::string province;  ///< 江苏省.
    std::string kind;      ///< "capital", "hub:…" or "other".
    std::int32_t latitude = 0;
    std::int32_t longitude = 0;
    std::string source;  ///< Says so where the position is approximate.

    bool is_capital() const { return kind == "capital"; }
};

/// Metres along the great circle on a sphere of 6,371 km, rounded.
std::int64_t great_circle_m(const Place& from, const Place& to);

/// The places that we know, by any of their names.
class Places {
  public:
    /// @retval kPlacesInvalid, kCsvSyntax, kCsvTooLarge
    static Result<Places> parse(std::string_view csv, std::string_view file);
    /// Those of data/tables/cities.csv, compiled in.
    static const Places& shipped();

    const std::vector<Place>& all() const { return all_; }
    /// By the Chinese or English name, whatever its case, blanks, apostrophes and umlauts; 市 may
    /// be left out or added, and what stands in brackets is a name, too.
    /// @return An index into all().
    /// @retval kPlaceUnknown  Names the nearest three.
    Result<std::size_t> find(std::string_view name) const;

  private:
    std::vector<Place> all_;
    std::map<std::string, std::size_t> by_key_;
};

}  // namespace penstock::delay
