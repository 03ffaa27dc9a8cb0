#pragma once

#include <string>

#include "base/wide.h"
#include "penstock/v1/price.pb.h"
#include "penstock/v1/settlement.pb.h"

namespace penstock::bills {

/// Writes to a line what its quantity took, by what the plan states of its component: nothing where
/// it states nothing, where the line is not of usage, or where a figure would not fit.
/// @param quantity_nanos  Billionths of the price's unit.
///
/// energy = quantity × the machines' energy for a unit × PUE, and carbon = energy × the grid's
/// factor, each to the nearest millionth (of a kWh, of a kg), halves to the even one.
void add_energy(const v1::PricePlan& plan, const std::string& component, Wide quantity_nanos,
                v1::SettlementLine& line);

/// Writes to a line of core-hours the work that they could do: quantity × rate, to the nearest
/// millionth of a PFLOPS·h. Nothing where the rate is 0 or the figure would not fit.
void add_work(std::int64_t mflops_per_core, Wide quantity_nanos, v1::SettlementLine& line);

}  // namespace penstock::bills
