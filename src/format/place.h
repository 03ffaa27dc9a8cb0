#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace penstock::format {

/// Where something stands in a file, both counted from 1.
struct Place {
    std::size_t line = 1;
    std::size_t column = 1;
};

/// "<file>:<line>:<column>: ", as compilers and editors write it.
std::string place_text(std::string_view file, Place place);

}  // namespace penstock::format
