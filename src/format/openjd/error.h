#pragma once

#include "base/error.h"

namespace penstock::openjd {

inline constexpr Rejection kOpenJdUnknown{11201, Code::invalid_argument, "OPENJD_UNKNOWN_FIELD",
                                          "The template has a field that the specification "
                                          "(2023-09) does not know."};
inline constexpr Rejection kOpenJdValue{11202, Code::invalid_argument, "OPENJD_VALUE",
                                        "A field of the template has a value it cannot have."};
inline constexpr Rejection kOpenJdMissing{11203, Code::invalid_argument, "OPENJD_MISSING_FIELD",
                                          "The template lacks a field it must have."};

}  // namespace penstock::openjd
