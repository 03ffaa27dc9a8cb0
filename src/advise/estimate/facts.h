#pragma once

#include <string_view>

namespace penstock::estimate {

/// Tables of data/tables, compiled in; each row of each names its source.
std::string_view chips_csv();
std::string_view architectures_csv();
std::string_view mfu_bench_csv();
std::string_view mfu_published_csv();
std::string_view matmul_csv();
/// What is compared with estimates. Nothing is calibrated on it.
std::string_view runs_csv();

}  // namespace penstock::estimate
