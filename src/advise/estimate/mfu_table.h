#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "advise/estimate/chip.h"
#include "advise/estimate/mfu_groups.h"
#include "base/error.h"

namespace penstock::estimate {

/// How often the truth is to lie within the interval.
inline constexpr double kCoverage = 0.8;

/// What the utilisation of a chip is known from, best first.
enum class Basis {
    measured,  ///< Training was measured on this very chip.
    kin,       ///< On one of its architecture, or on one with its cores.
    matmul,    ///< Only a product of matrices was measured.
    peak,      ///< Nothing was: its peak alone.
};
std::string_view name(Basis basis);

/// What share of the dense peak a training run turns into the model's operations (MFU).
struct Utilisation {
    double mfu = 0;
    double log_width = 0;  ///< Half of the interval, of ln MFU.
    Basis basis = Basis::peak;
    std::string source{};
};

struct MfuCase {
    double parameters = 0;  ///< Those that a token passes through.
    double devices = 1;
    double context = 4096;
    Precision precision = Precision::bf16;
};

/// MFU by chip, precision, size of model, length of context and number of devices.
///
/// One rule throughout: ln MFU = level(chip, size class) + c(chip)·log2(context ÷ 2048) +
/// d·log2(devices ÷ 64) + p(precision), where a logarithm below 0 counts as 0. d and c are weighted
/// medians of series' slopes (d over benchmark and published figures), a level is the median of
/// what the benchmark's rows of that group leave, p the median of what its rows at fp8 leave. The
/// interval comes from the published figures alone: how far others, with other programs and much
/// larger clusters, were from the rule. Nothing knows of the runs that estimates are compared with.
class MfuTable {
  public:
    static constexpr double kContextFrom = 2048;
    static constexpr double kDevicesFrom = 64;

    struct Sources {
        std::string_view bench_csv;
        std::string_view published_csv;
        std::string_view matmul_csv;
    };
    /// The tables that are compiled in.
    static Result<MfuTable> shipped(const ChipTable& chips);
    /// @param chips  That the tables' chips are in.
    /// @retval kTableBroken and what CSV is refused for
    static Result<MfuTable> make(const Sources& sources, const ChipTable& chips);

    Utilisation utilisation(const Chip& chip, const MfuCase& run) const;

    double device_slope() const { return device_slope_; }
    double context_slope(const std::string& chip) const;
    /// ln of the speed at fp8, as a share of that peak, over that at bf16.
    double fp8_log_ratio() const { return fp8_log_ratio_; }
    /// ln (published ÷ rule), in the order of the published figures.
    const std::vector<double>& residuals() const { return residuals_; }

  private:
    struct Measured {
        std::string architecture{};
        double context_slope = 0;
        std::map<int, double> levels{};  ///< ln MFU by size class.

        double level(int size) const;
    };
    struct Matmul {
        double share = 0;
        std::string source{};
    };

    void fit(const std::vector<MfuPoint>& bench, const PublishedMfu& published,
             const ChipTable& chips);
    Result<void> read_matmul(std::string_view csv, const ChipTable& chips);
    void fit_widths(const PublishedMfu& published);
    double change(const Measured& chip, const MfuCase& run) const;
    /// The chip on which measured runs of that size were slowest.
    const std::pair<const std::string, Measured>& slowest(int size) const;
    double rule(const Measured& chip, const MfuCase& run) const;

    std::map<std::string, Measured> measured_;
    std::map<std::string, Matmul> matmul_;
    double device_slope_ = 0;
    double fp8_log_ratio_ = 0;
    std::vector<double> residuals_;
    double width_measured_ = 0;
    double width_kin_ = 0;
    double width_matmul_ = 0;
    double width_peak_ = 0;
    std::string source_;
};

}  // namespace penstock::estimate
