#include "advise/estimate/mfu_table.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "advise/estimate/error.h"
#include "advise/estimate/fact_table.h"
#include "advise/estimate/facts.h"
#include "base/try.h"

namespace penstock::estimate {

namespace {

double doublings(double value, double from) {
    return std::log2(std::max(value, from) / from);
}

std::string architecture_of(const std::string& chip, const ChipTable& chips) {
    const auto found = std::ranges::find(chips.chips(), chip, &Chip::model);
    return found == chips.chips().end() ? std::string() : found->architecture;
}

bool is_kin(std::string_view architecture, std::string_view measured) {
    // A Grace Hopper module holds the same GPU as an H100.
    return architecture == measured || (architecture == "Grace Hopper" && measured == "Hopper");
}

}  // namespace

std::string_view name(Basis basis) {
    constexpr std::string_view kNames[] = {"measured", "kin", "matmul", "peak"};
    return kNames[static_cast<std::size_t>(basis)];
}

double MfuTable::Measured::level(int size) const {
    const auto nearest = std::ranges::min_element(
        levels, {}, [&](const auto& level) { return std::abs(level.first - size); });
    return nearest->second;
}

double MfuTable::context_slope(const std::string& chip) const {
    const auto found = measured_.find(chip);
    return found == measured_.end() ? 0 : found->second.context_slope;
}

double MfuTable::change(const Measured& chip, const MfuCase& run) const {
    return device_slope_ * doublings(run.devices, kDevicesFrom) +
           chip.context_slope * doublings(run.context, kContextFrom) +
           (run.precision == Precision::fp8 ? fp8_log_ratio_ : 0);
}

double MfuTable::rule(const Measured& chip, const MfuCase& run) const {
    return chip.level(size_class(run.parameters)) + change(chip, run);
}

const std::pair<const std::string, MfuTable::Measured>& MfuTable::slowest(int size) const {
    return *std::ranges::min_element(measured_, {},
                                     [&](const auto& chip) { return chip.second.level(size); });
}

Result<MfuTable> MfuTable::shipped(const ChipTable& chips) {
    return make({.bench_csv = mfu_bench_csv(),
                 .published_csv = mfu_published_csv(),
                 .matmul_csv = matmul_csv()},
                chips);
}

Result<MfuTable> MfuTable::make(const Sources& sources, const ChipTable& chips) {
    TRY_ASSIGN(const auto bench, read_bench(sources.bench_csv, "llm_mfu_bench.csv"));
    TRY_ASSIGN(const auto published,
               read_published(sources.published_csv, "llm_mfu_published.csv"));
    const bool has_16_bits = std::ranges::any_of(
        bench, [](const MfuPoint& point) { return point.precision == Precision::bf16; });
    if (!has_16_bits) return reject(kTableBroken, {}, "llm_mfu_bench.csv has no rows at bf16.");
    MfuTable table;
    table.fit(bench, published, chips);
    TRY(table.read_matmul(sources.matmul_csv, chips));
    for (const MfuPoint& point : published.mfu) {
        if (table.measured_.contains(point.chip)) continue;
        return reject(kTableBroken, {}, "llm_mfu_published.csv has a chip without benchmark.");
    }
    table.fit_widths(published);
    table.source_ = bench.front().source;
    return table;
}

void MfuTable::fit(const std::vector<MfuPoint>& bench, const PublishedMfu& published,
                   const ChipTable& chips) {
    auto scaled = bench;
    scaled.insert(scaled.end(), published.mfu.begin(), published.mfu.end());
    scaled.insert(scaled.end(), published.relative.begin(), published.relative.end());
    device_slope_ = slope(scaled, Along::devices, kDevicesFrom);

    std::map<std::string, std::vector<MfuPoint>> by_chip;
    for (const MfuPoint& point : bench) by_chip[point.chip].push_back(point);
    std::vector<double> fp8;
    for (const auto& [chip, points] : by_chip) {
        Measured measured{.architecture = architecture_of(chip, chips)};
        measured.context_slope = slope(points, Along::context, kContextFrom);
        const auto left = [&](const MfuPoint& point) {
            return std::log(point.mfu) - device_slope_ * doublings(point.devices, kDevicesFrom) -
                   measured.context_slope * doublings(point.context, kContextFrom);
        };
        std::map<int, std::vector<double>> groups;
        for (const MfuPoint& point : points) {
            if (point.precision == Precision::bf16)
                groups[size_class(point.parameters)].push_back(left(point));
        }
        if (groups.empty()) continue;
        for (auto& [size, values] : groups) measured.levels[size] = median(std::move(values));
        for (const MfuPoint& point : points) {
            if (point.precision == Precision::fp8)
                fp8.push_back(left(point) - measured.level(size_class(point.parameters)));
        }
        measured_.emplace(chip, std::move(measured));
    }
    fp8_log_ratio_ = median(std::move(fp8));
}

Result<void> MfuTable::read_matmul(std::string_view csv, const ChipTable& chips) {
    constexpr std::string_view kFile = "matmul_measured.csv";
    TRY_ASSIGN(const auto table,
               FactTable::read(csv, kFile, {"model", "measured_tflops", "peak_tflops", "source"}));
    for (std::size_t row = 0; row < table.rows(); ++row) {
        const std::string model(table.text(row, "model"));
        TRY_ASSIGN(const double measured, table.needed(row, "measured_tflops"));
        TRY_ASSIGN(const double peak, table.needed(row, "peak_tflops"));
        if (measured <= 0 || peak <= 0 ||
            std::ranges::find(chips.chips(), model, &Chip::model) == chips.chips().end())
            return reject(kTableBroken, {}, std::string(kFile) + ": " + model + ".");
        matmul_[model] = {.share = measured / peak,
                          .source = std::string(table.text(row, "source"))};
    }
    for (const auto& [chip, unused] : measured_) {
        if (!matmul_.contains(chip) && measured_.size() == 1)
            return reject(kTableBroken, {}, std::string(kFile) + " lacks " + chip + ".");
    }
    return {};
}

/// A width for each basis: what others' figures were off the rule, and beyond it how far chips of
/// one architecture differ; how badly products of matrices foretell training; how much those shares
/// vary.
void MfuTable::fit_widths(const PublishedMfu& published) {
    for (const MfuPoint& point : published.mfu) {
        const MfuCase run{.parameters = point.parameters,
                          .devices = point.devices,
                          .context = point.context,
                          .precision = point.precision};
        residuals_.push_back(std::log(point.mfu) - rule(measured_.at(point.chip), run));
    }
    width_measured_ = spread(residuals_, kCoverage);
    std::vector<double> kin;
    std::vector<double> matmul;
    for (const auto& [left_name, left] : measured_) {
        for (const auto& [right_name, right] : measured_) {
            if (left_name >= right_name) continue;
            const bool related = left.architecture == right.architecture;
            const bool multiplied = matmul_.contains(left_name) && matmul_.contains(right_name);
            for (int size = 0; size < kSizeClasses; ++size) {
                const double apart = left.level(size) - right.level(size);
                if (related) kin.push_back(apart);
                if (multiplied)
                    matmul.push_back(apart - std::log(matmul_.at(left_name).share /
                                                      matmul_.at(right_name).share));
            }
        }
    }
    std::vector<double> shares;
    for (const auto& [chip, product] : matmul_) shares.push_back(std::log(product.share));
    const double middle = median(shares);
    for (double& share : shares) share -= middle;
    width_kin_ = width_measured_ + spread(kin, kCoverage);
    width_matmul_ = width_measured_ + spread(matmul, kCoverage);
    width_peak_ = std::max(width_matmul_, width_measured_ + spread(shares, kCoverage));
}

Utilisation MfuTable::utilisation(const Chip& chip, const MfuCase& run) const {
    const auto made = [&](double log_mfu, double width, Basis basis, std::string source) {
        return Utilisation{std::min(std::exp(log_mfu), 0.95), width, basis, std::move(source)};
    };
    if (const auto found = measured_.find(chip.model); found != measured_.end())
        return made(rule(found->second, run), width_measured_, Basis::measured,
                    "measured: " + source_);
    const int size = size_class(run.parameters);
    for (const auto& [model, measured] : measured_) {
        // Of several kin the slowest at this size stands for the others.
        if (!is_kin(chip.architecture, measured.architecture)) continue;
        const auto slower = [&](const auto& other) {
            return is_kin(chip.architecture, other.second.architecture) &&
                   other.second.level(size) < measured.level(size);
        };
        if (std::ranges::any_of(measured_, slower)) continue;
        return made(rule(measured, run), width_kin_, Basis::kin,
                    "as " + model + ", of the same architecture: " + source_);
    }
    // A chip whose training nobody measured is given no more than the slowest that was measured.
    const auto& [model, reference] = slowest(size);
    const auto product = matmul_.find(chip.model);
    if (product != matmul_.end() && matmul_.contains(model)) {
        const double ratio = std::log(product->second.share / matmul_.at(model).share);
        return made(rule(reference, run) + std::min(ratio, 0.0), width_matmul_, Basis::matmul,
                    "product of matrices measured: " + product->second.source);
    }
    return made(rule(reference, run), width_peak_, Basis::peak,
                "not measured: as " + model + ", the slowest that was");
}

}  // namespace penstock::estimate
