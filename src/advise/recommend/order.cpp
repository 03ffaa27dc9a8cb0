#include "advise/recommend/order.h"

#include <algorithm>

namespace penstock::recommend {

v1::PlaceOrderRequest order_of(const Query& query, std::span<const Leg> legs,
                               std::span<const double> longer) {
    v1::PlaceOrderRequest order;
    for (std::size_t i = 0; i < legs.size(); ++i) {
        const Leg& leg = legs[i];
        const Offer& offer = *leg.offer;
        v1::OrderLine& line = *order.add_lines();
        line.set_product(offer.id);
        line.set_price_version(offer.price_version);
        if (offer.sale_terms_version) line.set_sale_terms_version(*offer.sale_terms_version);
        const double more = longer.empty() ? 0 : longer[i];
        const double hours =
            std::clamp(leg.hours * (1 + more), query.market.hours_least, query.market.hours_most);
        Instant end = leg.start + hours_long(hours);
        if (query.deadline) end = std::min(end, std::max(*query.deadline, leg.finish()));
        line.mutable_term()->set_start_ns(leg.start.ns);
        line.mutable_term()->set_end_ns(end.ns);
        if (offer.resource == Resource::cores) {
            line.set_cores(leg.cards);
            continue;
        }
        v1::PlanQuantity& cards = *line.add_quantities();
        cards.set_component(offer.component);
        cards.set_quantity(leg.cards);
    }
    return order;
}

std::int64_t held_for(const Query& query, const v1::PlaceOrderRequest& order) {
    if (!query.market.most_of) return 0;
    const auto most = query.market.most_of(order);
    return most ? most->micros : kMoneyMax.micros;
}

std::int64_t least_budget(const Query& query, const Option& option, std::span<const Leg> legs) {
    return std::max(up_to_fen(option.merits.cost), held_for(query, order_of(query, legs)));
}

}  // namespace penstock::recommend
