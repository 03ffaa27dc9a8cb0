#pragma once

#include <cstdint>
#include <string>

#include "base/time.h"

/// Instants as people and standards write them. Not before 1970.
namespace penstock::format {

/// "2028-02-01" at an offset from UTC.
std::string date_text(Instant at, std::int32_t utc_offset_minutes);
/// "2028-02-01 08:00" at an offset from UTC.
std::string local_time_text(Instant at, std::int32_t utc_offset_minutes);
/// "2028-02-01T00:00:00Z"; with the fraction of a second where there is one: "…:00.5Z".
std::string iso_time_text(Instant at);
/// ".5" for half a second in nanoseconds; nothing for none.
std::string fraction_text(std::int64_t ns);

}  // namespace penstock::format
