#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "advise/estimate/chip.h"
#include "base/error.h"

namespace penstock::estimate {

/// One measured training speed.
struct MfuPoint {
    std::string series{};  ///< Rows of one series differ in devices or context only.
    std::string chip{};    ///< Of the table of chips; empty where only shares are known.
    Precision precision = Precision::bf16;
    double parameters = 0;
    double context = 0;
    double devices = 0;
    double mfu = 0;  ///< Share of the dense peak, 6·N·D and attention counted, recomputing not.
    std::string source{};
};

/// What the benchmark measured: data/tables/llm_mfu_bench.csv.
/// @retval kTableBroken and what CSV is refused for
Result<std::vector<MfuPoint>> read_bench(std::string_view csv, std::string_view file);

struct PublishedMfu {
    std::vector<MfuPoint> mfu{};       ///< Of others, with other programs.
    std::vector<MfuPoint> relative{};  ///< Only how the speed falls with the devices.
};
/// data/tables/llm_mfu_published.csv.
/// @retval kTableBroken and what CSV is refused for
Result<PublishedMfu> read_published(std::string_view csv, std::string_view file);

double median(std::vector<double> values);

struct Weighted {
    double value = 0;
    double weight = 0;
};
/// The least value at which half of the weight is reached; 0 of nothing.
double weighted_median(std::vector<Weighted> values);

/// The least of the values' sizes that at least `coverage` of them, and of one more that is drawn
/// as they were, do not pass (split conformal prediction); the largest where there are too few.
double spread(const std::vector<double>& residuals, double coverage);

enum class Along { devices, context };
/// How ln MFU changes with each doubling: for each series from its first to its last point at or
/// above `from`, the median of these slopes, weighted by the doublings that they span.
double slope(const std::vector<MfuPoint>& points, Along along, double from);

/// Models of like size, which run alike: below 0.5e9, 2e9, 10e9, 40e9 parameters, and above.
int size_class(double parameters);
inline constexpr int kSizeClasses = 5;

}  // namespace penstock::estimate
