#include "advise/estimate/mfu_groups.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

#include "advise/estimate/error.h"
#include "advise/estimate/fact_table.h"
#include "base/try.h"

namespace penstock::estimate {

namespace {

/// Names of the benchmark's chips.
std::string_view chip_of(std::string_view gpu) {
    if (gpu == "a100_40gb") return "A100-SXM4-40GB";
    if (gpu == "a100_80gb") return "A100-SXM4-80GB";
    if (gpu == "h100_80gb") return "H100-SXM5-80GB";
    return {};
}

Result<void> check(const MfuPoint& point, std::string_view file, std::size_t row) {
    const bool whole = point.parameters > 0 && point.context > 0 && point.devices >= 1 &&
                       point.mfu > 0 && point.mfu < 1;
    if (whole) return {};
    return reject(kTableBroken, {},
                  std::string(file) + ": row " + std::to_string(row + 1) +
                      " has a zero, or a share that is none.");
}

}  // namespace

Result<std::vector<MfuPoint>> read_bench(std::string_view csv, std::string_view file) {
    TRY_ASSIGN(const auto table,
               FactTable::read(csv, file,
                               {"model", "numparams", "seqlen_t", "num_gpus", "gpu", "mfu",
                                "precision", "activation_checkpointing", "source"}));
    std::vector<MfuPoint> points;
    for (std::size_t row = 0; row < table.rows(); ++row) {
        MfuPoint point;
        point.chip = chip_of(table.text(row, "gpu"));
        if (point.chip.empty())
            return reject(
                kTableBroken, {},
                std::string(file) + ": no chip is " + std::string(table.text(row, "gpu")) + ".");
        const bool fp8 = table.text(row, "precision") == "amp_fp8";
        point.precision = fp8 ? Precision::fp8 : Precision::bf16;
        TRY_ASSIGN(point.parameters, table.needed(row, "numparams"));
        TRY_ASSIGN(point.context, table.needed(row, "seqlen_t"));
        TRY_ASSIGN(point.devices, table.needed(row, "num_gpus"));
        TRY_ASSIGN(const double percent, table.needed(row, "mfu"));
        point.mfu = percent / 100;
        point.source = table.text(row, "source");
        point.series = point.chip;
        for (const std::string_view part :
             {table.text(row, "model"), table.text(row, "activation_checkpointing"),
              name(point.precision)})
            point.series.append("|").append(part);
        TRY(check(point, file, row));
        points.push_back(std::move(point));
    }
    return points;
}

Result<PublishedMfu> read_published(std::string_view csv, std::string_view file) {
    TRY_ASSIGN(const auto table, FactTable::read(csv, file,
                                                 {"series", "kind", "params_b", "device", "devices",
                                                  "context", "mfu_pct", "source"}));
    PublishedMfu out;
    for (std::size_t row = 0; row < table.rows(); ++row) {
        const bool relative = table.text(row, "kind") == "relative";
        MfuPoint point{.series = std::string(table.text(row, "series")),
                       .chip = std::string(table.text(row, "device")),
                       .source = std::string(table.text(row, "source"))};
        TRY_ASSIGN(point.devices, table.needed(row, "devices"));
        TRY_ASSIGN(const double percent, table.needed(row, "mfu_pct"));
        point.mfu = percent / 100;
        if (relative) {
            out.relative.push_back(std::move(point));
            continue;
        }
        TRY_ASSIGN(const double billions, table.needed(row, "params_b"));
        point.parameters = billions * 1e9;
        TRY_ASSIGN(point.context, table.needed(row, "context"));
        TRY(check(point, file, row));
        out.mfu.push_back(std::move(point));
    }
    return out;
}

double median(std::vector<double> values) {
    if (values.empty()) return 0;
    std::ranges::sort(values);
    const std::size_t middle = values.size() / 2;
    return values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
}

double weighted_median(std::vector<Weighted> values) {
    std::ranges::sort(values, {}, &Weighted::value);
    double total = 0;
    for (const Weighted& one : values) total += one.weight;
    double reached = 0;
    for (const Weighted& one : values) {
        reached += one.weight;
        if (reached >= total / 2) return one.value;
    }
    return 0;
}

double spread(const std::vector<double>& residuals, double coverage) {
    if (residuals.empty()) return 0;
    std::vector<double> sizes;
    for (const double residual : residuals) sizes.push_back(std::abs(residual));
    std::ranges::sort(sizes);
    const double rank = std::ceil(coverage * static_cast<double>(sizes.size() + 1));
    return sizes[std::min(sizes.size(), static_cast<std::size_t>(std::max(rank, 1.0))) - 1];
}

double slope(const std::vector<MfuPoint>& points, Along along, double from) {
    const auto measure = [&](const MfuPoint& point) {
        return along == Along::devices ? point.devices : point.context;
    };
    std::map<std::pair<std::string, double>, std::vector<const MfuPoint*>> series;
    for (const MfuPoint& point : points) {
        if (measure(point) < from) continue;
        const double fixed = along == Along::devices ? point.context : point.devices;
        series[{point.series, fixed}].push_back(&point);
    }
    std::vector<Weighted> slopes;
    for (const auto& [key, members] : series) {
        const auto [first, last] = std::ranges::minmax(
            members, {}, [&](const MfuPoint* point) { return measure(*point); });
        const double doublings = std::log2(measure(*last) / measure(*first));
        if (doublings <= 0) continue;
        slopes.push_back({std::log(last->mfu / first->mfu) / doublings, doublings});
    }
    return weighted_median(std::move(slopes));
}

int size_class(double parameters) {
    constexpr double kBounds[] = {0.5e9, 2e9, 10e9, 40e9};
    return static_cast<int>(
        std::ranges::count_if(kBounds, [&](double bound) { return parameters >= bound; }));
}

}  // namespace penstock::estimate
