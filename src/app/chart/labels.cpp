#include "app/chart/labels.h"

#include <algorithm>

namespace penstock::app {

void Labels::keep_off(double x, double y, double radius) {
    taken_.push_back({x - radius, y - radius, x + radius, y + radius});
}

void Labels::write(double x, double y, const std::string& text, double size) {
    const double width = picture_.width_of(text, size);
    const double middle = y + 4;
    Box box{};
    for (const double shift : {0.0, -14.0, 14.0, -28.0, 28.0, -42.0, 42.0}) {
        bool free = false;
        for (const double left : {x + 8, x - 8 - width}) {
            box = {left, middle + shift - size, left + width, middle + shift + 2};
            free = std::ranges::none_of(taken_, [&](const Box& one) { return one.meets(box); });
            if (free) break;
        }
        if (free) break;
    }
    taken_.push_back(box);
    picture_.write(box.left, box.bottom - 2, text, size);
}

}  // namespace penstock::app
