#include "app/estimate/chart.h"

#include <cmath>

#include "app/chart/labels.h"

namespace penstock::app {

namespace {

constexpr int kWidth = 900;
constexpr int kHeight = 760;
constexpr double kLeft = 90;
constexpr double kTop = 30;
constexpr double kSide = 660;
constexpr int kFirstDecade = 3;
constexpr int kLastDecade = 8;

double along(double hours) {
    return kSide * (std::log10(hours) - kFirstDecade) / (kLastDecade - kFirstDecade);
}
double x_of(double hours) {
    return kLeft + along(hours);
}
double y_of(double hours) {
    return kTop + kSide - along(hours);
}

void draw_axes(Picture& picture) {
    for (int decade = kFirstDecade; decade <= kLastDecade; ++decade) {
        const double hours = std::pow(10.0, decade);
        picture.set(kGrid);
        picture.line(x_of(hours), kTop, x_of(hours), kTop + kSide);
        picture.line(kLeft, y_of(hours), kLeft + kSide, y_of(hours));
        picture.set(kInk);
        const std::string label = "1e" + std::to_string(decade);
        picture.write(x_of(hours) - 14, kTop + kSide + 22, label);
        picture.write(kLeft - 42, y_of(hours) + 5, label);
    }
    picture.write(kLeft + kSide / 2 - 100, kTop + kSide + 50, "published device-hours");
    picture.write_upwards(26, kTop + kSide / 2 + 100, "estimated device-hours");
    // Equal, and a factor of 1.8 to either side.
    const double first = std::pow(10.0, kFirstDecade);
    const double last = std::pow(10.0, kLastDecade);
    cairo_rectangle(picture.pen(), kLeft, kTop, kSide, kSide);
    cairo_save(picture.pen());
    cairo_clip(picture.pen());
    picture.set({0.5, 0.53, 0.58});
    picture.line(x_of(first), y_of(first), x_of(last), y_of(last));
    const double dashes[] = {4, 5};
    cairo_set_dash(picture.pen(), dashes, 2, 0);
    for (const double factor : {1.8, 1 / 1.8})
        picture.line(x_of(first), y_of(first * factor), x_of(last), y_of(last * factor));
    cairo_restore(picture.pen());
}

Colour ink_of(estimate::Standing standing) {
    switch (standing) {
        case estimate::Standing::counted:
            return {0.05, 0.35, 0.62};
        case estimate::Standing::recalled:
            return {0.25, 0.58, 0.35};
        default:
            return {0.72, 0.42, 0.15};
    }
}

void draw_point(Picture& picture, const estimate::RunCheck& check, Labels& labels) {
    const double x = x_of(*check.run.device_hours);
    const estimate::Span& hours = check.estimate->device_hours;
    const double y = y_of(hours.expected);
    picture.set(ink_of(check.standing));
    picture.set_width(1.6);
    picture.line(x, y_of(hours.low), x, y_of(hours.high));
    picture.dot(x, y, 4.5);
    labels.keep_off(x, y, 5);
}

}  // namespace

Result<std::string> runs_chart(const estimate::RunsReport& report) {
    Picture picture(kWidth, kHeight);
    draw_axes(picture);
    Labels labels(picture);
    for (const estimate::RunCheck& check : report.rows) {
        if (check.estimate) draw_point(picture, check, labels);
    }
    for (const estimate::RunCheck& check : report.rows) {
        if (!check.estimate) continue;
        picture.set(ink_of(check.standing));
        labels.write(x_of(*check.run.device_hours), y_of(check.estimate->device_hours.expected),
                     check.run.model);
    }
    double y = kTop + 30;
    for (const estimate::Standing standing :
         {estimate::Standing::counted, estimate::Standing::recalled, estimate::Standing::outlier}) {
        picture.set(ink_of(standing));
        picture.write(kLeft + 20, y, std::string(name(standing)));
        y += 22;
    }
    return picture.png();
}

}  // namespace penstock::app
