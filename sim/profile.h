#pragma once

#include <string>

#include "penstock/v1/statement.pb.h"
#include "sim/world.h"

namespace penstock::sim {

/// A profile that the exchange would accept in answer to this challenge.
v1::ProfileStatement sound_profile(const World& world, const SimAgent& agent, std::uint32_t cores,
                                   const std::string& challenge);

/// Draws a challenge and answers it.
void measure(World& world, SimAgent& agent, std::uint32_t cores);

/// Hands a profile in, whatever it says.
Outcome submit(World& world, const SimAgent& agent, const v1::ProfileStatement& profile);
/// Opens a challenge; the nonce, or nothing when refused.
std::optional<std::string> open_challenge(World& world, const SimAgent& agent);

}  // namespace penstock::sim
