#include "scenario/month.h"

#include <fmt/core.h>

#include <cstdio>
#include <initializer_list>

#include "base/money.h"
#include "scenario/bank.h"
#include "scenario/claims.h"
#include "scenario/closing.h"
#include "scenario/contracts.h"
#include "scenario/direct.h"
#include "scenario/funds.h"
#include "scenario/papers.h"
#include "scenario/span.h"
#include "scenario/work.h"

namespace penstock::scenario {
namespace {

/// 2028-02-01 00:00 in UTC+8, and the month's end.
constexpr Instant kFirst{1'832'947'200'000'000'000};
constexpr int kDays = 29;
/// Until the last bill, withdrawal and dispute of the month has ended.
constexpr int kDaysAfter = 45;

class Month {
  public:
    explicit Month(const MonthOptions& options)
        : options_(options),
          dice_(options.seed),
          venue_(options.folder / "tables.db", kFirst - kDay * 2),
          cast_(open_exchange(venue_, (options.parties - 1) / 5,
                              options.parties - 1 - (options.parties - 1) / 5)),
          forms_(price_forms()),
          offers_(open_market(venue_, cast_, forms_)),
          bank_(venue_, cast_, dice_),
          funds_(venue_, cast_, dice_),
          claims_(venue_, cast_, funds_, dice_),
          direct_(venue_, cast_, claims_),
          papers_(venue_),
          by_plan_(venue_, cast_, forms_, dice_),
          work_(venue_, cast_, dice_) {}

    bool play();

  private:
    void plan_money();
    void plan_orders();
    void plan_outages();
    void plan_withdrawals();
    void play_day(int day);
    void check_played();
    void print_tally();

