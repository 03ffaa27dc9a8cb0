#include "core/sla/level.h"

#include <algorithm>
#include <string>
#include <utility>

#include "base/try.h"
#include "core/sla/error.h"
#include "penstock/v1/service_level.pb.h"

namespace penstock::sla {

namespace {

bool are_valid(std::span<const CreditStep> steps) {
    if (steps.empty() || steps.size() > kCreditStepsMax) return false;
    CreditStep before{kWholePpm + 1, 0};
    for (const CreditStep& step : steps) {
        const bool fits = step.below_ppm > 0 && step.below_ppm < before.below_ppm &&
                          step.credit_basis_points > before.credit_basis_points &&
                          step.credit_basis_points <= kWholeBasisPoints;
        if (!fits) return false;
        before = step;
    }
    return true;
}

Result<void> check_objective(const Objective& objective) {
    const auto number = static_cast<std::size_t>(objective.kind);
    if (number < 1 || number > kObjectiveKinds) return reject(kObjectiveUnknown, "kind");
    const bool is_start = objective.kind == ObjectiveKind::start_time;
    const bool has_time =
        objective.start_within > Duration{} && objective.start_within <= kStartWithinMax;
    if (is_start ? !has_time : objective.start_within != Duration{})
        return reject(kStartTimeInvalid, "start_within_ns");
    if (!are_valid(objective.steps)) return reject(kCreditStepsInvalid, "steps");
    return {};
}

}  // namespace

Result<void> ServiceLevel::check() const {
    if (objectives_.empty() || objectives_.size() > kObjectiveKinds)
        return reject(kObjectivesInvalid, "objectives");
    for (std::size_t i = 0; i < objectives_.size(); ++i) {
        const std::string place = "objectives[" + std::to_string(i) + "]";
        if (auto checked = check_objective(objectives_[i]); !checked)
            return std::unexpected(std::move(checked).error().within(place));
        for (std::size_t other = 0; other < i; ++other) {
            if (objectives_[other].kind == objectives_[i].kind)
                return reject(kObjectivesInvalid, place + ".kind");
        }
    }
    if (credit_cap_basis_points_ == 0 || credit_cap_basis_points_ > kWholeBasisPoints)
        return reject(kCreditCapInvalid, "credit_cap_basis_points");
    return {};
}

Result<ServiceLevel> ServiceLevel::read(const v1::ServiceLevel& message) {
    // What would be refused by its size is not copied.
    if (message.objectives_size() > static_cast<int>(kObjectiveKinds))
        return reject(kObjectivesInvalid, "objectives");
    ServiceLevel level;
    for (const v1::ServiceObjective& given : message.objectives()) {
        Objective& objective = level.objectives_.emplace_back();
        const int number = given.kind();
        // 0 is refused below, as any number is that has no name.
        objective.kind = static_cast<ObjectiveKind>(
            std::cmp_less_equal(number, kObjectiveKinds) && number > 0 ? number : 0);
        objective.start_within = Duration{given.start_within_ns()};
        const int steps = std::min(given.steps_size(), static_cast<int>(kCreditStepsMax) + 1);
        for (int i = 0; i < steps; ++i)
            objective.steps.push_back(
                {given.steps(i).below_ppm(), given.steps(i).credit_basis_points()});
    }
    level.credit_cap_basis_points_ = message.credit_cap_basis_points();
    TRY(level.check());
    return level;
}

v1::ServiceLevel ServiceLevel::describe() const {
    v1::ServiceLevel message;
    for (const Objective& objective : objectives_) {
        v1::ServiceObjective& out = *message.add_objectives();
        out.set_kind(static_cast<v1::ObjectiveKind>(objective.kind));
        out.set_start_within_ns(objective.start_within.ns);
        for (const CreditStep& step : objective.steps) {
            v1::CreditStep& added = *out.add_steps();
            added.set_below_ppm(step.below_ppm);
            added.set_credit_basis_points(step.credit_basis_points);
        }
    }
    message.set_credit_cap_basis_points(credit_cap_basis_points_);
    return message;
}

bool ServiceLevel::is_in_time(Duration waited) const {
    for (const Objective& objective : objectives_) {
        if (objective.kind == ObjectiveKind::start_time) return waited <= objective.start_within;
    }
    return true;
}

}  // namespace penstock::sla
