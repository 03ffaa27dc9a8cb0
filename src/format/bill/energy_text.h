#pragma once

#include <string>

#include "penstock/v1/settlement.pb.h"

namespace penstock::format {

/// Numbers for people: "0.315".
struct EnergyText {
    std::string kwh;
    std::string carbon_kg;
};

/// What the usage on a bill took, summed over the lines that state it. A figure that no line states
/// is empty, and not 0.
EnergyText energy_text(const v1::SettlementBill& bill);

}  // namespace penstock::format
