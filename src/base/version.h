#pragma once

namespace penstock {

/// Of this Penstock. The one place that says it; `./dev package` reads it here, too.
inline constexpr const char* kVersion = "0.1.0";

}  // namespace penstock
