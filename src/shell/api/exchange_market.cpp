#include "shell/api/exchange_market.h"

#include <algorithm>
#include <array>
#include <limits>
#include <map>
#include <set>
#include <utility>

#include "advise/intent/names.h"
#include "base/try.h"
#include "core/contract/contracts.h"
#include "core/exchange/by_plan.h"
#include "core/exchange/describe.h"

namespace penstock::shell {

namespace {

using pricing::Component;
using recommend::FreeStep;
using recommend::Offer;

constexpr std::int32_t kMinutesPerHour = 60;
constexpr std::int32_t kHoursPerDay = 24;

std::uint32_t count_of(std::int64_t number) {
    return static_cast<std::uint32_t>(
        std::clamp<std::int64_t>(number, 0, std::numeric_limits<std::uint32_t>::max()));
}

/// What is free of it from an instant on, less what `taken` takes.
std::vector<FreeStep> free_steps(const exchange::State& state, ProductId id, Instant from,
                                 const StepFunction& taken) {
    const auto product = state.capacity.products().find(id);
    if (product == state.capacity.products().end()) return {};
    const capacity::Schedule& own = product->second.schedule;
    const capacity::Schedule& pool = state.capacity.pools().at(product->second.pool).schedule;
    std::set<Instant> instants{from};
    for (const StepFunction* steps :
         {&own.offered(), &own.promised(), &pool.offered(), &pool.promised(), &taken}) {
        for (auto step = steps->first_after(from); step != steps->steps().end(); ++step)
            instants.insert(step->first);
    }
    std::vector<FreeStep> free;
    for (const Instant at : instants) {
        const auto left = [&](const capacity::Schedule& schedule) {
            return schedule.offered().at(at) - schedule.promised().at(at);
        };
        const std::uint32_t cards = count_of(std::min(left(own), left(pool)) - taken.at(at));
        if (free.empty() || free.back().cards != cards) free.push_back({at, cards});
    }
    return free;
}

/// Whether card-hours of a component cost what their time costs, and nothing else comes with them.
bool is_reckoned(const pricing::PricePlan& plan, const Component& component) {
    const bool is_owed_more = std::ranges::any_of(plan.components(), [](const Component& one) {
        return one.blocks.has_value() || one.commitment.has_value();
    });
    return !is_owed_more && component.tiers.size() == 1;
}

bool covers(const pricing::Band& band, std::int32_t minute) {
    if (band.to_minute > band.from_minute)
        return minute >= band.from_minute && minute < band.to_minute;
    return minute >= band.from_minute || minute < band.to_minute;
}

/// The most that a component costs in an hour of the plan's day, on whatever day.
Money dearest_in(const Component& component, std::int32_t hour) {
    Money dearest;
    for (std::int32_t minute = hour * kMinutesPerHour; minute < (hour + 1) * kMinutesPerHour;
         ++minute) {
        bool is_always = false;
        for (const pricing::Band& band : component.bands) {
            if (!covers(band, minute)) continue;
            dearest = std::max(dearest, band.price);
            is_always = band.days == pricing::kEveryDay && band.months == pricing::kEveryMonth;
            if (is_always) break;
        }
        if (!is_always) dearest = std::max(dearest, component.tiers.front().price);
    }
    return dearest;
}

/// The price of an hour, and how it goes by the hours of the day; never too low.
void set_price(const pricing::PricePlan& plan, const Component& component, Offer& offer) {
    std::array<Money, kHoursPerDay> prices;
    for (std::int32_t hour = 0; hour < kHoursPerDay; ++hour)
        prices[static_cast<std::size_t>(hour)] = dearest_in(component, hour);
    offer.card_hour = *std::ranges::max_element(prices);
    const bool is_flat = *std::ranges::min_element(prices) == offer.card_hour;
    const std::int32_t offset = plan.offset().minutes;
    if (is_flat || offset % kMinutesPerHour != 0) return;
    offer.cheapest_hour = *std::ranges::min_element(prices);
    std::array<double, kHoursPerDay> parts{};
    for (std::int32_t hour = 0; hour < kHoursPerDay; ++hour) {
        const std::int32_t there =
            (hour + offset / kMinutesPerHour + 2 * kHoursPerDay) % kHoursPerDay;
        const auto price = static_cast<double>(prices[static_cast<std::size_t>(there)].micros);
        parts[static_cast<std::size_t>(hour)] = price / static_cast<double>(offer.card_hour.micros);
    }
    offer.price_by_hour = recommend::DayProfile(parts);
}

void set_energy(const pricing::PricePlan& plan, std::string_view component, Offer& offer) {
    const auto& energy = plan.terms().energy;
    const auto stated = std::ranges::find(energy, component, &pricing::StatedEnergy::component);
    if (stated == energy.end()) return;
    constexpr std::uint32_t kMilli = 1'000;
    offer.power = recommend::StatedPower{
        .watts = static_cast<double>(stated->milliwatt_hours) / kMilli,
        .carbon_g_per_kwh = (stated->carbon_milligrams_per_kwh.value_or(0) + kMilli - 1) / kMilli};
    offer.pue_milli = stated->pue_thousandths;
}

/// The law of the place, as far as the place is told.
std::string jurisdiction_of(const std::string& place) {
    const intent::NamedPlace* province = intent::province_of(place);
    if (province == nullptr) return "";
    if (province->id == "hong-kong") return "HK";
    if (province->id == "macao") return "MO";
    if (province->id == "taiwan") return "TW";
    return "CN";
}

std::uint32_t days_of(pricing::CalendarUnit period) {
    switch (period) {
        case pricing::CalendarUnit::day:
            return 1;
        case pricing::CalendarUnit::week:
            return 7;
        default:
            return 28;
    }
}

}  // namespace

std::vector<ExchangeMarket::Cards> ExchangeMarket::cards_of(const exchange::State& state,
                                                            const Listing& listing, Instant from) {
    const catalog::Product& product = state.catalog.product(listing.product);
    // Cards of all components come out of the same machines.
    StepFunction taken;
    const auto desk = state.desks.find(state.catalog.pool(product.pool).agent);
    if (desk != state.desks.end()) {
        for (const ContractId id : desk->second.contracts) {
            const contract::Terms& terms = state.contracts.at(id).terms;
            if (terms.product != listing.product || !terms.is_by_plan()) continue;
            const auto components = exchange::plan_of(state, terms).components();
            for (std::size_t i = 0; i < components.size(); ++i) {
                if (components[i].unit == pricing::Unit::card_hour && terms.quantities[i] > 0)
                    taken.add(terms.term, terms.quantities[i]);
            }
        }
    }
    std::vector<Cards> cards;
    for (const Component& component : listing.plan->components()) {
        if (component.unit == pricing::Unit::card_hour)
            cards.push_back({component.name, free_steps(state, listing.product, from, taken)});
    }
    return cards;
}

ExchangeMarket::ExchangeMarket(const exchange::State& state, PartyId buyer, Instant now) {
    const Instant from = now + kTimeToDecide;
    for (const ProductId id : state.catalog.listed()) {
        const catalog::Product& product = state.catalog.product(id);
        if (product.party == buyer || !exchange::is_on_sale(state, id, now)) continue;
        const catalog::Pool& pool = state.catalog.pool(product.pool);
        Listing listing{.product = id,
                        .name = product.name,
                        .supplier = state.directory.party(product.party).name,
                        .place = state.catalog.site(pool.site).place,
                        .currency = product.currency,
                        .price_version = product.price_version,
                        .core_hour = product.price_per_core_hour};
        listing.memory_per_core_bytes = catalog::memory_per_core_bytes(*pool.verified_profile(now));
        const auto terms = state.sale_terms.find(id);
        if (terms != state.sale_terms.end()) {
            listing.sale_terms_version = terms->second.newest();
            const auto* newest = terms->second.find(listing.sale_terms_version);
            if (newest != nullptr && !exchange::is_role_allowed(state, id, newest->role)) continue;
        }
        if (product.is_sold_by_core()) listing.free = free_steps(state, id, from, {});
        if (product.plan_version > 0) {
            listing.plan = *state.price_plans.at(id).find(product.plan_version);
            listing.cards = cards_of(state, listing, now + kTimeUntilCards);
        }
        listings_.push_back(std::move(listing));
    }
}

/// Puts a market together out of listings.
class ExchangeMarket::Builder {
  public:
    Builder(const ExchangeMarket& from, const estimate::ChipTable& chips, const v1::Intent& intent)
        : from_(from), chips_(chips), intent_(intent) {}

