#pragma once

#include "agent/measure/measure.h"

namespace penstock::agent {

/// Memory bandwidth by STREAM's triad, a[i] = b[i] + s·c[i]: 24 bytes moved for each element (two
/// read, one written; the read that a cache makes before a write is not counted), with one thread
/// pinned to each core.
///
/// The arrays are larger than usual caches together; on a machine with an unusually large one the
/// figure is that cache's.
v1::Measurement measure_triad(const std::vector<std::uint32_t>& cpu_ids, Thoroughness thoroughness);

}  // namespace penstock::agent
