#include "app/chart/carbon_chart.h"

#include <algorithm>
#include <cmath>

#include "app/chart/labels.h"
#include "app/chart/picture.h"

namespace penstock::app {
namespace {

constexpr int kWidth = 900;
constexpr int kHeight = 600;
constexpr double kLeft = 80;
constexpr double kTop = 30;
constexpr double kWide = 780;
constexpr double kHigh = 490;
constexpr Colour kPoint{0.05, 0.35, 0.62};
constexpr Colour kPublished{0.72, 0.42, 0.15};

/// What the axes show: from no wait to beyond the longest, and tenths of carbon around all points.
struct Axes {
    double hours = 1;
    double low = 0;
    double high = 1;

    double x(double wait) const { return kLeft + kWide * wait / hours; }
    double y(double carbon) const { return kTop + kHigh * (high - carbon) / (high - low); }
};

Axes axes_of(std::span<const PolicyPoint> points) {
    Axes axes;
    axes.low = 0.9;
    for (const PolicyPoint& point : points) {
        axes.hours = std::max(axes.hours, std::ceil(point.wait_hours + 1));
        axes.low = std::min(axes.low, std::floor(point.carbon * 10) / 10);
        axes.high = std::max(axes.high, std::ceil(point.carbon * 10) / 10);
        const double published = point.published.value_or(point.carbon);
        axes.low = std::min(axes.low, std::floor(published * 10) / 10);
        axes.high = std::max(axes.high, std::ceil(published * 10) / 10);
    }
    return axes;
}

void draw(Picture& picture, const Axes& axes) {
    const int tenths = static_cast<int>(std::lround((axes.high - axes.low) * 10));
    for (int i = 0; i <= tenths; ++i) {
        const double carbon = axes.low + i / 10.0;
        picture.set(kGrid);
        picture.line(kLeft, axes.y(carbon), kLeft + kWide, axes.y(carbon));
        picture.set(kInk);
        const int value = static_cast<int>(std::lround(carbon * 10));
        picture.write(kLeft - 32, axes.y(carbon) + 5,
                      std::to_string(value / 10) + "." + std::to_string(value % 10));
    }
    const double step = std::max(1.0, std::ceil(axes.hours / 12));
    for (double hour = 0; hour <= axes.hours; hour += step) {
        picture.set(kGrid);
        picture.line(axes.x(hour), kTop, axes.x(hour), kTop + kHigh);
        picture.set(kInk);
        picture.write(axes.x(hour) - 5, kTop + kHigh + 22, std::to_string(std::lround(hour)));
    }
    picture.write(kLeft + kWide / 2 - 60, kTop + kHigh + 50, "mean wait, hours");
    picture.write_upwards(26, kTop + kHigh / 2 + 120, "carbon, of running at once");
}

}  // namespace

Result<std::string> policies_chart(std::span<const PolicyPoint> points) {
    Picture picture(kWidth, kHeight);
    const Axes axes = axes_of(points);
    draw(picture, axes);
    Labels labels(picture);
    for (const PolicyPoint& point : points) {
        picture.set(kPoint);
        picture.dot(axes.x(point.wait_hours), axes.y(point.carbon), 5);
        labels.keep_off(axes.x(point.wait_hours), axes.y(point.carbon), 6);
        if (!point.published) continue;
        picture.set(kPublished);
        picture.set_width(1.6);
        picture.ring(axes.x(point.wait_hours), axes.y(*point.published), 8);
    }
    picture.set(kInk);
    for (const PolicyPoint& point : points)
        labels.write(axes.x(point.wait_hours), axes.y(point.carbon), point.name, 12);
    if (std::ranges::any_of(points,
                            [](const PolicyPoint& point) { return point.published.has_value(); })) {
        picture.set(kPublished);
        picture.write(kLeft + kWide - 120, kTop + 20, "ring: published", 12);
    }
    return picture.png();
}

}  // namespace penstock::app
