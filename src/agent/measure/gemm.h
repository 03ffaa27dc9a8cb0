#pragma once

#include <vector>

#include "agent/measure/measure.h"

namespace penstock::agent {

/// Speed of dense matrix multiplication by OpenBLAS with one thread for each core, in double and
/// single precision: 2 n³ operations over the time taken.
///
/// OpenBLAS is loaded for the measurement only: it starts threads as soon as it is loaded, which no
/// other part of the program should pay for.
/// @retval kMeasurementFailed  The library is not there, or its product is wrong.
Result<std::vector<v1::Measurement>> measure_gemm(std::size_t threads, Thoroughness thoroughness);

}  // namespace penstock::agent
