#include "core/catalog/types.h"

#include <algorithm>

namespace penstock::catalog {

const Measurement* find_measurement(const Profile& profile, std::string_view name) {
    const auto found = std::ranges::find(profile.measurements, name, &Measurement::name);
    return found == profile.measurements.end() ? nullptr : &*found;
}

std::int64_t gemm_fp64_mflops_per_core(const Profile& profile) {
    const Measurement* gemm = find_measurement(profile, "gemm_fp64");
    if (gemm == nullptr || profile.cores == 0) return 0;
    return gemm->value_milli / profile.cores;  // A thousandth of a GFLOP/s is a MFLOP/s.
}

std::uint64_t memory_per_core_bytes(const Profile& profile) {
    return profile.cores == 0 ? 0 : profile.memory_bytes / profile.cores;
}

}  // namespace penstock::catalog
