#pragma once

#include "penstock/v1/settlement.pb.h"
#include "shell/projection/projection.h"

namespace penstock::bills {

/// More attempts than that are added up by their price.
inline constexpr std::size_t kAttemptLinesMax = 10'000;

/// Adds the lines of a bill's charges, in the order in which they first came.
void add_lines(const projection::BillSources& sources, v1::SettlementBill& bill);

/// Text that can be printed, or else what stands for it.
std::string label_or(const std::string& text, const std::string& otherwise);

}  // namespace penstock::bills
