#pragma once

#include <string_view>

namespace penstock::recommend {

/// Tables of data/tables, compiled in; each row of each names its source.
std::string_view prices_csv();
std::string_view grid_factors_csv();

}  // namespace penstock::recommend
