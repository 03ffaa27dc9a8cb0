#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "penstock/v1/event.pb.h"

namespace penstock::evidence {

/// What the log keeps of one event.
struct Fact {
    std::string kind;  ///< order, contract, notice, change_order, computation, charge, settlement,
                       ///< bill, dispute, usage, audit …
    std::string subject;   ///< ord_…, ctr_…, task_…, bill_…, dsp_…, agent_…, pool_…, party_…
    std::string order;     ///< The order it belongs to; empty when none is known.
    std::string contract;  ///< The contract it belongs to; empty for none.
    bool receipt = false;  ///< Whether the parties of the order get a receipt of it.
    std::string payload;   ///< Canonical JSON of the event, up to 512 KiB.
};

/// The fact that an event states; nothing for events of no evidential value (transfers, an attempt
/// on its way). Depends on the event alone, so that the log can be made again.
std::optional<Fact> fact_of(const v1::Event& event);

}  // namespace penstock::evidence
