#pragma once

#include <array>

#include "base/error.h"

namespace penstock::estimate {

inline constexpr Rejection kAmountInvalid{
    16040, Code::invalid_argument, "AMOUNT_INVALID",
    "Give a number above zero with or without a unit: 70B, 1.5T, 7e10, 700亿, 1.5万亿."};
inline constexpr Rejection kAmountOutOfRange{
    16041, Code::out_of_range, "AMOUNT_OUT_OF_RANGE",
    "The number is outside what an estimate can be made for."};
inline constexpr Rejection kChipUnknown{
    16042, Code::not_found, "CHIP_UNKNOWN",
    "No chip of that name is in the table of chips, and none is guessed."};
inline constexpr Rejection kFigureUnknown{16043, Code::failed_precondition, "FIGURE_UNKNOWN",
                                          "The table of chips lacks a figure that the estimate "
                                          "needs; measure the chip, or name another."};
inline constexpr Rejection kModelUnknown{16044, Code::not_found, "MODEL_UNKNOWN",
                                         "No model of that name is in the table of architectures; "
                                         "give --params instead, or another name."};
inline constexpr Rejection kTableBroken{
    16045, Code::data_loss, "TABLE_BROKEN",
    "The table is not in the form that is needed; its guide is docs/estimator.md."};
inline constexpr Rejection kPrecisionUnknown{16046, Code::invalid_argument, "PRECISION_UNKNOWN",
                                             "Give bf16, fp16 or fp8 as the precision."};
inline constexpr Rejection kFieldMissing{16047, Code::invalid_argument, "FIELD_MISSING",
                                         "A field that the estimate needs is missing."};
inline constexpr Rejection kFieldsContradict{16048, Code::invalid_argument, "FIELDS_CONTRADICT",
                                             "Two fields contradict each other."};
inline constexpr Rejection kProbeIncomparable{
    16049, Code::failed_precondition, "PROBE_INCOMPARABLE",
    "The two pools have no measured figure in common; measure both, then scale the probe again."};

inline constexpr std::array kRejections{
    &kAmountInvalid, &kAmountOutOfRange, &kChipUnknown,  &kFigureUnknown,    &kModelUnknown,
    &kTableBroken,   &kPrecisionUnknown, &kFieldMissing, &kFieldsContradict, &kProbeIncomparable};

}  // namespace penstock::estimate
