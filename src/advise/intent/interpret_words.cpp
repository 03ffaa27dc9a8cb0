#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "advise/intent/interpreter.h"
#include "advise/intent/value_text.h"

namespace penstock::intent {

void Interpreter::read_classes() {
    std::vector<std::pair<std::string, std::size_t>> found;
    for (std::size_t i = 0; i < items_.size(); ++i) {
        if (!at(i).is("class")) continue;
        items_[i].used = !is_negated(i, i);
        if (at(i).used) found.emplace_back(at(i).value("class"), i);
    }
    const auto has_class = [&found](std::string_view name) {
        return std::ranges::any_of(found, [name](const auto& one) { return one.first == name; });
    };
    const auto drop = [&found](std::string_view name) {
        std::erase_if(found, [name](const auto& one) { return one.first == name; });
    };
    // Deploying is part of every service, and tuning of training; batches say how inference is
    // done.
    if (has_class("deploy") &&
        std::ranges::any_of(found, [](const auto& one) { return one.first != "deploy"; }))
        drop("deploy");
    if (has_class("fine-tuning")) drop("pre-training");
    const bool batch =
        std::ranges::any_of(items_, [](const Item& item) { return item.is("cue", "batch"); });
    for (auto& [name, item] : found) {
        if (name == "deploy") name = "online-service";
        if (name == "inference") {
            const bool explicit_batch = batch || has_class("batch-inference");
            name = explicit_batch ? "batch-inference" : "online-service";
        }
    }
    for (const auto& [name, item] : found) say("workload", name, {item});
    for (std::size_t i = 0; i < items_.size(); ++i) {
        if (!at(i).is("model")) continue;
        items_[i].used = !is_negated(i, i);
        if (at(i).used) say("model", std::string(at(i).value("model")), {i});
    }
    const auto workload = reading_.intent().workload();
    finite_ =
        workload == v1::WORKLOAD_CLASS_PRE_TRAINING || workload == v1::WORKLOAD_CLASS_FINE_TUNING ||
        workload == v1::WORKLOAD_CLASS_BATCH_INFERENCE || workload == v1::WORKLOAD_CLASS_RENDERING;
}

void Interpreter::read_sets() {
    for (std::size_t i = 0; i < items_.size(); ++i) {
        if (at(i).is("certified") || at(i).is("uncertified")) read_certified(i);
        if (!at(i).is("set")) continue;
        const std::string_view both = at(i).value("set");
        const std::size_t bar = both.find('|');
        const bool denied = is_negated(i, i);
        const std::string_view said = !denied ? both.substr(0, bar)
                                      : bar != both.npos && !is_unneeded(i, i)
                                          ? both.substr(bar + 1)
                                          : std::string_view();
        const std::size_t sign = said.find('=');
        if (sign == said.npos) {
            items_[i].used = false;
            continue;
        }
        say(said.substr(0, sign), std::string(said.substr(sign + 1)), {i});
    }
}

/// 认证: of the supplier, or of the chips; and what is not certified must be refused to mean
/// anything.
void Interpreter::read_certified(std::size_t i) {
    if (at(i).is("uncertified") != is_negated(i, i)) {
        items_[i].used = false;
        return;
    }
    const std::size_t supplier = in_clause(i, "noun", "supplier");
    bool chips = clause_has(i, "noun", "chip");
    for (std::size_t k = clause_begin(i); k < clause_end(i); ++k)
        chips = chips || at(k).value("set").starts_with("chip_origin") || has_unit(k, "cards");
    if (supplier == kNone && chips) {
        say("chips_certified", "true", {i});
    } else {
        say("suppliers_certified", "true", {i, supplier});
    }
}

/// 不出省 after a place that data may not leave says the same once more.
void Interpreter::read_residence() {
    for (std::size_t i = 0; i < items_.size(); ++i) {
        if (!at(i).is("residence")) continue;
        const std::string value(at(i).value("residence"));
        const std::string& residence = reading_.intent().residence();
        if (value.starts_with("own-") && !residence.empty()) {
            hear("residence", residence, {i});
        } else {
            say("residence", value, {i});
        }
    }
}

void Interpreter::read_goals() {
    std::set<std::string> seen;
    const auto add = [&](std::size_t i, std::string_view goal) {
        if (!seen.insert(std::string(goal)).second) return;
        say("objective", std::string(goal), {i});
    };
    if (reading_.intent().objective_weights_size() > 0 || read_equal_goals()) return;
    for (std::size_t i = 0; i < items_.size(); ++i) {
        if (at(i).is("goal!")) {
            items_[i].used = !is_negated(i, i);
            if (at(i).used) add(i, at(i).value("goal!"));
            continue;
        }
        if (!at(i).is("goal?") || is_negated(i, i)) continue;
        // 价格优先: a word for a goal is one where something ranks it.
        const bool ranked = clause_has(i, "order");
        bool compared = false;
        for (std::size_t k = clause_begin(i); k < clause_end(i); ++k) {
            const std::size_t left = before(k);
            const std::size_t right = after(k);
            compared = compared ||
                       (at(k).is("cue", "before") && is_at(left, "goal?") && is_at(right, "goal?"));
        }
        if (ranked || compared) add(i, at(i).value("goal?"));
    }
}

std::string_view Interpreter::goal_of(std::size_t i) const {
    for (const std::string_view kind : {"goal!", "quality", "goal?"})
        if (at(i).is(kind)) return at(i).value(kind);
    return {};
}

/// 又快又便宜, fast but cheap: what is said in one breath, with nothing that ranks it.
bool Interpreter::are_equal(std::size_t left, std::size_t right) const {
    bool joined = false;
    for (std::size_t k = left + 1; k < right; ++k) {
        const bool is_joint = at(k).is("also") || at(k).is("and");
        if (at(k).strong_pause || (!is_joint && !is_filler(k) && at(k).kind != ItemKind::pause))
            return false;
        joined = joined || is_joint;
    }
    return joined;
}

/// Goals of one weight: where two of them are equal, all are.
bool Interpreter::read_equal_goals() {
    std::vector<std::size_t> goals;
    bool equal = false;
    for (std::size_t i = 0; i < items_.size(); ++i) {
        if (at(i).is("order") && (clause_has(i, "goal!") || clause_has(i, "goal?"))) return false;
        const bool is_said = at(i).is("goal!") || at(i).is("quality");
        const bool is_weighed = at(i).is("goal?") && clause_has(i, "equal");
        // A fast network is no goal.
        const bool is_of_another =
            i + 1 < items_.size() && at(i + 1).kind == ItemKind::unknown && at(i).is("quality");
        if ((!is_said && !is_weighed) || is_of_another || is_negated(i, i)) continue;
        if (!goals.empty() && goal_of(goals.back()) != goal_of(i))
            equal = equal || are_equal(goals.back(), i) ||
                    (clause_has(i, "equal") && at(goals.back()).clause == at(i).clause);
        goals.push_back(i);
    }
    if (!equal) return false;
    std::map<std::string_view, std::vector<std::size_t>> from;
    for (const std::size_t i : goals) from[goal_of(i)].push_back(i);
    std::string names;
    for (const auto& [goal, items] : from) {
        say("objective_weights", std::string(goal) + "=1", items);
        names.append(names.empty() ? "" : ", ").append(goal);
    }
    note("Nothing ranks the goals " + names + "; they weigh the same.");
    return true;
}

/// 成本70%: a percentage right beside a goal.
void Interpreter::read_weights(std::size_t i) {
    const std::size_t left = before(i);
    const std::size_t right = after(i);
    const std::size_t goal = is_at(left, "goal?") ? left : is_at(right, "goal?") ? right : kNone;
    const auto weight = whole(at(i).number);
    if (goal == kNone || !weight) return;
    say("objective_weights", std::string(at(goal).value("goal?")) + '=' + std::to_string(*weight),
        {goal, i});
}

}  // namespace penstock::intent
