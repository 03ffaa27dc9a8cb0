#include "bench/plan_optimum.h"

#include <coin/Cbc_C_Interface.h>

#include <algorithm>
#include <limits>
#include <memory>

#include <vector>

#include "advise/recommend/option.h"
#include "advise/recommend/screen.h"
#include "bench/script.h"

namespace penstock::bench {
namespace {

using recommend::Leg;
using recommend::Offer;
using recommend::Query;

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr std::int64_t kHourNs = 3'600'000'000'000;
/// As many suppliers as a plan may have.
constexpr double kLegsMax = 8;

/// A program to minimise, and its solution by CBC.
class Program {
  public:
    Program() : model_(Cbc_newModel(), Cbc_deleteModel) {
        Cbc_setLogLevel(model_.get(), 0);
        Cbc_setParameter(model_.get(), "slogLevel", "0");
    }
    int add_column(double high, double cost, bool is_integer) {
        Cbc_addCol(model_.get(), "", 0, high, cost, is_integer ? 1 : 0, 0, nullptr, nullptr);
        return columns_++;
    }
    /// @param sense  'E', 'L' or 'G'.
    void add_row(const std::vector<int>& columns, const std::vector<double>& values, char sense,
                 double limit) {
        Cbc_addRow(model_.get(), "", static_cast<int>(columns.size()), columns.data(),
                   values.data(), sense, limit);
    }
    /// Infinite where there is no solution.
    double solve() {
        if (columns_ == 0) return kInfinity;
        Cbc_solve(model_.get());
        if (Cbc_isProvenInfeasible(model_.get()) != 0) return kInfinity;
        if (Cbc_isProvenOptimal(model_.get()) == 0) give_up("CBC proves no optimum");
        return Cbc_getObjValue(model_.get());
    }

  private:
    std::unique_ptr<Cbc_Model, decltype(&Cbc_deleteModel)> model_;
    int columns_ = 0;
};

/// The least cost of a use of so many cards, over all starts that could be cheapest: as early as
/// may be, when cards get free, and at each full hour where prices go by the hour.
double cheapest_start(const Query& query, const Offer& offer, std::uint32_t cards, double hours) {
    const Instant ready = recommend::ready_at(query, offer);
    std::vector<Instant> starts{ready};
    for (const auto& step : offer.free) starts.push_back(std::max(ready, step.from));
    if (offer.price_by_hour) {
        // After the last step each day is like the next.
        const Instant last = std::max(ready, offer.free.back().from) + Duration{25 * kHourNs};
        for (std::int64_t hour = ready.ns / kHourNs + 1; hour * kHourNs < last.ns; ++hour)
            starts.push_back(Instant{hour * kHourNs});
    }
    double least = kInfinity;
    for (const Instant at : starts) {
        Leg leg{.offer = &offer, .cards = cards, .start = at, .hours = hours};
        if (recommend::earliest_start(offer, at, cards, hours) != at) continue;
        if (query.deadline && leg.finish() > *query.deadline) continue;
        recommend::work_out(query, leg);
        least = std::min(least, leg.cost);
    }
    return least;
}

/// One binary for each number of cards of each offer; exactly one is chosen.
double gang_optimum(const Query& query, const recommend::Screen& screen) {
    Program program;
    std::vector<int> columns;
    for (const Offer& offer : query.market.offers) {
        if (screen.unmet(offer) != 0) continue;
        const auto& work = *screen.work(offer);
        const std::uint32_t most =
            query.need.has_fixed_hours() ? work.least() : recommend::cards_ever_free(offer);
        for (std::uint32_t cards = work.least(); cards <= most; cards += work.unit()) {
            const double cost = cheapest_start(query, offer, cards, work.hours(cards));
            if (cost < kInfinity) columns.push_back(program.add_column(1, cost / 1e6, true));
        }
    }
    program.add_row(columns, std::vector<double>(columns.size(), 1), 'E', 1);
    return program.solve() * 1e6;
}

/// The most card-hours that one block of cards gives up to the deadline.
double largest_block(const Query& query, const Offer& offer, std::uint32_t unit) {
    const Instant ready = recommend::ready_at(query, offer);
    double most = 0;
    for (std::size_t first = 0; first < offer.free.size(); ++first) {
        std::uint32_t cards = offer.free[first].cards;
        for (std::size_t last = first; last < offer.free.size(); ++last) {
            cards = std::min(cards, offer.free[last].cards);
            const Instant from = std::max(ready, offer.free[first].from);
            Instant to = *query.deadline;
            if (last + 1 < offer.free.size()) to = std::min(to, offer.free[last + 1].from);
            if (to > from)
                most = std::max(most, cards / unit * unit * recommend::hours_between(from, to));
        }
    }
    return most;
}

/// A share of the work and a binary for each offer. Prices by the hour count as on average.
double split_optimum(const Query& query, const recommend::Screen& screen) {
    Program program;
    std::vector<int> shares;
    std::vector<int> used;
    for (const Offer& offer : query.market.offers) {
        if (screen.unmet(offer) != 0) continue;
        const auto& work = *screen.work(offer);
        const double all = work.card_hours(work.least());
        const double most = largest_block(query, offer, work.unit()) / all;
        if (most <= 0) continue;
        Leg nothing{.offer = &offer, .cards = 1, .start = query.now, .hours = 0};
        recommend::work_out(query, nothing);
        const double each = static_cast<double>(offer.card_hour.micros) * all *
                            recommend::mean_of(offer.price_by_hour, query.now, 24);
        shares.push_back(program.add_column(1, each / 1e6, false));
        used.push_back(program.add_column(1, nothing.cost / 1e6, true));
        program.add_row({shares.back(), used.back()}, {1, -std::min(1.0, most)}, 'L', 0);
    }
    program.add_row(shares, std::vector<double>(shares.size(), 1), 'E', 1);
    program.add_row(used, std::vector<double>(used.size(), 1), 'L', kLegsMax);
    return program.solve() * 1e6;
}

}  // namespace

std::optional<double> gap_to_optimum(const recommend::Market& market,
                                     const estimate::Estimator& estimator, const v1::Intent& intent,
                                     Instant now) {
    const auto plans = recommend::recommend(market, estimator, intent, now);
    const auto need = recommend::need_of(intent, estimator);
    if (!plans || !need) give_up("a request was refused");
    const auto query_made = query_of(market, estimator, intent, *need, now);
    if (!query_made) give_up("a request was refused");
    const Query& query = *query_made;
    const auto screen = recommend::Screen::make(query);
    if (!screen) give_up("a request was refused");
    const double optimum =
        std::min(gang_optimum(query, *screen),
                 need->is_divisible() ? split_optimum(query, *screen) : kInfinity);
    double cheapest = kInfinity;
    for (const auto& plan : plans->plans())
        cheapest = std::min(cheapest, static_cast<double>(plan.cost().micros()));
    if ((cheapest == kInfinity) != (optimum == kInfinity))
        give_up("the program and the planner differ in whether there is a plan: " +
                intent.ShortDebugString());
    if (cheapest == kInfinity) return std::nullopt;
    return cheapest / optimum - 1;
}

}  // namespace penstock::bench
