#include "advise/intent/light.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numbers>

#include "advise/intent/names.h"

namespace penstock::intent {

namespace {

constexpr double kEarthRadiusKm = 6'371.0;
constexpr double kGlassUsPerKm = 1.468 / 0.299792458;

double radians(std::int64_t millionths) {
    return static_cast<double>(millionths) / 1e6 * std::numbers::pi / 180.0;
}

double great_circle_km(const CityPoint& a, const CityPoint& b) {
    const double latitude = std::sin((radians(b.latitude) - radians(a.latitude)) / 2);
    const double longitude = std::sin((radians(b.longitude) - radians(a.longitude)) / 2);
    const double h = latitude * latitude + std::cos(radians(a.latitude)) *
                                               std::cos(radians(b.latitude)) * longitude *
                                               longitude;
    return 2 * kEarthRadiusKm * std::asin(std::min(1.0, std::sqrt(h)));
}

/// How far from the city that we know another place of the same name may lie. Deliberately large:
/// what this refuses cannot be.
double reach_km(std::string_view id) {
    constexpr std::array<std::string_view, 7> kVast{
        "inner-mongolia", "xinjiang", "tibet", "qinghai", "heilongjiang", "gansu", "sichuan"};
    const NamedPlace* const place = find_place(id);
    if (place == nullptr || place->kind == PlaceKind::city) return 50;
    if (id == "shanghai" || id == "beijing" || id == "tianjin") return 100;
    return std::ranges::find(kVast, id) == kVast.end() ? 450 : 1'500;
}

/// Of a city in a wanted place: its own reach, or that of its province when more is wanted.
double reach_of(const CityPoint& city, std::string_view wanted) {
    const NamedPlace* const place = find_place(city.id);
    if (city.id == wanted || place == nullptr) return reach_km(city.id);
    return std::max(reach_km(city.id),
                    reach_km(place->kind == PlaceKind::city ? place->within : place->id));
}

}  // namespace

std::int64_t light_delay_us(std::string_view from, std::string_view to) {
    if (overlap(from, to)) return 0;
    double nearest = std::numeric_limits<double>::infinity();
    for (const CityPoint& a : city_points()) {
        if (!lies_in(a.id, from)) continue;
        for (const CityPoint& b : city_points()) {
            if (!lies_in(b.id, to)) continue;
            nearest =
                std::min(nearest, great_circle_km(a, b) - reach_of(a, from) - reach_of(b, to));
        }
    }
    if (!std::isfinite(nearest) || nearest <= 0) return 0;
    return static_cast<std::int64_t>(std::floor(nearest * kGlassUsPerKm));
}

}  // namespace penstock::intent