    Result<recommend::Market> take() {
        market_.name = "exchange";
        market_.hours_most =
            static_cast<double>(contract::Contracts::kTermMax.ns) / seconds(3'600).ns;
        market_.hours_least = 1.0 / 60;
        market_.most_of = [&from = from_](const v1::PlaceOrderRequest& order) {
            return from.most_of(order);
        };
        TRY(add_places());
        market_.chips.push_back({.chip = {}, .is_told = false});
        for (const Listing& listing : from_.listings_) add(listing);
        add_notes();
        return std::move(market_);
    }

  private:
    Result<void> add_places() {
        std::vector<std::string> ids;
        for (const Listing& listing : from_.listings_) {
            if (places_.try_emplace(listing.place, static_cast<std::uint32_t>(ids.size())).second)
                ids.push_back(listing.place);
        }
        TRY_ASSIGN(market_.places, recommend::read_places(ids));
        return {};
    }

    std::uint32_t chip_of(const std::string& name) {
        if (name.empty()) return 0;
        const auto known = by_name_.find(name);
        if (known != by_name_.end()) return known->second;
        const auto chip = chips_.find(name);
        std::uint32_t index = 0;
        if (chip) {
            index = static_cast<std::uint32_t>(market_.chips.size());
            market_.chips.push_back({.chip = *chip,
                                     .ids = recommend::ids_of(*chip),
                                     .domestic = recommend::is_domestic(*chip)});
        }
        by_name_.emplace(name, index);
        return index;
    }

    Offer offer_of(const Listing& listing) const {
        Offer offer;
        offer.id = listing.product.text();
        offer.name = listing.name;
        offer.supplier = listing.supplier;
        offer.price_version = listing.price_version;
        offer.place = places_.at(listing.place);
        offer.memory_per_core_bytes = listing.memory_per_core_bytes;
        offer.currency = listing.currency;
        offer.jurisdiction = jurisdiction_of(listing.place);
        offer.is_node_told = false;
        offer.source = listing.product.text();
        if (listing.plan) offer.source += ", price plan " + std::to_string(listing.plan->version());
        return offer;
    }

    void add(const Listing& listing) {
        if (listing.core_hour > Money{}) {
            Offer offer = offer_of(listing);
            offer.resource = recommend::Resource::cores;
            offer.card_hour = listing.core_hour;
            offer.free = listing.free;
            if (listing.plan)
                set_energy(*listing.plan, listing.plan->components().front().name, offer);
            market_.offers.push_back(std::move(offer));
        }
        bool is_any_not_reckoned = false;
        bool is_any_chip_unknown = false;
        for (const Cards& cards : listing.cards) {
            const auto component =
                std::ranges::find(listing.plan->components(), cards.component, &Component::name);
            if (!is_reckoned(*listing.plan, *component)) {
                is_any_not_reckoned = true;
                continue;
            }
            Offer offer = offer_of(listing);
            offer.sale_terms_version = listing.sale_terms_version;
            offer.component = cards.component;
            offer.free = cards.free;
            offer.chip = chip_of(component->chip);
            if (offer.chip == 0 && !component->chip.empty()) is_any_chip_unknown = true;
            offer.billing_days = days_of(listing.plan->terms().billing_period);
            set_price(*listing.plan, *component, offer);
            set_energy(*listing.plan, cards.component, offer);
            market_.offers.push_back(std::move(offer));
            ++card_offers_;
        }
        if (is_any_not_reckoned) ++not_reckoned_;
        if (is_any_chip_unknown) ++unknown_chips_;
    }

    void note(std::string chinese, std::string english) {
        v1::BilingualText& text = market_.notes.emplace_back();
        text.set_chinese(std::move(chinese));
        text.set_english(std::move(english));
    }

    void add_notes() {
        note("没有预留任何资源：价格与空闲在下单前可能改变；最早十分钟后开始，供您考虑。",
             "Nothing is held: prices, and what is free, can change before you order. Plans begin "
             "in ten minutes at the earliest, for you to decide.");
        if (card_offers_ > 0 && intent_.cores() == 0) {
            note("卡由供方人工接受，供方有一天时间：因此方案最早一天零十分钟后开始。",
                 "A person of the supplier accepts orders of cards, and has a day for that: plans "
                 "of cards begin after it.");
            note(
                "卡数无人核验：以产品空闲核数减去合同已占卡数计。每节点按 8 卡估算。",
                "Cards are counted by nobody: as many count as free as the product has cores free, "
                "less those of its contracts. Nodes are taken to have 8 cards.");
        }
        if (intent_.data_size_bytes() > 0)
            note("入口带宽与搬运价格未知，不计入。",
                 "How fast data gets there, and what that costs, no product tells: not counted.");
        if (not_reckoned_ > 0)
            note("有 " + std::to_string(not_reckoned_) +
                     " 个产品的卡按阶梯、预付包或承诺量计价，这些卡未列入。",
                 products(not_reckoned_, "prices", "price") +
                     " cards in tiers, blocks or commitments; these are left out.");
        if (unknown_chips_ > 0)
            note("有 " + std::to_string(unknown_chips_) + " 个产品的芯片不在芯片表中，视为未说明。",
                 products(unknown_chips_, "names", "name") +
                     " a chip that the table of chips lacks; taken as not told.");
    }
    static std::string products(std::size_t number, const char* does, const char* they_do) {
        return number == 1 ? std::string("1 product ") + does
                           : std::to_string(number) + " products " + they_do;
    }

    const ExchangeMarket& from_;
    const estimate::ChipTable& chips_;
    const v1::Intent& intent_;
    recommend::Market market_;
    std::map<std::string, std::uint32_t, std::less<>> places_;
    std::map<std::string, std::uint32_t, std::less<>> by_name_;
    std::size_t card_offers_ = 0;
    std::size_t not_reckoned_ = 0;   ///< Products.
    std::size_t unknown_chips_ = 0;  ///< The same.
};

Result<recommend::Market> ExchangeMarket::market(const estimate::ChipTable& chips,
                                                 const v1::Intent& intent) const {
    return Builder(*this, chips, intent).take();
}

Result<Money> ExchangeMarket::most_of(const v1::PlaceOrderRequest& order) const {
    Money sum;
    for (const v1::OrderLine& line : order.lines()) {
        const ProductId id = ProductId::parse(line.product()).value();
        const auto listing = std::ranges::lower_bound(listings_, id, {}, &Listing::product);
        const Interval term{Instant{line.term().start_ns()}, Instant{line.term().end_ns()}};
        Money most;
        if (line.quantities().empty()) {
            contract::Terms terms;
            terms.cores = line.cores();
            terms.term = term;
            terms.price_per_core_hour = listing->core_hour;
            TRY_ASSIGN(most, contract::Contracts::bound(terms));
        } else {
            const auto components = listing->plan->components();
            std::vector<std::int64_t> quantities(components.size());
            for (const v1::PlanQuantity& asked : line.quantities()) {
                const auto at = std::ranges::find(components, asked.component(), &Component::name);
                quantities[static_cast<std::size_t>(at - components.begin())] = asked.quantity();
            }
            TRY_ASSIGN(most, exchange::most_of_term(*listing->plan, term, std::move(quantities)));
        }
        // What costs nothing is held for, too.
        sum += std::max(most, Money{kMicrosPerFen});
    }
    return sum;
}

}  // namespace penstock::shell
