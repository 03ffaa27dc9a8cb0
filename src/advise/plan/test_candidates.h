#pragma once

#include <cstdint>
#include <string>
#include <utility>

#include "advise/plan/candidate.h"
#include "penstock/v1/task.pb.h"

namespace penstock::plan {

inline constexpr Instant kNow{1'700'000'000'000'000'000};

/// A product with as many cores free for ever, 2 GiB a core, at `fen` for a core-hour.
inline Candidate test_candidate(std::string name, std::uint32_t cores, std::int64_t fen,
                                std::int64_t mflops) {
    Candidate candidate;
    candidate.product = "prod_" + name;
    candidate.product_name = "cores " + name;
    candidate.pool = "pool_" + name;
    candidate.supplier_name = "Supplier " + name;
    candidate.price_per_core_hour = Money{fen * kMicrosPerFen};
    candidate.price_version = 1;
    candidate.memory_per_core_bytes = std::uint64_t{2} << 30U;
    candidate.gemm_fp64_mflops_per_core = mflops;
    candidate.on_sale = true;
    candidate.cores_free = [cores](Interval) { return cores; };
    return candidate;
}

/// 24 tasks of one core and 1 GiB, 60 s each on a reference core.
inline v1::WorkloadSpec test_spec() {
    v1::WorkloadSpec spec;
    spec.set_array_size(24);
    spec.set_cpus(1);
    spec.set_memory_bytes(std::uint64_t{1} << 30U);
    spec.set_expected_task_seconds(60);
    return spec;
}

inline Currency cny() {
    return *Currency::parse("CNY");
}

}  // namespace penstock::plan
