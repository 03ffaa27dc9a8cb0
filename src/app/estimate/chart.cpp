#include "app/estimate/chart.h"

#include <cairo.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <vector>

namespace penstock::app {

namespace {

constexpr int kWidth = 900;
constexpr int kHeight = 760;
constexpr double kLeft = 90;
constexpr double kTop = 30;
constexpr double kSide = 660;
constexpr int kFirstDecade = 3;
constexpr int kLastDecade = 8;

struct Release {
    void operator()(cairo_surface_t* surface) const { cairo_surface_destroy(surface); }
    void operator()(cairo_t* pen) const { cairo_destroy(pen); }
};

double along(double hours) {
    return kSide * (std::log10(hours) - kFirstDecade) / (kLastDecade - kFirstDecade);
}
double x_of(double hours) {
    return kLeft + along(hours);
}
double y_of(double hours) {
    return kTop + kSide - along(hours);
}

void line(cairo_t* pen, double x1, double y1, double x2, double y2) {
    cairo_move_to(pen, x1, y1);
    cairo_line_to(pen, x2, y2);
    cairo_stroke(pen);
}

void write(cairo_t* pen, double x, double y, const std::string& text, double size = 14) {
    cairo_set_font_size(pen, size);
    cairo_move_to(pen, x, y);
    cairo_show_text(pen, text.c_str());
}

void draw_axes(cairo_t* pen) {
    cairo_set_source_rgb(pen, 1, 1, 1);
    cairo_paint(pen);
    cairo_set_line_width(pen, 1);
    for (int decade = kFirstDecade; decade <= kLastDecade; ++decade) {
        const double hours = std::pow(10.0, decade);
        cairo_set_source_rgb(pen, 0.88, 0.89, 0.91);
        line(pen, x_of(hours), kTop, x_of(hours), kTop + kSide);
        line(pen, kLeft, y_of(hours), kLeft + kSide, y_of(hours));
        cairo_set_source_rgb(pen, 0.3, 0.33, 0.38);
        const std::string label = "1e" + std::to_string(decade);
        write(pen, x_of(hours) - 14, kTop + kSide + 22, label);
        write(pen, kLeft - 42, y_of(hours) + 5, label);
    }
    write(pen, kLeft + kSide / 2 - 100, kTop + kSide + 50, "published device-hours");
    cairo_save(pen);
    cairo_translate(pen, 26, kTop + kSide / 2 + 100);
    cairo_rotate(pen, -std::acos(-1.0) / 2);
    write(pen, 0, 0, "estimated device-hours");
    cairo_restore(pen);
    // Equal, and a factor of 1.8 to either side.
    const double first = std::pow(10.0, kFirstDecade);
    const double last = std::pow(10.0, kLastDecade);
    cairo_rectangle(pen, kLeft, kTop, kSide, kSide);
    cairo_save(pen);
    cairo_clip(pen);
    cairo_set_source_rgb(pen, 0.5, 0.53, 0.58);
    line(pen, x_of(first), y_of(first), x_of(last), y_of(last));
    const double dashes[] = {4, 5};
    cairo_set_dash(pen, dashes, 2, 0);
    for (const double factor : {1.8, 1 / 1.8})
        line(pen, x_of(first), y_of(first * factor), x_of(last), y_of(last * factor));
    cairo_restore(pen);
}

void set_ink(cairo_t* pen, estimate::Standing standing) {
    switch (standing) {
        case estimate::Standing::counted:
            return cairo_set_source_rgb(pen, 0.05, 0.35, 0.62);
        case estimate::Standing::recalled:
            return cairo_set_source_rgb(pen, 0.25, 0.58, 0.35);
        default:
            return cairo_set_source_rgb(pen, 0.72, 0.42, 0.15);
    }
}

struct Box {
    double left, top, right, bottom;
    bool meets(const Box& other) const {
        return left < other.right && other.left < right && top < other.bottom && other.top < bottom;
    }
};

void draw_point(cairo_t* pen, const estimate::RunCheck& check, std::vector<Box>& taken) {
    const double x = x_of(*check.run.device_hours);
    const estimate::Span& hours = check.estimate->device_hours;
    const double y = y_of(hours.expected);
    set_ink(pen, check.standing);
    cairo_set_line_width(pen, 1.6);
    line(pen, x, y_of(hours.low), x, y_of(hours.high));
    cairo_arc(pen, x, y, 4.5, 0, 2 * std::acos(-1.0));
    cairo_fill(pen);
    taken.push_back({x - 5, y - 5, x + 5, y + 5});
}

/// Beside its point, where no other point or name is.
void draw_name(cairo_t* pen, const estimate::RunCheck& check, std::vector<Box>& taken) {
    constexpr double kSize = 11;
    const double x = x_of(*check.run.device_hours);
    const double y = y_of(check.estimate->device_hours.expected) + 4;
    cairo_text_extents_t extents;
    cairo_set_font_size(pen, kSize);
    cairo_text_extents(pen, check.run.model.c_str(), &extents);
    double left = x + 8;
    double base = y;
    for (const double shift : {0.0, -14.0, 14.0, -28.0, 28.0, -42.0, 42.0}) {
        bool free = false;
        for (const double side : {x + 8, x - 8 - extents.width}) {
            const Box box{side, y + shift - kSize, side + extents.width, y + shift + 2};
            left = side;
            base = y + shift;
            free = std::ranges::none_of(taken, [&](const Box& one) { return one.meets(box); });
            if (free) break;
        }
        if (free) break;
    }
    taken.push_back({left, base - kSize, left + extents.width, base + 2});
    set_ink(pen, check.standing);
    write(pen, left, base, check.run.model, kSize);
}

cairo_status_t append(void* bytes, const unsigned char* data, unsigned int size) {
    static_cast<std::string*>(bytes)->append(reinterpret_cast<const char*>(data), size);
    return CAIRO_STATUS_SUCCESS;
}

}  // namespace

Result<std::string> runs_chart(const estimate::RunsReport& report) {
    const std::unique_ptr<cairo_surface_t, Release> surface(
        cairo_image_surface_create(CAIRO_FORMAT_RGB24, kWidth, kHeight));
    const std::unique_ptr<cairo_t, Release> pen(cairo_create(surface.get()));
    cairo_select_font_face(pen.get(), "sans-serif", CAIRO_FONT_SLANT_NORMAL,
                           CAIRO_FONT_WEIGHT_NORMAL);
    draw_axes(pen.get());
    std::vector<Box> taken;
    for (const estimate::RunCheck& check : report.rows) {
        if (check.estimate) draw_point(pen.get(), check, taken);
    }
    for (const estimate::RunCheck& check : report.rows) {
        if (check.estimate) draw_name(pen.get(), check, taken);
    }
    double y = kTop + 30;
    for (const estimate::Standing standing :
         {estimate::Standing::counted, estimate::Standing::recalled, estimate::Standing::outlier}) {
        set_ink(pen.get(), standing);
        write(pen.get(), kLeft + 20, y, std::string(name(standing)));
        y += 22;
    }
    std::string png;
    if (cairo_status(pen.get()) != CAIRO_STATUS_SUCCESS ||
        cairo_surface_write_to_png_stream(surface.get(), &append, &png) != CAIRO_STATUS_SUCCESS)
        return reject(kChartFault);
    return png;
}

}  // namespace penstock::app
