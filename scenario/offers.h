#pragma once

#include <string>
#include <vector>

#include "penstock/v1/price.pb.h"
#include "scenario/cast.h"

namespace penstock::scenario {

/// What a buyer takes of a component, and how much of it a report tells at most.
struct Taken {
    std::string component;
    std::int64_t least = 0;
    std::int64_t most = 0;
    std::int64_t per_report = 0;  ///< 0: not reported, charged by time.
};

/// A way of pricing, and what is bought of it.
struct PriceForm {
    std::string name;
    v1::PricePlan plan;
    std::vector<Taken> taken;
    bool is_accepted_by_agent = false;  ///< Cores alone.
};

/// Every form that a price can have: each unit, tiers of both kinds, bands, blocks, commitments,
/// and every way to do without usage that is missing.
std::vector<PriceForm> price_forms();

/// A product on sale.
struct Offer {
    std::size_t supplier = 0;
    std::string product;
    std::uint32_t price_version = 0;
    std::size_t form = 0;       ///< Of price_forms().
    bool is_by_core = false;    ///< Sold by the core, for tasks.
    bool is_post_paid = false;  ///< May be bought on credit; every second contract of it is.
};

/// Lists products: each supplier sells several forms by the plan, and cores.
std::vector<Offer> open_market(Venue& venue, const Cast& cast, const std::vector<PriceForm>& forms);

}  // namespace penstock::scenario
