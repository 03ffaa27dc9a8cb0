#pragma once

#include "core/sla/level.h"
#include "penstock/v1/service_level.pb.h"

/// A service level for the tests.
namespace penstock::sla {

inline void add_objective(v1::ServiceLevel& level, v1::ObjectiveKind kind,
                          std::initializer_list<CreditStep> steps) {
    v1::ServiceObjective& objective = *level.add_objectives();
    objective.set_kind(kind);
    if (kind == v1::OBJECTIVE_START_TIME) objective.set_start_within_ns(seconds(120).ns);
    for (const CreditStep& step : steps) {
        v1::CreditStep& added = *objective.add_steps();
        added.set_below_ppm(step.below_ppm);
        added.set_credit_basis_points(step.credit_basis_points);
    }
}

/// 99.9 % in service, else 10 % back, below 99 % 25 %; 95 % of the starts within two minutes; 90 %
/// of the measured profile. At most 30 % of the charge comes back.
inline v1::ServiceLevel test_level() {
    v1::ServiceLevel level;
    add_objective(level, v1::OBJECTIVE_AVAILABILITY, {{999'000, 1'000}, {990'000, 2'500}});
    add_objective(level, v1::OBJECTIVE_START_TIME, {{950'000, 500}});
    add_objective(level, v1::OBJECTIVE_THROUGHPUT, {{900'000, 1'000}, {500'000, 5'000}});
    level.set_credit_cap_basis_points(3'000);
    return level;
}

}  // namespace penstock::sla
