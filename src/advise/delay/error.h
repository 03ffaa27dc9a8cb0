#pragma once

#include <array>

#include "base/error.h"

namespace penstock::delay {

inline constexpr Rejection kPlaceUnknown{16601, Code::not_found, "PLACE_UNKNOWN",
                                         "There is no place of this name in the table."};
inline constexpr Rejection kPlacesInvalid{
    16602, Code::invalid_argument, "PLACES_INVALID",
    "A table of places has the columns name_zh, name_en, province, kind, lat, lon and source, and "
    "each name once."};
inline constexpr Rejection kMeasurementsInvalid{
    16603, Code::invalid_argument, "DELAY_MEASUREMENTS_INVALID",
    "A table of measured delays has the columns from, to, kind (one-way or rtt), network (same or "
    "cross), delay_us, measured_on and source; docs/delay.md."};
inline constexpr Rejection kModelUnknown{16604, Code::not_found, "DELAY_MODEL_UNKNOWN",
                                         "There is no model of this name."};

inline constexpr std::array kRejections{&kPlaceUnknown, &kPlacesInvalid, &kMeasurementsInvalid,
                                        &kModelUnknown};

}  // namespace penstock::delay
