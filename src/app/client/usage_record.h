#pragma once

#include <optional>
#include <string_view>

#include "format/exports/usage_record.h"
#include "penstock/v1/meter.pb.h"

namespace penstock::client {

/// The usage record of an attempt; empty when the meter knows nothing of it, or it took no time.
/// What else is not known is left out.
/// @param exchange  Names the exchange for ever: its log's origin.
std::optional<format::UsageRecord> usage_record(const v1::MeteredAttempt& attempt,
                                                std::string_view exchange);

}  // namespace penstock::client
