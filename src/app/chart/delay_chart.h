#pragma once

#include <span>
#include <string>

#include "advise/delay/estimate.h"
#include "base/error.h"

namespace penstock::app {

/// A PNG: a map around a place with the circles in which the model lies within each of kCirclesUs,
/// one way, and every place in the colour of the circle that it is in, filled where it was
/// measured.
/// @param reaches  As delay::reaches() gives them for the centre.
/// @retval kChartFault
Result<std::string> circles_chart(const delay::Places& places, std::size_t centre,
                                  std::span<const delay::Reach> reaches, const delay::Model& model,
                                  delay::Network network);

}  // namespace penstock::app
