#pragma once

#include <string>
#include <vector>

#include "app/chart/picture.h"

namespace penstock::app {

/// Writes names beside their points where no other point or name is.
class Labels {
  public:
    explicit Labels(Picture& picture) : picture_(picture) {}

    /// Keeps names off a point. All points come before the names.
    void keep_off(double x, double y, double radius);
    void write(double x, double y, const std::string& text, double size = 11);

  private:
    struct Box {
        double left, top, right, bottom;
        bool meets(const Box& other) const {
            return left < other.right && other.left < right && top < other.bottom &&
                   other.top < bottom;
        }
    };

    Picture& picture_;
    std::vector<Box> taken_;
};

}  // namespace penstock::app
