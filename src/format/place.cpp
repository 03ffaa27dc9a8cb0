#include "format/place.h"

namespace penstock::format {

std::string place_text(std::string_view file, Place place) {
    std::string text(file);
    text.append(":").append(std::to_string(place.line)).append(":");
    return text.append(std::to_string(place.column)).append(": ");
}

}  // namespace penstock::format
