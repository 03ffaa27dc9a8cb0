#include "advise/plan/funnel.h"

#include <algorithm>
#include <array>
#include <iterator>

#include "advise/plan/wording.h"

namespace penstock::plan {

namespace {

constexpr Duration kDeadlineMin = seconds(60);  // No contract is shorter.

std::uint64_t memory_of(const Candidate& candidate, std::uint32_t cpus) {
    return candidate.memory_per_core_bytes * cpus;
}

constexpr std::array kConstraints{
    Constraint::tried,     Constraint::on_sale,       Constraint::cores,    Constraint::memory,
    Constraint::task_time, Constraint::free_for_long, Constraint::deadline, Constraint::price};

/// Can one task on this product, and the others on the cheapest, be within the price?
bool affordable(const Candidate& candidate, const Requirement& requirement, Money cheapest) {
    if (!requirement.price_max) return true;
    __extension__ using Wide = __int128;
    const Wide others = static_cast<Wide>(cheapest.micros) * (requirement.tasks - 1);
    return task_cost(candidate, requirement).micros + others <= requirement.price_max->micros;
}

/// Does one product by itself meet the constraint?
bool meets(const Candidate& candidate, const Requirement& requirement, Constraint constraint,
           Money cheapest) {
    switch (constraint) {
        case Constraint::tried:
            return candidate.tried_core_time.has_value();
        case Constraint::on_sale:
            return candidate.on_sale;
        case Constraint::cores:
            return cores_free(candidate, requirement) >= requirement.cpus;
        case Constraint::memory:
            return memory_of(candidate, requirement.cpus) >= requirement.memory_bytes;
        case Constraint::task_time:
            return task_time(candidate, requirement) <= requirement.task_time_max;
        case Constraint::free_for_long:
            return true;  // Depends on what it is used with.
        case Constraint::deadline:
            return !requirement.deadline ||
                   task_time(candidate, requirement) <= *requirement.deadline;
        case Constraint::price:
            return affordable(candidate, requirement, cheapest);
    }
    return false;
}

bool meets_deadline(const Option& option, const Requirement& requirement) {
    return !requirement.deadline || option.finish <= *requirement.deadline;
}

bool meets_price(const Option& option, const Requirement& requirement) {
    return !requirement.price_max ||
           (option.cost <= *requirement.price_max && option.max_total <= *requirement.price_max);
}

Money cheapest_task(const Requirement& requirement, std::span<const Candidate* const> candidates) {
    Money cheapest = kMoneyMax;
    for (const Candidate* candidate : candidates) {
        cheapest = std::min(cheapest, task_cost(*candidate, requirement));
    }
    return cheapest;
}

std::string relax_deadline(Requirement& requirement, const Funnel& funnel) {
    Requirement open = requirement;
    open.deadline.reset();
    const auto options = make_options(open, funnel.before);
    if (options.empty()) return {};
    const Duration finish = std::ranges::min(options, {}, &Option::finish).finish;
    const std::int64_t whole = (finish.ns + seconds(1).ns - 1) / seconds(1).ns;
    requirement.deadline = std::max(seconds(whole), kDeadlineMin);
    return "Allow a deadline of " + say(*requirement.deadline) + ".";
}

std::string relax_price(Requirement& requirement, const Funnel& funnel) {
    Requirement open = requirement;
    open.price_max.reset();
    std::optional<Money> least;
    for (const Option& option : make_options(open, funnel.before)) {
        if (!meets_deadline(option, requirement)) continue;
        const Money needed = std::max(option.cost, option.max_total_min);
        if (needed < kMoneyMax && (!least || needed < *least)) least = needed;
    }
    if (!least) return {};
    requirement.price_max = *least;  // Whole fen, since every bound is.
    return "Allow a price of " + say(*least, requirement.currency) + ".";
}

std::string relax_cores(Requirement& requirement, const Funnel& funnel) {
    std::uint32_t most = 0;
    for (const Candidate* candidate : funnel.before) {
        most = std::max(most, cores_free(*candidate, requirement));
    }
    if (most == 0) return {};
    requirement.cpus = most;
    return "Ask for at most " + say(most, "core") + " for each task.";
}

std::string relax_memory(Requirement& requirement, const Funnel& funnel) {
    std::uint64_t most = 0;
    for (const Candidate* candidate : funnel.before) {
        most = std::max(most, memory_of(*candidate, requirement.cpus));
    }
    constexpr std::uint64_t kMebibyte = 1U << 20U;
    if (most < kMebibyte) return {};
    requirement.memory_bytes = most / kMebibyte * kMebibyte;
    return "Ask for at most " + std::to_string(most / kMebibyte) + " MiB of memory for each task.";
}

std::string relax_task_time(Requirement& requirement, const Funnel& funnel) {
    Duration least = task_time(*funnel.before.front(), requirement);
    for (const Candidate* candidate : funnel.before) {
        least = std::min(least, task_time(*candidate, requirement));
    }
    constexpr Duration kLongest = seconds(7LL * 24 * 3600);
    if (least > kLongest) return {};
    const std::int64_t whole = (least.ns + seconds(1).ns - 1) / seconds(1).ns;
    requirement.task_time_max = seconds(whole);
    return "Allow each task " + std::to_string(whole) + " s (max_task_seconds).";
}

/// The options of these products that meet the limits up to and with this constraint.
std::vector<Option> options_under(const Requirement& requirement,
                                  std::span<const Candidate* const> candidates,
                                  Constraint constraint) {
    auto options = make_options(requirement, candidates);
    std::erase_if(options, [&](const Option& option) {
        return (constraint >= Constraint::deadline && !meets_deadline(option, requirement)) ||
               (constraint >= Constraint::price && !meets_price(option, requirement));
    });
    return options;
}

}  // namespace

std::string_view name(Constraint constraint) {
    switch (constraint) {
        case Constraint::tried:
            return "tried";
        case Constraint::on_sale:
            return "on sale";
        case Constraint::cores:
            return "free cores";
        case Constraint::memory:
            return "memory";
        case Constraint::task_time:
            return "time limit of a task";
        case Constraint::free_for_long:
            return "free for long enough";
        case Constraint::deadline:
            return "deadline";
        case Constraint::price:
            return "largest price";
    }
    return "";
}

Funnel sieve(const Requirement& requirement, std::span<const Candidate> candidates) {
    Funnel funnel;
    for (const Candidate& candidate : candidates) funnel.before.push_back(&candidate);
    for (const Constraint constraint : kConstraints) {
        if (constraint == Constraint::tried && requirement.time_basis != TimeBasis::trial) continue;
        const Money cheapest =
            constraint == Constraint::price ? cheapest_task(requirement, funnel.before) : Money{};
        std::vector<const Candidate*> after;
        std::ranges::copy_if(funnel.before, std::back_inserter(after), [&](const Candidate* one) {
            return meets(*one, requirement, constraint, cheapest);
        });
        // Each product may meet a limit that no way of using them together meets.
        if (constraint >= Constraint::free_for_long) {
            funnel.options = options_under(requirement, after, constraint);
            if (funnel.options.empty()) after.clear();
        }
        funnel.steps.push_back({.constraint = constraint,
                                .before = static_cast<std::uint32_t>(funnel.before.size()),
                                .after = static_cast<std::uint32_t>(after.size())});
        if (after.empty()) {
            funnel.blocked = constraint;
            funnel.options.clear();
            return funnel;
        }
        funnel.before = std::move(after);
    }
    return funnel;
}

std::string relax(Requirement& requirement, const Funnel& funnel) {
    if (!funnel.blocked || funnel.before.empty()) return {};
    switch (*funnel.blocked) {
        case Constraint::tried:
        case Constraint::on_sale:
        case Constraint::free_for_long:
            return {};
        case Constraint::cores:
            return relax_cores(requirement, funnel);
        case Constraint::memory:
            return relax_memory(requirement, funnel);
        case Constraint::task_time:
            return relax_task_time(requirement, funnel);
        case Constraint::deadline:
            return relax_deadline(requirement, funnel);
        case Constraint::price:
            return relax_price(requirement, funnel);
    }
    return {};
}

}  // namespace penstock::plan