    const MonthOptions options_;
    Dice dice_;
    Venue venue_;
    Cast cast_;
    const std::vector<PriceForm> forms_;
    const std::vector<Offer> offers_;
    Bank bank_;
    Funds funds_;
    Claims claims_;
    Direct direct_;
    Papers papers_;
    PlanContracts by_plan_;
    Work work_;
    std::vector<std::string> wrong_;
};

void Month::plan_money() {
    for (const Buyer& buyer : cast_.buyers)
        bank_.top_up(buyer.key, dice_.between(2'000'000, 4'000'000) * kMicrosPerUnit);
    for (int day = 1; day < kDays; ++day) {
        venue_.plan(kFirst + kDay * day + kHour * 9, [this] {
            for (std::int64_t i = dice_.between(1, 6); i > 0; --i)
                bank_.top_up(dice_.pick(cast_.buyers).key,
                             dice_.between(100, 90'000'000) * kMicrosPerFen);
            if (dice_.percent(60)) bank_.make_noise();
        });
    }
}

void Month::plan_orders() {
    std::vector<const Offer*> by_plan;
    std::vector<const Offer*> by_core;
    for (const Offer& offer : offers_) (offer.is_by_core ? by_core : by_plan).push_back(&offer);
    const std::int64_t seconds_of_month = (kDay * (kDays - 1)).ns / seconds(1).ns;
    for (std::size_t i = 0; i < options_.contracts; ++i) {
        const bool is_by_core = i % 10 == 9;
        auto& offers = is_by_core ? by_core : by_plan;
        // Every offer in turn, so that every form is bought.
        const Offer* offer = offers[(i / 10 * 9 + i % 10) % offers.size()];
        venue_.plan(
            kFirst + seconds(dice_.between(0, seconds_of_month)), [this, offer, is_by_core] {
                // Who cannot pay is refused, and somebody else buys.
                for (int tries = 0; tries < 5; ++tries) {
                    const Buyer& buyer = dice_.pick(cast_.buyers);
                    if (is_by_core ? work_.order(*offer, buyer) : by_plan_.order(*offer, buyer))
                        return;
                }
            });
    }
}

void Month::plan_outages() {
    for (int day = 0; day < kDays; ++day) {
        for (std::size_t supplier = 0; supplier < cast_.suppliers.size(); ++supplier) {
            if (!dice_.percent(15)) continue;
            venue_.plan(kFirst + kDay * day + seconds(dice_.between(0, 86'399)),
                        [this, supplier] { work_.fail(supplier); });
        }
    }
}

void Month::plan_withdrawals() {
    for (int day = 3; day < kDays + 10; ++day) {
        venue_.plan(kFirst + kDay * day + kHour * 10, [this] {
            for (std::int64_t i = dice_.between(1, 5); i > 0; --i)
                bank_.withdraw(dice_.pick(cast_.suppliers).key,
                               dice_.between(100, 2'000'000) * kMicrosPerFen);
        });
    }
}

void Month::play_day(int day) {
    venue_.play_until(kFirst + kDay * (day + 1));
    // The bank's file of a day is there in the morning.
    venue_.plan(venue_.now() + kHour * 8, [this] { bank_.close_day(); });
    for (const std::string& broken : venue_.exchange().broken_invariants())
        wrong_.push_back(fmt::format("day {}: {}", day + 1, broken));
    if (day % 14 == 13) {
        sign_in(venue_, cast_);
        measure_all(venue_, cast_);
    }
    if (day >= kDays && day % 7 != 0) return;
    fmt::print("day {:3}  {:7} commands  {:7} transfers  {:4} bank entries\n", day + 1,
               venue_.commands(), venue_.transfers(), bank_.entries());
    std::fflush(stdout);
}

/// A month in which something never came about would say nothing of it; in a small one that may be.
void Month::check_played() {
    if (options_.contracts < MonthOptions{}.contracts) return;
    using Names = std::initializer_list<const char*>;
    const auto check = [&](Tally& tally, Names names) {
        for (const char* what : names)
            if (tally[what] == 0) wrong_.push_back(fmt::format("never played: {}", what));
    };
    check(by_plan_.tally(), {"extensions agreed to", "extensions that an agent agreed to",
                             "other quantities agreed to", "changes lapsed", "changes declined",
                             "changes withdrawn", "notices by buyers", "notices by suppliers"});
    check(funds_.tally(), {"contracts suspended for funds", "contracts that went on",
                           "contracts ended for want of funds", "warnings of a short runway"});
    check(work_.tally(),
          {"outages", "attempts: SUCCEEDED", "attempts: FAILED", "attempts: BROKEN"});
    check(claims_.tally(),
          {"bills on credit", "bills overdue", "bills on credit paid by hand",
           "contracts ended as unpaid", "disputes decided for the buyer",
           "disputes decided for the supplier", "disputes decided in part", "disputes withdrawn"});
    check(direct_.tally(),
          {"bills paid directly", "direct payments declared", "direct payments denied",
           "direct payments received", "direct payments decided as received",
           "direct payments decided as not received", "direct payments that nobody answered"});
}

void Month::print_tally() {
    for (const Tally* tally :
         {&by_plan_.tally(), &work_.tally(), &funds_.tally(), &claims_.tally(), &direct_.tally()})
        for (const auto& [what, count] : *tally) fmt::print("{:8}  {}\n", count, what);
    fmt::print("{:8}  bank statements, {} entries, {} explained by officers\n", bank_.statements(),
               bank_.entries(), bank_.explained());
    for (const std::string& line : papers_.summary()) fmt::print("{}\n", line);
    fmt::print("{:8}  faulty commands refused, {} repetitions answered alike\n", venue_.refused(),
               venue_.storms());
    fmt::print("{:8.1f}  ms for the longest firing of timers\n",
               static_cast<double>(venue_.longest_tick().count()) / 1e6);
}

bool Month::play() {
    claims_.grant_credit();
    plan_money();
    plan_orders();
    plan_outages();
    plan_withdrawals();
    for (int day = -1; day < kDays + kDaysAfter; ++day) play_day(day);
    bank_.close_day();
    for (std::string& found : close_books(venue_, cast_, bank_)) wrong_.push_back(std::move(found));
    for (std::string& found : papers_.check(options_.folder, options_.focus_rules))
        wrong_.push_back(std::move(found));
    check_played();
    print_tally();
    for (const std::string& what : wrong_) fmt::print("WRONG  {}\n", what);
    const bool holds = wrong_.empty() && papers_.has_rules();
    fmt::print("month: {}: {} parties, {} contracts, {} transfers, {} faults withstood\n",
               holds            ? "closed to the last unit"
               : wrong_.empty() ? "closed to the last unit, but FOCUS WAS NOT CHECKED"
                                : "DOES NOT CLOSE",
               options_.parties,
               by_plan_.tally()["contracts by plan"] + work_.tally()["contracts by the core"],
               venue_.transfers(), venue_.refused() + venue_.storms());
    return holds;
}

}  // namespace

bool play_month(const MonthOptions& options) {
    return Month(options).play();
}

}  // namespace penstock::scenario
