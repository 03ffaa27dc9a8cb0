#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "base/money.h"
#include "base/time.h"

namespace penstock::plan {

/// A product as a planner sees it.
struct Candidate {
    std::string product;  ///< prod_…
    std::string product_name;
    std::string pool;  ///< pool_…: what fails together.
    std::string supplier_name;
    Money price_per_core_hour;
    std::uint32_t price_version = 0;
    std::uint64_t memory_per_core_bytes = 0;
    std::int64_t gemm_fp64_mflops_per_core = 0;  ///< From the verified profile.
    /// What a trial of the job took for what one task delivers; unset: it was not tried, or the
    /// trial does not tell.
    std::optional<Duration> tried_core_time;
    /// Listed, its profile in force, its agent live, and not the buyer's own.
    bool on_sale = false;
    /// Cores that could be bought over the whole of an interval that is not empty.
    std::function<std::uint32_t(Interval)> cores_free;
};

}  // namespace penstock::plan
