#include "advise/recommend/screen.h"

#include <algorithm>
#include <string>

#include "advise/delay/estimate.h"
#include "advise/intent/names.h"
#include "advise/recommend/error.h"
#include "advise/recommend/option.h"
#include "base/try.h"

namespace penstock::recommend {

namespace {

template <class List>
bool lies_in_any(const std::string& place, const List& outer) {
    return std::ranges::any_of(outer, [&](const auto& one) { return intent::lies_in(place, one); });
}

/// Whether a province is a city at once, such as Shanghai.
bool is_municipality(const intent::NamedPlace& place) {
    return std::ranges::any_of(intent::city_points(), [&](const intent::CityPoint& point) {
        return point.id == place.id;
    });
}

/// The place that data may not leave; empty where it may. Important and core data stay in their
/// province where nothing else is said.
/// @retval kIntentIncomplete  Where it lies is needed, and not said closely enough.
Result<std::string> residence_of(const v1::Intent& intent) {
    std::string residence = intent.residence();
    const bool is_guarded = intent.data_class() == v1::DATA_CLASS_IMPORTANT ||
                            intent.data_class() == v1::DATA_CLASS_CORE;
    if (residence.empty() && is_guarded) residence = "own-province";
    // Nothing that is offered to all is the buyer's own.
    if (!residence.starts_with("own-") || residence == "own-site") return residence;
    const intent::NamedPlace* place = intent::find_place(intent.data_place());
    const intent::NamedPlace* province = intent::province_of(intent.data_place());
    if (place == nullptr || province == nullptr)
        return reject(kIntentIncomplete, "data_place",
                      "Say in which city or province the data lies, which it may not leave.");
    if (residence != "own-city") return province->id;
    // A municipality is a city as well.
    const bool is_city = place->kind == intent::PlaceKind::city || is_municipality(*place);
    if (!is_city)
        return reject(kIntentIncomplete, "data_place",
                      "Say in which city the data lies, which it may not leave.");
    return place->id;
}

bool is_chip_wanted(const v1::Intent& intent, const MarketChip& chip) {
    if (!chip.is_told)
        return intent.chip_origin() == v1::CHIP_ORIGIN_UNSPECIFIED && intent.chips().empty() &&
               intent.chips_excluded().empty();
    const auto is_named = [&](const auto& names) {
        return std::ranges::any_of(names, [&](const std::string& name) {
            return std::ranges::find(chip.ids, name) != chip.ids.end();
        });
    };
    if (intent.chip_origin() == v1::CHIP_ORIGIN_DOMESTIC && !chip.domestic) return false;
    if (intent.chip_origin() == v1::CHIP_ORIGIN_FOREIGN && chip.domestic) return false;
    if (!intent.chips().empty() && !is_named(intent.chips())) return false;
    return !is_named(intent.chips_excluded());
}

bool has_memory(const v1::Intent& intent, const MarketChip& chip) {
    if (intent.card_memory_bytes() == 0) return true;
    const auto memory = estimate::memory_bytes(chip.chip);
    if (!chip.is_told || !memory) return false;
    return *memory >= static_cast<double>(intent.card_memory_bytes());
}

bool is_energy_fine(const v1::Intent& intent, const MarketPlace& place, const Offer& offer) {
    if (intent.green_share_basis_points() > offer.green_basis_points) return false;
    if (intent.pue_milli() != 0 && (offer.pue_milli == 0 || offer.pue_milli > intent.pue_milli()))
        return false;
    const std::uint32_t carbon = carbon_of(place, offer);
    return intent.carbon_intensity_g_per_kwh() == 0 ||
           (carbon != 0 && carbon <= intent.carbon_intensity_g_per_kwh());
}

bool is_supplier_fine(const v1::Intent& intent, const Offer& offer) {
    return (!intent.suppliers_certified() || offer.is_supplier_certified) &&
           intent.security_level() <= offer.security_level &&
           intent.availability_ppm() <= offer.availability_ppm;
}

/// Memory is of each node where there are nodes, else of all cores.
bool has_core_memory(const v1::Intent& intent, const Need& need, const Offer& offer) {
    const double wanted = static_cast<double>(intent.memory_bytes()) * std::max(1U, intent.nodes());
    return need.resource != Resource::cores ||
           wanted <= static_cast<double>(offer.memory_per_core_bytes) * need.cards_least;
}

/// The price of a card or core for an hour at most; empty where the limit is in another unit.
std::optional<Money> card_hour_limit(const v1::Intent& intent, std::uint32_t cards_per_node) {
    constexpr std::int64_t kHoursOfMonth = 720;
    if (!intent.has_unit_price()) return std::nullopt;
    const std::int64_t micros = intent.unit_price().price().micros();
    const std::int64_t node = std::max(1U, cards_per_node);
    switch (intent.unit_price().unit()) {
        case v1::INTENT_PRICE_UNIT_CARD_HOUR:
        case v1::INTENT_PRICE_UNIT_CORE_HOUR:
            return Money{micros};
        case v1::INTENT_PRICE_UNIT_CARD_DAY:
            return Money{micros / 24};
        case v1::INTENT_PRICE_UNIT_CARD_MONTH:
            return Money{micros / kHoursOfMonth};
        case v1::INTENT_PRICE_UNIT_NODE_HOUR:
            return Money{micros / node};
        case v1::INTENT_PRICE_UNIT_NODE_MONTH:
            return Money{micros / node / kHoursOfMonth};
        default:
            return std::nullopt;
    }
}

}  // namespace

std::uint32_t cards_ever_free(const Offer& offer) {
    std::uint32_t most = 0;
    for (const FreeStep& step : offer.free) most = std::max(most, step.cards);
    return most;
}

Result<Screen> Screen::make(const Query& query) {
    Screen screen(query);
    TRY(screen.look_at_places());
    screen.look_at_chips();
    return screen;
}

Result<std::optional<std::uint32_t>> Screen::delay_to(const MarketPlace& place,
                                                      const v1::IntentLatency& limit) const {
    const intent::NamedPlace* from = intent::find_place(limit.from());
    if (from == nullptr)
        return reject(kIntentIncomplete, "latency", "Say from which city the delay counts.");
    const delay::Places& places = delay::Places::shipped();
    const auto at = places.find(from->name_zh);
    if (!at)
        return reject(kIntentIncomplete, "latency",
                      "Where " + from->name_en +
                          " lies is not known to the table of cities; say "
                          "a city.");
    if (!place.delay_id) return std::nullopt;
    const auto delays = delay::estimate(places, {}, delay::shipped_models().front(),
                                        {.from = *at, .to = *place.delay_id});
    return static_cast<std::uint32_t>(delays.one_way.us);
}

Result<void> Screen::look_at_places() {
    const v1::Intent& intent = query_->intent;
    TRY_ASSIGN(const std::string residence, residence_of(intent));
    for (const MarketPlace& place : query_->market.places) {
        PlaceView view;
        const bool is_wanted = intent.places().empty() || lies_in_any(place.id, intent.places());
        if (!is_wanted || lies_in_any(place.id, intent.places_excluded()))
            view.unmet |= bit(Constraint::place);
        if (!residence.empty() && !intent::lies_in(place.id, residence))
            view.unmet |= bit(Constraint::residence);
        for (const v1::IntentLatency& limit : intent.latency()) {
            TRY_ASSIGN(const auto one_way, delay_to(place, limit));
            // What was not said is taken as a round trip, which is the stricter of the two.
            const std::uint32_t trips = limit.way() == v1::DELAY_WAY_ONE_WAY ? 1 : 2;
            if (!one_way || *one_way * trips > limit.limit_us())
                view.unmet |= bit(Constraint::latency);
            view.delay_us = std::max(view.delay_us, one_way.value_or(0));
        }
        places_.push_back(view);
    }
    return {};
}

void Screen::look_at_chips() {
    for (const MarketChip& chip : query_->market.chips) {
        Unmet unmet = 0;
        if (!is_chip_wanted(query_->intent, chip)) unmet |= bit(Constraint::chip);
        if (!has_memory(query_->intent, chip)) unmet |= bit(Constraint::memory);
        chips_.push_back(unmet);
    }
    for (const Offer& offer : query_->market.offers) {
        const Node node{offer.chip, offer.cards_per_node};
        if (work_.contains(node)) continue;
        auto work = ChipWork::make(query_->estimator, query_->need,
                                   query_->market.chips[offer.chip].chip, offer.cards_per_node);
        work_[node] = work ? std::optional(*std::move(work)) : std::nullopt;
    }
}

const ChipWork* Screen::work(const Offer& offer) const {
    if (offer.resource != query_->need.resource) return nullptr;
    const auto& known = work_.at({offer.chip, offer.cards_per_node});
    return known ? &*known : nullptr;
}

Unmet Screen::unmet(const Offer& offer) const {
    const v1::Intent& intent = query_->intent;
    Unmet unmet = places_[offer.place].unmet | chips_[offer.chip];
    const auto demand = [&](bool is_met, Constraint constraint) {
        if (!is_met) unmet |= bit(constraint);
    };
    demand(offer.currency == query_->currency, Constraint::currency);
    const bool is_resource = offer.resource == query_->need.resource;
    demand(is_resource, Constraint::resource);
    demand(has_core_memory(intent, query_->need, offer), Constraint::memory);
    const ChipWork* chip_work = work(offer);
    demand(chip_work != nullptr || !is_resource, Constraint::work);
    demand(chip_work == nullptr || chip_work->is_sure(), Constraint::figures);
    demand(!intent.chips_certified() || offer.is_chip_certified, Constraint::chip);
    const auto& laws = intent.jurisdiction();
    demand(laws.empty() || std::ranges::find(laws, offer.jurisdiction) != laws.end(),
           Constraint::jurisdiction);
    demand(is_supplier_fine(intent, offer), Constraint::supplier);
    demand(intent.interruption() != v1::INTERRUPTION_NONE || !offer.can_be_taken_back,
           Constraint::interruption);
    demand(is_energy_fine(intent, query_->market.places[offer.place], offer), Constraint::energy);
    const auto limit = card_hour_limit(intent, offer.cards_per_node);
    demand(!limit || offer.card_hour <= *limit, Constraint::unit_price);
    const std::uint32_t least = chip_work == nullptr ? 1 : chip_work->least();
    const std::uint32_t most = query_->need.cards_most;
    demand(cards_ever_free(offer) >= least && (most == 0 || least <= most), Constraint::cards);
    demand(intent.cards_per_node() == 0 ||
               (offer.is_node_told && offer.cards_per_node >= intent.cards_per_node()),
           Constraint::cards);
    return unmet;
}

}  // namespace penstock::recommend
