#pragma once

#include <string_view>

namespace penstock::delay {

/// data/tables/cities.csv and delay_model.csv, compiled in.
std::string_view shipped_cities_csv();
std::string_view shipped_model_csv();

}  // namespace penstock::delay
