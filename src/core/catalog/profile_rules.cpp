#include "core/catalog/profile_rules.h"

#include <algorithm>
#include <array>
#include <set>
#include <string_view>

#include "base/text.h"
#include "base/try.h"
#include "core/catalog/catalog.h"
#include "core/catalog/error.h"

namespace penstock::catalog {

namespace {

constexpr std::uint64_t kMemoryBytesMax = 1ULL << 50U;
constexpr std::size_t kMeasurementsMax = 64;
constexpr std::int64_t kValueMilliMax = 1'000'000'000'000'000;
constexpr std::uint32_t kRepetitionsMax = 1'000'000;
constexpr Duration kClockSkewMax = seconds(24 * 3600);

constexpr TextLength kMeasurementNameLength{1, 40};
constexpr TextLength kUnitLength{1, 20};
constexpr TextLength kMethodLength{0, 300};
constexpr TextLength kCpuModelLength{0, 200};
constexpr TextLength kTopologyLength{0, 4000};

/// Without these no two pools can be compared.
struct Needed {
    std::string_view name;
    std::string_view unit;
};
constexpr std::array kNeeded{Needed{"gemm_fp64", "GFLOP/s"}, Needed{"gemm_fp32", "GFLOP/s"},
                             Needed{"triad", "GB/s"}};

Result<void> check_measurement(const Measurement& measurement) {
    if (!is_label(measurement.name, kMeasurementNameLength) ||
        !is_label(measurement.unit, kUnitLength) || !is_prose(measurement.method, kMethodLength) ||
        !is_prose(measurement.software, kMethodLength)) {
        return reject(kProfileTextInvalid, "profile.measurements");
    }
    const bool sane = measurement.value_milli > 0 && measurement.value_milli <= kValueMilliMax &&
                      measurement.spread_milli >= 0 && measurement.spread_milli <= kValueMilliMax &&
                      measurement.repetitions >= 1 && measurement.repetitions <= kRepetitionsMax;
    if (!sane) return reject(kMeasurementInvalid, "profile.measurements", measurement.name);
    return {};
}

Result<void> check_measurements(const Profile& profile) {
    if (profile.measurements.size() > kMeasurementsMax) {
        return reject(kMeasurementInvalid, "profile.measurements");
    }
    std::set<std::string_view> names;
    for (const Measurement& measurement : profile.measurements) {
        TRY(check_measurement(measurement));
        if (!names.insert(measurement.name).second) {
            return reject(kMeasurementInvalid, "profile.measurements", measurement.name);
        }
    }
    for (const Needed& needed : kNeeded) {
        const Measurement* found = find_measurement(profile, needed.name);
        if (found == nullptr || found->unit != needed.unit) {
            return reject(kMeasurementMissing, "profile.measurements", std::string(needed.name));
        }
    }
    return {};
}

bool names_each_once(const std::vector<std::uint32_t>& numbers) {
    return std::set(numbers.begin(), numbers.end()).size() == numbers.size();
}

}  // namespace

Result<void> check_profile_facts(const Profile& profile, Instant now) {
    if (profile.cores < 1 || profile.cores > kCoresMax) {
        return reject(kProfileCoresInvalid, "profile.cores");
    }
    if (profile.memory_bytes < 1 || profile.memory_bytes > kMemoryBytesMax) {
        return reject(kProfileMemoryInvalid, "profile.memory_bytes");
    }
    if (profile.measured_at.ns < 0 || profile.measured_at > kLastInstant ||
        profile.measured_at < now - kClockSkewMax || profile.measured_at > now + kClockSkewMax) {
        return reject(kProfileTimeInvalid, "profile.measured_at_ns");
    }
    if (!is_prose(profile.cpu_model, kCpuModelLength)) {
        return reject(kProfileTextInvalid, "profile.cpu_model");
    }
    if (!is_prose(profile.topology, kTopologyLength)) {
        return reject(kProfileTextInvalid, "profile.topology");
    }
    const bool cpus_fit = profile.cpu_ids.empty() || profile.cpu_ids.size() == profile.cores;
    if (!cpus_fit || !names_each_once(profile.cpu_ids)) {
        return reject(kProfileCpusInvalid, "profile.cpu_ids");
    }
    return check_measurements(profile);
}

}  // namespace penstock::catalog
