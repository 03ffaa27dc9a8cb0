#include "app/chart/picture.h"

#include <numbers>

namespace penstock::app {
namespace {

cairo_status_t append(void* bytes, const unsigned char* data, unsigned int size) {
    static_cast<std::string*>(bytes)->append(reinterpret_cast<const char*>(data), size);
    return CAIRO_STATUS_SUCCESS;
}

}  // namespace

Picture::Picture(int width, int height)
    : surface_(cairo_image_surface_create(CAIRO_FORMAT_RGB24, width, height)),
      pen_(cairo_create(surface_.get())) {
    cairo_select_font_face(pen(), "sans-serif", CAIRO_FONT_SLANT_NORMAL, CAIRO_FONT_WEIGHT_NORMAL);
    set({1, 1, 1});
    cairo_paint(pen());
    set_width(1);
}

void Picture::set(const Colour& colour) {
    cairo_set_source_rgb(pen(), colour.red, colour.green, colour.blue);
}

void Picture::line(double x1, double y1, double x2, double y2) {
    cairo_move_to(pen(), x1, y1);
    cairo_line_to(pen(), x2, y2);
    cairo_stroke(pen());
}

void Picture::dot(double x, double y, double radius) {
    cairo_new_path(pen());
    cairo_arc(pen(), x, y, radius, 0, 2 * std::numbers::pi);
    cairo_fill(pen());
}

void Picture::ring(double x, double y, double radius) {
    cairo_new_path(pen());
    cairo_arc(pen(), x, y, radius, 0, 2 * std::numbers::pi);
    cairo_stroke(pen());
}

void Picture::write(double x, double y, const std::string& text, double size) {
    cairo_set_font_size(pen(), size);
    cairo_move_to(pen(), x, y);
    cairo_show_text(pen(), text.c_str());
}

void Picture::write_upwards(double x, double y, const std::string& text, double size) {
    cairo_save(pen());
    cairo_translate(pen(), x, y);
    cairo_rotate(pen(), -std::numbers::pi / 2);
    write(0, 0, text, size);
    cairo_restore(pen());
}

double Picture::width_of(const std::string& text, double size) {
    cairo_text_extents_t extents;
    cairo_set_font_size(pen(), size);
    cairo_text_extents(pen(), text.c_str(), &extents);
    return extents.width;
}

Result<std::string> Picture::png() {
    std::string png;
    if (cairo_status(pen()) != CAIRO_STATUS_SUCCESS ||
        cairo_surface_write_to_png_stream(surface_.get(), &append, &png) != CAIRO_STATUS_SUCCESS)
        return reject(kChartFault);
    return png;
}

}  // namespace penstock::app
