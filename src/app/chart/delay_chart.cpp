#include "app/chart/delay_chart.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include "app/chart/labels.h"
#include "app/chart/picture.h"

namespace penstock::app {
namespace {

constexpr int kWidth = 1'000;
constexpr int kHeight = 760;
constexpr double kMargin = 50;
constexpr double kKmPerDegree = 111.195;  // Of a sphere of 6,371 km.
constexpr std::array<Colour, 4> kColours{
    Colour{0.1, 0.55, 0.3}, {0.05, 0.35, 0.62}, {0.72, 0.42, 0.15}, {0.55, 0.57, 0.6}};

std::size_t colour_of(std::int64_t circle_us) {
    const auto* found = std::ranges::find(delay::kCirclesUs, circle_us);
    return static_cast<std::size_t>(found - std::begin(delay::kCirclesUs));
}

double degrees(std::int32_t millionths) {
    return millionths / 1e6;
}

/// Kilometres east and north of the centre, as on a plane that touches the earth in the middle of
/// the map: what is far from there is a little too far apart.
class Map {
  public:
    Map(const delay::Places& places, const delay::Place& centre) {
        double south = 90;
        double north = -90;
        double west = 180;
        double east = -180;
        for (const delay::Place& place : places.all()) {
            south = std::min(south, degrees(place.latitude));
            north = std::max(north, degrees(place.latitude));
            west = std::min(west, degrees(place.longitude));
            east = std::max(east, degrees(place.longitude));
        }
        narrowing_ = std::cos((south + north) / 2 * std::numbers::pi / 180);
        const double wide = std::max((east - west) * narrowing_, 1.0);
        const double high = std::max(north - south, 1.0);
        scale_ = std::min((kWidth - 2 * kMargin) / wide, (kHeight - 2 * kMargin) / high);
        west_ = west;
        north_ = north;
        local_ = std::cos(degrees(centre.latitude) * std::numbers::pi / 180) / narrowing_;
    }
    double x(const delay::Place& place) const {
        return kMargin + (degrees(place.longitude) - west_) * narrowing_ * scale_;
    }
    double y(const delay::Place& place) const {
        return kMargin + (north_ - degrees(place.latitude)) * scale_;
    }
    /// Half axes of what lies so far around the centre.
    double across(double km) const { return km / kKmPerDegree / local_ * scale_; }
    double along(double km) const { return km / kKmPerDegree * scale_; }

  private:
    double narrowing_ = 1;
    double scale_ = 1;
    double west_ = 0;
    double north_ = 0;
    double local_ = 1;  ///< How much shorter a degree of longitude is at the centre.
};

void draw_circle(Picture& picture, const Map& map, const delay::Place& centre, double km) {
    cairo_save(picture.pen());
    cairo_translate(picture.pen(), map.x(centre), map.y(centre));
    cairo_scale(picture.pen(), map.across(km), map.along(km));
    cairo_new_path(picture.pen());
    cairo_arc(picture.pen(), 0, 0, 1, 0, 2 * std::numbers::pi);
    cairo_restore(picture.pen());
    cairo_stroke(picture.pen());
}

/// How far the model reaches in a time.
double reach_km(const delay::Model& model, std::int64_t us, delay::Network network) {
    const std::int64_t left = us - model.one_way_us(0, network);
    return std::max<double>(
        0, static_cast<double>(left) * 1'000 / static_cast<double>(model.ns_per_km));
}

void write_legend(Picture& picture, const delay::Place& centre, const delay::Model& model) {
    double y = kHeight - 110;
    picture.set(kInk);
    picture.write(kMargin / 2, y,
                  "One way from " + centre.name_en + ", model \"" + model.name + "\"");
    for (std::size_t i = 0; i < kColours.size(); ++i) {
        y += 20;
        picture.set(kColours[i]);
        picture.dot(kMargin / 2 + 5, y - 5, 4.5);
        const bool beyond = i == std::size(delay::kCirclesUs);
        const std::int64_t us = delay::kCirclesUs[beyond ? i - 1 : i];
        picture.write(kMargin / 2 + 18, y,
                      (beyond ? "beyond " : "within ") + std::to_string(us / 1'000) + " ms", 12);
    }
    picture.set(kInk);
    picture.write(kMargin / 2 + 140, y, "filled: measured, hollow: modelled", 12);
}

}  // namespace

Result<std::string> circles_chart(const delay::Places& places, std::size_t centre,
                                  std::span<const delay::Reach> reaches, const delay::Model& model,
                                  delay::Network network) {
    Picture picture(kWidth, kHeight);
    const delay::Place& middle = places.all()[centre];
    const Map map(places, middle);
    for (std::size_t i = 0; i < std::size(delay::kCirclesUs); ++i) {
        picture.set(kColours[i]);
        draw_circle(picture, map, middle, reach_km(model, delay::kCirclesUs[i], network));
    }
    Labels labels(picture);
    picture.set(kInk);
    picture.dot(map.x(middle), map.y(middle), 6);
    labels.keep_off(map.x(middle), map.y(middle), 6);
    picture.set_width(1.6);
    for (const delay::Reach& reach : reaches) {
        const delay::Place& place = places.all()[reach.place];
        picture.set(kColours[colour_of(reach.circle_us)]);
        if (reach.delays.one_way.basis == delay::Basis::measured)
            picture.dot(map.x(place), map.y(place), 4.5);
        else
            picture.ring(map.x(place), map.y(place), 4);
        labels.keep_off(map.x(place), map.y(place), 5);
    }
    picture.set(kInk);
    labels.write(map.x(middle), map.y(middle), middle.name_en, 13);
    for (const delay::Reach& reach : reaches) {
        const delay::Place& place = places.all()[reach.place];
        labels.write(map.x(place), map.y(place), place.name_en);
    }
    write_legend(picture, middle, model);
    return picture.png();
}

}  // namespace penstock::app
