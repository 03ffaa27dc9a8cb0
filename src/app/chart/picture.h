#pragma once

#include <cairo.h>

#include <memory>
#include <string>

#include "base/error.h"

namespace penstock::app {

inline constexpr Rejection kChartFault{17040, Code::internal, "CHART_FAULT",
                                       "The picture could not be drawn; try again without --png."};

struct Colour {
    double red = 0, green = 0, blue = 0;
};
inline constexpr Colour kInk{0.3, 0.33, 0.38};
inline constexpr Colour kGrid{0.88, 0.89, 0.91};

/// What a chart is drawn on: white, in pixels from the left top.
class Picture {
  public:
    Picture(int width, int height);

    /// For what has no short form here.
    cairo_t* pen() { return pen_.get(); }
    void set(const Colour& colour);
    void set_width(double width) { cairo_set_line_width(pen_.get(), width); }
    void line(double x1, double y1, double x2, double y2);
    void dot(double x, double y, double radius);
    void ring(double x, double y, double radius);
    void write(double x, double y, const std::string& text, double size = 14);
    /// Along the left edge, upwards.
    void write_upwards(double x, double y, const std::string& text, double size = 14);
    double width_of(const std::string& text, double size);

    /// @retval kChartFault
    Result<std::string> png();

  private:
    struct Release {
        void operator()(cairo_surface_t* surface) const { cairo_surface_destroy(surface); }
        void operator()(cairo_t* pen) const { cairo_destroy(pen); }
    };
    std::unique_ptr<cairo_surface_t, Release> surface_;
    std::unique_ptr<cairo_t, Release> pen_;
};

}  // namespace penstock::app
