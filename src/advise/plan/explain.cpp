#include "advise/plan/explain.h"

#include <algorithm>

#include "advise/plan/wording.h"

namespace penstock::plan {

namespace {

std::string say_share(const Share& share, const Quotes& quotes) {
    std::string text = std::to_string(share.tasks) + " on " + share.candidate->supplier_name +
                       " (" + share.candidate->product_name + ", " + std::to_string(share.slots) +
                       " at a time, " + say(share.task_time) + " each";
    if (const std::string price = quotes.say(*share.candidate, share.tasks); !price.empty())
        text += "; " + price;
    return text + ")";
}

/// What was tried and is not used.
std::string say_others(const Option& option, const Requirement& requirement, const Quotes& quotes) {
    std::string text;
    for (const Candidate* other : quotes.tried()) {
        const auto is_it = [&](const Share& share) {
            return share.candidate->product == other->product;
        };
        if (std::ranges::any_of(option.shares, is_it)) continue;
        const std::string price = quotes.say(*other, requirement.tasks);
        if (price.empty()) continue;
        text += (text.empty() ? " Tried besides: " : "; ") + other->supplier_name + " (" +
                other->product_name + "), " + price;
    }
    return text.empty() ? text : text + ".";
}

std::string say_basis(const Option& option, const Requirement& requirement, const Quotes& quotes) {
    const auto is_bought = [&](const Share& share) {
        const Trial* const trial = quotes.trial_on(*share.candidate);
        return trial != nullptr && trial->is_purchase;
    };
    switch (requirement.time_basis) {
        case TimeBasis::trial:
            if (std::ranges::any_of(option.shares, is_bought))
                return "Times and prices of results follow from what the job showed before; only "
                       "trials give a result band.";
            return "Times and prices of results follow from trials of the job.";
        case TimeBasis::speed:
            return "Times follow from each pool's measured speed.";
        case TimeBasis::guess:
            break;
    }
    return "The task file does not say how long a task takes, so " +
           say(requirement.reference_time) + " on a core of 10 GFLOP/s is assumed.";
}

}  // namespace

bool is_fragile(const Option& option) {
    return option.pools == 1;
}

std::string explain(const Option& option, const Requirement& requirement, const Quotes& quotes) {
    const Currency currency = requirement.currency;
    std::string text = say(requirement.tasks, "task") + " of " + say(requirement.cpus, "core");
    for (const Share& share : option.shares) {
        text += &share == &option.shares.front() ? ": " : ", ";
        text += say_share(share, quotes);
    }
    text += ". About " + say(option.finish) + " and " + say(option.cost, currency) + "; at most " +
            say(option.max_total, currency) + ", held until the work is done. ";
    text += is_fragile(option) ? "Nothing else takes over if this one pool fails. "
                               : "If one pool fails, its tasks move to the others. ";
    return text + say_basis(option, requirement, quotes) + say_others(option, requirement, quotes);
}

}  // namespace penstock::plan
