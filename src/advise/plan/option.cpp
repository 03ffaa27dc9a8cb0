#include "advise/plan/option.h"

#include <algorithm>
#include <limits>
#include <map>
#include <optional>
#include <set>
#include <tuple>
#include <utility>

#include "advise/plan/plan.h"
#include "advise/plan/sharing.h"
#include "core/contract/contracts.h"

namespace penstock::plan {

namespace {

__extension__ using Wide = __int128;

constexpr std::int64_t kNsPerHour = 3'600'000'000'000;
constexpr std::size_t kSharesMax = 64;  // Lines of one order.
/// No core is taken to be slower or faster than this, whatever its profile says.
constexpr std::int64_t kMflopsMin = 100;
constexpr std::int64_t kMflopsMax = 1'000'000;

constexpr Duration kTaskTimeMin{1'000'000};
constexpr Duration kTermMin = seconds(60);         // The exchange refuses shorter contracts.
constexpr Duration kTermUsual = seconds(15 * 60);  // Nor is there a reason to plan shorter ones.
constexpr Duration kTermMax = seconds(365LL * 24 * 3600);
constexpr Duration kAcceptance = contract::kAcceptWindow;
constexpr Duration kReserve = seconds(300);  // Leases that must end, files that must travel.

Duration scaled(Duration duration, std::int64_t percent) {
    const Wide ns = static_cast<Wide>(duration.ns) * percent / 100;
    return Duration{static_cast<std::int64_t>(std::min<Wide>(ns, kTermMax.ns))};
}

Duration rounded_up(Duration duration, Duration step) {
    return Duration{(duration.ns + step.ns - 1) / step.ns * step.ns};
}

Money saturated(Wide micros) {
    return Money{static_cast<std::int64_t>(std::min<Wide>(micros, kMoneyMax.micros))};
}

Money cost_of(const Share& share, std::uint32_t cpus) {
    const Wide core_ns = static_cast<Wide>(share.task_time.ns) * share.tasks * cpus;
    const Wide hours = core_ns / kNsPerHour;
    if (hours > kMoneyMax.micros / share.candidate->price_per_core_hour.micros) return kMoneyMax;
    const Wide micros = core_ns * share.candidate->price_per_core_hour.micros;
    return saturated((micros + kNsPerHour - 1) / kNsPerHour);
}

std::vector<Lane> lanes_of(const std::vector<Share>& shares) {
    std::vector<Lane> lanes;
    for (const Share& share : shares) {
        lanes.push_back({.slots = share.slots, .task_time = share.task_time});
    }
    return lanes;
}

/// When the last task ends if the pool fails before it has done anything; what may happen at worst.
/// When there is no other pool, it has to do all again itself.
Duration finish_without(const std::string& pool, const Option& option, std::uint32_t tasks) {
    std::vector<Lane> left;
    for (const Share& share : option.shares) {
        if (option.pools == 1 || share.candidate->pool != pool) {
            left.push_back({.slots = share.slots, .task_time = share.task_time});
        }
    }
    return share_tasks(tasks, left).finish;
}

/// Sets how long the contracts are to last: the usual term and the shortest sensible one.
void set_terms(Option& option, const Requirement& requirement) {
    Duration worst;
    Duration slowest;
    std::set<std::string> seen;
    for (const Share& share : option.shares) {
        slowest = std::max(slowest, share.task_time);
        if (!seen.insert(share.candidate->pool).second) continue;
        worst = std::max(worst, finish_without(share.candidate->pool, option, requirement.tasks));
    }
    const std::int64_t margin_percent = requirement.time_basis == TimeBasis::guess ? 400 : 150;
    const Duration retries = scaled(slowest, 100LL * (requirement.attempts_max - 1));
    const Duration usual =
        kAcceptance + kReserve + scaled(option.finish + worst, margin_percent) + retries;
    option.term = std::clamp(rounded_up(usual, seconds(60)), kTermUsual, kTermMax);
    option.term_min = std::clamp(rounded_up(kAcceptance + scaled(option.finish, 125), seconds(1)),
                                 kTermMin, kTermMax);
    if (requirement.deadline) {
        const Duration latest = std::max(*requirement.deadline, kTermMin);
        option.term = std::min(option.term, latest);
        option.term_min = std::min(option.term_min, latest);
    }
    option.term_min = std::min(option.term_min, option.term);
}

/// What contracts of such a term can cost at most, as the core computes it; kMoneyMax when it would
/// refuse them as too expensive.
Money max_total(const Option& option, const Requirement& requirement, Duration term) {
    Money total;
    for (const Share& share : option.shares) {
        contract::Terms terms;
        terms.cores = share.slots * requirement.cpus;
        terms.term = {requirement.now, requirement.now + term};
        terms.price_per_core_hour = share.candidate->price_per_core_hour;
        const auto bound = contract::Contracts::bound(terms);
        if (!bound) return kMoneyMax;
        total += *bound;
    }
    return std::min(total, kMoneyMax);
}

/// Shortens the term, but not below the shortest sensible one, until the order fits the price.
void shorten_to_price(Option& option, const Requirement& requirement) {
    if (!requirement.price_max || option.max_total <= *requirement.price_max) return;
    std::int64_t low = option.term_min.ns / seconds(1).ns;
    std::int64_t high = option.term.ns / seconds(1).ns;
    while (low < high) {
        const std::int64_t middle = (low + high + 1) / 2;
        if (max_total(option, requirement, seconds(middle)) <= *requirement.price_max) {
            low = middle;
        } else {
            high = middle - 1;
        }
    }
    option.term = std::max(seconds(low), option.term_min);
    option.max_total = max_total(option, requirement, option.term);
}

/// Fills in everything that follows from the shares' slots. Shares without work leave.
void work_out(Option& option, const Requirement& requirement) {
    auto lanes = lanes_of(option.shares);
    trim_slots(requirement.tasks, lanes);
    for (std::size_t i = 0; i < lanes.size(); ++i) option.shares[i].slots = lanes[i].slots;
    std::erase_if(option.shares, [](const Share& share) { return share.slots == 0; });

    lanes = lanes_of(option.shares);
    const Sharing sharing = share_tasks(requirement.tasks, lanes);
    option.finish = sharing.finish;
    option.cost = {};
    for (std::size_t i = 0; i < lanes.size(); ++i) {
        Share& share = option.shares[i];
        share.tasks = sharing.tasks[i];
        share.finish = sharing.finishes[i];
        share.cost = cost_of(share, requirement.cpus);
        option.cost = std::min(option.cost + share.cost, kMoneyMax);
    }
    std::erase_if(option.shares, [](const Share& share) { return share.tasks == 0; });
    std::set<std::string_view> pools;
    for (const Share& share : option.shares) pools.insert(share.candidate->pool);
    option.pools = static_cast<std::uint32_t>(pools.size());
    set_terms(option, requirement);
}

/// Takes away slots that are not free over the whole term. True when that changed anything.
bool fit_into_capacity(Option& option, const Requirement& requirement) {
    bool changed = false;
    const Interval term{requirement.now, requirement.now + option.term};
    for (Share& share : option.shares) {
        const std::uint32_t free = share.candidate->cores_free(term) / requirement.cpus;
        if (free >= share.slots) continue;
        share.slots = free;
        changed = true;
    }
    std::erase_if(option.shares, [](const Share& share) { return share.slots == 0; });
    return changed;
}

enum class Term : std::uint8_t { usual, shortest };

/// The option of these products, if they have cores free over such a term.
std::optional<Option> make_option(const Requirement& requirement,
                                  std::span<const Candidate* const> candidates, Term term) {
    Option option;
    for (const Candidate* candidate : candidates) {
        Share share;
        share.candidate = candidate;
        share.task_time = task_time(*candidate, requirement);
        share.slots =
            std::min(cores_free(*candidate, requirement) / requirement.cpus, requirement.tasks);
        if (share.slots > 0) option.shares.push_back(share);
    }
    // Fewer slots need a longer term, over which fewer may be free: each round takes some away.
    do {
        if (option.shares.empty()) return std::nullopt;
        work_out(option, requirement);
        if (option.finish > kTermMax) return std::nullopt;
        if (term == Term::shortest) option.term = option.term_min;
    } while (fit_into_capacity(option, requirement));
    option.max_total = max_total(option, requirement, option.term);
    option.max_total_min = max_total(option, requirement, option.term_min);
    shorten_to_price(option, requirement);
    return option;
}

}  // namespace

Duration task_time(const Candidate& candidate, const Requirement& requirement) {
    if (candidate.tried_core_time) {
        const Duration time{candidate.tried_core_time->ns / requirement.cpus};
        return std::clamp(time, kTaskTimeMin, kTermMax);
    }
    const std::int64_t mflops =
        std::clamp(candidate.gemm_fp64_mflops_per_core, kMflopsMin, kMflopsMax);
    const Wide ns = static_cast<Wide>(requirement.reference_time.ns) * kReferenceMflops / mflops;
    const Duration time{std::max(static_cast<std::int64_t>(ns), kTaskTimeMin.ns)};
    // A guess is no reason to say that the task would be killed.
    const bool is_guess = requirement.time_basis == TimeBasis::guess;
    return is_guess ? std::min(time, requirement.task_time_max) : time;
}

Money task_cost(const Candidate& candidate, const Requirement& requirement) {
    Share one;
    one.candidate = &candidate;
    one.task_time = task_time(candidate, requirement);
    one.tasks = 1;
    return cost_of(one, requirement.cpus);
}

std::uint32_t cores_free(const Candidate& candidate, const Requirement& requirement) {
    return candidate.cores_free({requirement.now, requirement.now + kTermMin});
}

std::vector<Option> make_options(const Requirement& requirement,
                                 std::span<const Candidate* const> candidates) {
    std::vector<const Candidate*> by_cost(candidates.begin(), candidates.end());
    std::ranges::stable_sort(by_cost, {}, [&](const Candidate* candidate) {
        return std::tuple(task_cost(*candidate, requirement), task_time(*candidate, requirement));
    });
    std::vector<const Candidate*> by_time(candidates.begin(), candidates.end());
    std::ranges::stable_sort(by_time, {}, [&](const Candidate* candidate) {
        return std::tuple(task_time(*candidate, requirement), task_cost(*candidate, requirement));
    });
    std::vector<Option> options;
    std::set<std::map<std::string, std::uint32_t>> seen;
    for (const auto& order : {by_cost, by_time}) {
        for (std::size_t count = 1; count <= std::min(order.size(), kSharesMax); ++count) {
            const auto first = std::span(order).first(count);
            auto option = make_option(requirement, first, Term::usual);
            if (!option) option = make_option(requirement, first, Term::shortest);
            if (!option) continue;
            std::map<std::string, std::uint32_t> slots;
            for (const Share& share : option->shares) slots[share.candidate->product] = share.slots;
            if (seen.insert(std::move(slots)).second) options.push_back(std::move(*option));
        }
    }
    return options;
}

}  // namespace penstock::plan
