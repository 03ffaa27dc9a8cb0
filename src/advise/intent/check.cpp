#include "advise/intent/check.h"

#include <algorithm>
#include <set>
#include <string>
#include <utility>

#include "advise/intent/error.h"
#include "advise/intent/light.h"
#include "advise/intent/names.h"
#include "advise/intent/shipped.h"
#include "advise/intent/slots.h"
#include "advise/intent/table.h"
#include "advise/intent/value_text.h"
#include "base/money.h"

namespace penstock::intent {

namespace {

constexpr std::int64_t kSecond = 1'000'000'000;

class Findings {
  public:
    void add(std::string_view field, std::string what) {
        if (!seen_.insert(what).second) return;
        errors_.emplace_back(kIntentConflict, field, std::move(what));
    }
    std::vector<Error> take() { return std::move(errors_); }

  private:
    std::vector<Error> errors_;
    std::set<std::string> seen_;
};

void check_time(const v1::Intent& intent, std::optional<Instant> now, Findings& found) {
    const std::int64_t deadline = intent.deadline_ns();
    if (deadline != 0 && now && deadline <= now->ns)
        found.add("deadline", "The deadline " + instant_text(deadline) + " has passed.");
    if (deadline != 0 && intent.start_ns() >= deadline) {
        found.add("deadline", "The deadline " + instant_text(deadline) +
                                  " is not after the start " + instant_text(intent.start_ns()) +
                                  ".");
        return;
    }
    if (intent.within_seconds() != 0 && intent.duration_seconds() > intent.within_seconds()) {
        found.add("duration",
                  "Capacity is wanted for longer than the time within which all must "
                  "be done.");
    }
    if (deadline != 0 && intent.start_ns() != 0 &&
        intent.duration_seconds() > (deadline - intent.start_ns()) / kSecond) {
        found.add("duration",
                  "Capacity is wanted for longer than there is between start and deadline.");
    }
}

void check_machines(const v1::Intent& intent, Findings& found) {
    const std::uint64_t cards = intent.cards() != 0
                                    ? intent.cards()
                                    : std::uint64_t{intent.nodes()} * intent.cards_per_node();
    if (intent.cards_min() != 0 && intent.cards_max() != 0 &&
        intent.cards_min() > intent.cards_max()) {
        found.add("cards_min", "At least " + std::to_string(intent.cards_min()) +
                                   " cards and at most " + std::to_string(intent.cards_max()) +
                                   ".");
    }
    if (cards != 0 && intent.cards_min() > cards)
        found.add("cards", "There are fewer cards than cards_min.");
    if (cards != 0 && intent.cards_max() != 0 && cards > intent.cards_max())
        found.add("cards", "There are more cards than cards_max.");
    if (intent.cards() != 0 && intent.nodes() != 0 && intent.cards_per_node() != 0 &&
        std::uint64_t{intent.nodes()} * intent.cards_per_node() != intent.cards()) {
        found.add("cards", std::to_string(intent.nodes()) + " nodes of " +
                               std::to_string(intent.cards_per_node()) + " cards are not " +
                               std::to_string(intent.cards()) + " cards.");
    }
    if (intent.parameters() != 0 && intent.active_parameters() > intent.parameters())
        found.add("active_parameters", "More parameters are active than there are.");
}

/// The largest memory of a chip's models in data/tables/chips.csv, in bytes; 0 where none is known.
std::uint64_t memory_of(const NamedChip& chip) {
    static const Table table(kChipFactsCsv);
    std::uint64_t largest = 0;
    for (std::size_t row = 0; row < table.rows(); ++row) {
        const bool matches = stands_for(chip, table.text(row, "vendor"), table.text(row, "model"));
        const std::string text = table.text(row, "mem_gib");
        if (!matches || text.empty()) continue;
        if (text.find_first_not_of("0123456789") != text.npos || text.size() > 6) continue;
        largest = std::max<std::uint64_t>(largest, std::stoull(text) << 30);
    }
    return largest;
}

bool covers(const NamedChip& wide, const NamedChip& narrow) {
    if (wide.id == narrow.id) return true;
    return wide.family && wide.vendor == narrow.vendor &&
           (narrow.model_prefix.empty()
                ? wide.model_prefix.empty()
                : narrow.model_prefix.starts_with(wide.model_prefix) || wide.model_prefix.empty());
}

void check_chips(const v1::Intent& intent, Findings& found) {
    std::uint64_t memory = 0;
    bool all_known = intent.chips_size() > 0;
    for (const std::string& id : intent.chips()) {
        const NamedChip* const chip = find_chip(id);
        if (chip == nullptr) continue;
        const bool domestic_only = intent.chip_origin() == v1::CHIP_ORIGIN_DOMESTIC;
        if (domestic_only && !chip->domestic) {
            found.add("chips", "Domestic chips only, and " + id + " of " + chip->vendor +
                                   ", which is not domestic.");
        }
        if (intent.chip_origin() == v1::CHIP_ORIGIN_FOREIGN && chip->domestic)
            found.add("chips", "Foreign chips only, and " + id + ", which is domestic.");
        for (const std::string& other : intent.chips_excluded()) {
            const NamedChip* const excluded = find_chip(other);
            if (excluded != nullptr && covers(*excluded, *chip))
                found.add("chips", id + " is wanted, and " + other + " is excluded.");
        }
        const std::uint64_t own = memory_of(*chip);
        if (own == 0) all_known = false;
        memory = std::max(memory, own);
    }
    if (all_known && intent.card_memory_bytes() > memory) {
        found.add("card_memory", "No wanted chip has " + bytes_text(intent.card_memory_bytes()) +
                                     "; the largest has " + bytes_text(memory) + ".");
    }
}

/// The place that data may not leave; empty where it is not said or not known.
std::string kept_in(const v1::Intent& intent) {
    if (!intent.residence().starts_with("own-")) return intent.residence();
    const NamedPlace* const place = find_place(intent.data_place());
    if (place == nullptr) return {};
    if (intent.residence() == "own-province" || intent.residence() == "own-domain")
        return place->kind == PlaceKind::city ? place->within : place->id;
    return place->id;
}

void check_places(const v1::Intent& intent, Findings& found) {
    const auto excluded_by = [&intent](std::string_view place) -> const std::string* {
        for (const std::string& excluded : intent.places_excluded())
            if (lies_in(place, excluded)) return &excluded;
        return nullptr;
    };
    for (const std::string& place : intent.places()) {
        if (const std::string* excluded = excluded_by(place))
            found.add("places", place + " is wanted, and " + *excluded + " is excluded.");
    }
    const std::string kept = kept_in(intent);
    if (kept.empty()) return;
    if (const std::string* excluded = excluded_by(kept)) {
        found.add("residence",
                  "Data must stay in " + kept + ", which lies in " + *excluded + ", excluded.");
    }
    const bool apart = intent.places_size() > 0 &&
                       std::ranges::none_of(intent.places(), [&kept](const std::string& place) {
                           return overlap(place, kept);
                       });
    if (apart) {
        found.add("residence", "Data must stay in " + kept +
                                   ", and none of the wanted places has a part of it.");
    }
    if (!intent.data_place().empty() && !overlap(intent.data_place(), kept)) {
        found.add("residence", "Data lies in " + intent.data_place() + " and must stay in " + kept +
                                   ", which is elsewhere.");
    }
}

void check_latency(const v1::Intent& intent, Findings& found) {
    std::vector<std::string> where(intent.places().begin(), intent.places().end());
    if (where.empty() && !kept_in(intent).empty()) where.push_back(kept_in(intent));
    const auto one_way = [](const v1::IntentLatency& latency) {
        const std::int64_t limit = latency.limit_us();
        return latency.way() == v1::DELAY_WAY_ROUND_TRIP ? limit / 2 : limit;
    };
    for (int i = 0; i < intent.latency_size(); ++i) {
        const auto& latency = intent.latency(i);
        if (latency.from().empty()) continue;
        std::int64_t least = where.empty() ? 0 : INT64_MAX;
        for (const std::string& place : where)
            least = std::min(least, light_delay_us(latency.from(), place));
        if (least > one_way(latency)) {
            found.add("latency", "Light in glass takes " + std::to_string(least) +
                                     " us one way from " + latency.from() +
                                     " to the nearest wanted place; " + latency_text(latency) +
                                     " cannot be.");
        }
        for (int k = i + 1; k < intent.latency_size(); ++k) {
            const auto& other = intent.latency(k);
            if (other.from().empty()) continue;
            if (one_way(latency) + one_way(other) >= light_delay_us(latency.from(), other.from()))
                continue;
            found.add("latency", "No place is within " + latency_text(latency) + " and " +
                                     latency_text(other) + " at once.");
        }
    }
}

void check_money(const v1::Intent& intent, Findings& found) {
    std::vector<const v1::Money*> amounts;
    if (intent.has_budget()) amounts.push_back(&intent.budget());
    if (intent.has_budget_per_month()) amounts.push_back(&intent.budget_per_month());
    if (intent.has_unit_price()) amounts.push_back(&intent.unit_price().price());
    for (const v1::Money* amount : amounts) {
        if (amount->currency() != amounts[0]->currency()) {
            found.add("budget", "Amounts are in " + amounts[0]->currency() + " and in " +
                                    amount->currency() + "; nothing is converted, use one.");
        }
    }
    if (intent.has_budget() && intent.has_unit_price() &&
        intent.budget().currency() == intent.unit_price().price().currency() &&
        intent.unit_price().price().micros() > intent.budget().micros()) {
        found.add("unit_price", "One unit may cost more than the whole budget.");
    }
}

void check_work(const v1::Intent& intent, Findings& found) {
    const bool renders = intent.workload() == v1::WORKLOAD_CLASS_RENDERING;
    if (intent.frames() != 0 && intent.workload() != 0 && !renders)
        found.add("frames", "Frames are rendered; the workload is another one.");
    if (renders && (intent.tokens() != 0 || intent.parameters() != 0))
        found.add("workload", "Rendering has no tokens and no parameters.");
    if (!intent.objective().empty() && !intent.objective_weights().empty())
        found.add("objective", "Goals have an order or weights, not both.");
    if (!intent.any_of().empty() && !intent.ordered().empty())
        found.add("any_of", "Alternatives stand under any_of or ordered, not both.");
}

void check_one(const v1::Intent& intent, std::optional<Instant> now, Findings& found) {
    check_work(intent, found);
    check_machines(intent, found);
    check_chips(intent, found);
    check_time(intent, now, found);
    check_money(intent, found);
    check_places(intent, found);
    check_latency(intent, found);
}

}  // namespace

std::vector<Error> check_intent(const v1::Intent& intent, std::optional<Instant> now) {
    Findings found;
    check_one(intent, now, found);
    for (const auto& part : intent.any_of()) check_one(lay_over(intent, part), now, found);
    for (const auto& part : intent.ordered()) check_one(lay_over(intent, part), now, found);
    return found.take();
}

}  // namespace penstock::intent
