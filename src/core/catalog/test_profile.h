#pragma once

#include <cstdint>
#include <string>

#include "core/catalog/types.h"

namespace penstock::catalog {

inline Nonce test_nonce(std::uint8_t seed) {
    Nonce nonce{};
    nonce[0] = seed;
    return nonce;
}

inline Measurement test_measurement(std::string name, std::string unit, std::int64_t value_milli) {
    return {.name = std::move(name),
            .unit = std::move(unit),
            .value_milli = value_milli,
            .spread_milli = 100,
            .repetitions = 5,
            .method = "n=2048",
            .software = "OpenBLAS 0.3.21"};
}

/// A profile that every rule takes, measured at `now` in answer to `test_nonce(seed)`.
inline Profile test_profile(std::uint32_t cores, Instant now, std::uint8_t seed = 1) {
    return {.challenge = test_nonce(seed),
            .measured_at = now,
            .cores = cores,
            .memory_bytes = std::uint64_t{cores} << 32U,
            .measurements = {test_measurement("gemm_fp64", "GFLOP/s", 12'000LL * cores),
                             test_measurement("gemm_fp32", "GFLOP/s", 24'000LL * cores),
                             test_measurement("triad", "GB/s", 20'000)},
            .topology = "Package:1 Core:8\nPU:16",
            .cpu_model = "鲲鹏 920",
            .cpu_ids = {}};
}

}  // namespace penstock::catalog
