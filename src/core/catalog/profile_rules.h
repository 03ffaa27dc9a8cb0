#pragma once

#include "base/error.h"
#include "base/time.h"
#include "core/catalog/types.h"

namespace penstock::catalog {

/// Is this what a measurement can have shown? Says nothing of its challenge.
/// @retval kProfileCoresInvalid, kProfileMemoryInvalid, kProfileTimeInvalid, kProfileTextInvalid,
///         kProfileCpusInvalid, kMeasurementInvalid, kMeasurementMissing
Result<void> check_profile_facts(const Profile& profile, Instant now);

}  // namespace penstock::catalog
