#include "sim/checkers/checker.h"

namespace penstock::sim {

std::vector<std::unique_ptr<Checker>> all_checkers() {
    std::vector<std::unique_ptr<Checker>> all;
    for (const auto make : {bills_checker,        by_plan_checker,         capacity_checker,
                            changes_checker,      charges_checker,         core_invariants_checker,
                            custody_checker,      direct_payments_checker, durability_checker,
                            holds_checker,        idempotency_checker,     leases_checker,
                            liveness_checker,     money_checker,           qualification_checker,
                            result_bands_checker, rolling_escrow_checker,  service_levels_checker,
                            settlement_checker,   sub_accounts_checker,    usage_checker})
        all.push_back(make());
    return all;
}

}  // namespace penstock::sim
