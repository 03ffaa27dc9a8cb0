#include "advise/estimate/probe.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include "advise/estimate/error.h"
#include "advise/estimate/limits.h"
#include "advise/estimate/mfu_groups.h"
#include "advise/estimate/mfu_table.h"
#include "base/try.h"

namespace penstock::estimate {

namespace {

constexpr AmountRange kSeconds{1e-9, 1e9};
constexpr AmountRange kParts{1e-3, 1e12};
constexpr AmountRange kShare{0, 1e12};
constexpr AmountRange kRate{0, 1e24};

Result<void> check(const Probe& probe, const MeasuredProfile& from, const MeasuredProfile& to) {
    if (probe.seconds_each.empty()) return reject(kFieldMissing, "seconds_each");
    for (const double seconds : probe.seconds_each)
        TRY(check_range(seconds, kSeconds, "seconds_each"));
    TRY(check_range(probe.parts, kParts, "parts"));
    for (const double share :
         {probe.bound_by.compute, probe.bound_by.memory, probe.bound_by.storage})
        TRY(check_range(share, kShare, "bound_by"));
    for (const MeasuredProfile& profile : {from, to}) {
        for (const double rate :
             {profile.flops_per_s, profile.memory_bytes_per_s, profile.storage_bytes_per_s})
            TRY(check_range(rate, kRate, "profile"));
    }
    return {};
}

/// How the time of one part changes: expected, and from the least ratio to the greatest.
Result<Span> ratio_of(const BoundBy& bound_by, const MeasuredProfile& from,
                      const MeasuredProfile& to) {
    const std::array<std::array<double, 3>, 3> kinds{
        {{bound_by.compute, from.flops_per_s, to.flops_per_s},
         {bound_by.memory, from.memory_bytes_per_s, to.memory_bytes_per_s},
         {bound_by.storage, from.storage_bytes_per_s, to.storage_bytes_per_s}}};
    const double total = bound_by.compute + bound_by.memory + bound_by.storage;
    std::vector<double> ratios;
    double summed = 0;
    for (const auto& [share, before, after] : kinds) {
        const bool both = before > 0 && after > 0;
        if (share > 0 && !both) return reject(kProbeIncomparable, "bound_by");
        if (!both) continue;
        ratios.push_back(before / after);
        summed += share * ratios.back();
    }
    if (ratios.empty()) return reject(kProbeIncomparable);
    if (total > 0) {
        const double known = summed / total;
        return Span{known, known, known};
    }
    double logs = 0;
    for (const double ratio : ratios) logs += std::log(ratio);
    const auto [least, greatest] = std::ranges::minmax(ratios);
    return Span{least, std::exp(logs / static_cast<double>(ratios.size())), greatest};
}

}  // namespace

Result<Span> scaled_seconds(const Probe& probe, const MeasuredProfile& from,
                            const MeasuredProfile& to) {
    TRY(check(probe, from, to));
    TRY_ASSIGN(const Span ratio, ratio_of(probe.bound_by, from, to));
    std::vector<double> logs;
    for (const double seconds : probe.seconds_each) logs.push_back(std::log(seconds));
    const double middle = median(logs);
    for (double& log : logs) log -= middle;
    // The spread of one part to the next; the whole job's parts partly make up for one another.
    const double width = spread(logs, kCoverage);
    const Span part = around(std::exp(middle), width);
    return Span{part.low * ratio.low, part.expected * ratio.expected, part.high * ratio.high} *
           probe.parts;
}

}  // namespace penstock::estimate
