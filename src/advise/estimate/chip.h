#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace penstock::estimate {

enum class Precision { bf16, fp16, fp8 };
std::string_view name(Precision precision);
/// @retval kPrecisionUnknown (field "precision")
Result<Precision> parse_precision(std::string_view text);

/// How well a row of the table of chips is known. Nothing may be billed on the last two.
enum class Confidence { high, medium, low, unconfirmed };
std::string_view name(Confidence confidence);

/// An accelerator as its row describes it: dense peaks, never sparse ones.
struct Chip {
    std::string vendor{};
    std::string model{};
    std::string architecture{};
    std::optional<double> fp16_tflops{};
    std::optional<double> bf16_tflops{};
    std::optional<double> fp8_tflops{};
    std::optional<double> memory_gib{};
    std::optional<double> bandwidth_gb_per_s{};
    std::optional<double> power_w{};
    Confidence confidence = Confidence::unconfirmed;
    std::string source{};

    bool may_be_billed_on() const {
        return confidence == Confidence::high || confidence == Confidence::medium;
    }
};

/// A peak and the precision it is stated at, which may be the other one of 16 bits.
struct Peak {
    double flops_per_s = 0;
    Precision precision = Precision::bf16;
};

/// @retval kFigureUnknown (field "device")
Result<Peak> peak(const Chip& chip, Precision precision);
/// @retval kFigureUnknown (field "device")
Result<double> memory_bytes(const Chip& chip);
/// @retval kFigureUnknown (field "device")
Result<double> bytes_per_s(const Chip& chip);

class ChipTable {
  public:
    /// @retval kTableBroken and what CSV is refused for
    static Result<ChipTable> read(std::string_view csv, std::string_view file);

    const std::vector<Chip>& chips() const { return chips_; }
    /// The chip of a name as people write it: "A100", "A100-40G", "NVIDIA H100 SXM", "昇腾910B";
    /// also each name by which an intent may ask for one chip (data/intent/chips.csv), "寒武纪590".
    /// Where a name is that of a family, the plain or generic one, then the one with the widest
    /// memory; the result names it.
    /// @retval kChipUnknown (field "device")  With the nearest names.
    Result<Chip> find(std::string_view name) const;
    /// All rows that the id of a chip or of a family in an intent stands for, in the table's order;
    /// none for what is no such id.
    std::vector<Chip> chips_of(std::string_view id) const;

  private:
    std::vector<Chip> chips_;
};

}  // namespace penstock::estimate
