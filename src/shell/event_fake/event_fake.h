#pragma once

#include <cstdint>
#include <vector>

#include "penstock/v1/event.pb.h"

namespace penstock::event_fake {

/// A history of at least `orders` orders that runs from registration to settlement: party_1 is the
/// operator, party_2 and party_3 supply, party_4 buys. Order n has the contracts 2n-1 and 2n and
/// two tasks, 2n-1 and 2n; now and then an attempt is lost and made again. Sequences rise from 1;
/// one command may have several events.
std::vector<v1::Event> history(std::uint32_t seed, unsigned orders);

}  // namespace penstock::event_fake
