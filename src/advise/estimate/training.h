#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "advise/estimate/architecture.h"
#include "advise/estimate/chip.h"
#include "advise/estimate/goodput.h"
#include "advise/estimate/layout.h"
#include "advise/estimate/mfu_table.h"
#include "advise/estimate/span.h"
#include "advise/estimate/warning.h"
#include "base/error.h"

namespace penstock::estimate {

/// What is trained: all from the beginning, all of a trained model, or adapters beside frozen
/// weights of 16 or of 4 bits.
enum class Method { pretrain, full, lora, qlora };
std::string_view name(Method method);

struct TrainingRequest {
    Method method = Method::pretrain;
    std::string model{};                        ///< Of the table of architectures; empty for none.
    std::optional<double> parameters{};         ///< Needed without a model.
    std::optional<double> active_parameters{};  ///< Of a mixture of experts.
    std::optional<double> tokens{};             ///< Needed.
    std::string device{};                       ///< Needed; as ChipTable::find takes it.
    std::optional<double> devices{};
    double devices_per_node = 8;
    Precision precision = Precision::bf16;
    std::optional<double> context{};
    std::optional<Recompute> recompute{};
    /// Of a step. Empty: 4 million, doubled until there is a sequence for every eighth device.
    std::optional<double> batch_tokens{};
    double adapter_rank = 16;
    /// For how many days to choose devices when their number is not given.
    double days = 30;
    double power_usage_effectiveness = 1.5;
    FailureModel failures{};
};

struct TrainingFlops {
    double weights = 0;    ///< 6·N·D, or 4·N·D and 6 for the adapters' own.
    double attention = 0;  ///< 12·layers·width·context for each token.
    double hardware = 0;   ///< With what is worked out twice.

    double model() const { return weights + attention; }
};

struct TrainingEstimate {
    Chip chip{};
    Architecture architecture{};
    double tokens = 0;
    double context = 0;
    double batch_tokens = 0;
    double trained_parameters = 0;
    Peak peak{};
    TrainingFlops flops{};
    Utilisation utilisation{};
    double hfu = 0;  ///< As mfu, with what is worked out twice.
    Goodput goodput{};
    double devices = 0;
    bool devices_chosen = false;
    std::optional<Layout> layout{};  ///< Empty where the devices do not hold it.
    std::optional<double> smallest_devices{};
    Span device_hours{};
    Span wall_hours{};
    std::optional<Span> energy_kwh{};  ///< Empty where the chip's power is unknown.
    /// Whether the figures of the chip are sure enough for money to depend on them.
    bool may_be_billed_on = false;
    std::vector<Warning> warnings;
};

/// What is learnt from finished runs; see calibrate.h.
struct Correction {
    double log_bias = 0;      ///< Of device-hours.
    double width_factor = 1;  ///< Of the interval.
    bool operator==(const Correction&) const = default;
};

/// Tables, and what finished runs taught.
struct Estimator {
    ChipTable chips;
    ArchitectureTable architectures;
    MfuTable mfu;
    std::map<std::string, Correction> corrections{};  ///< By the chip's model.

    /// With the tables that are compiled in.
    static Result<Estimator> shipped();
};

/// Device-hours, devices, layout, memory, checkpoints and energy of training a transformer.
///
/// device-hours = FLOPs ÷ (peak × MFU × share of time that counts); the rest follows from it.
/// @retval kFieldMissing, kAmountOutOfRange, kFieldsContradict, kChipUnknown, kModelUnknown,
///         kFigureUnknown  With the request's field.
Result<TrainingEstimate> estimate_training(const Estimator& estimator,
                                           const TrainingRequest& request);

/// Device-hours of an estimated run on another number of devices, all else as it was estimated.
/// @param devices  At least 1. Whether they hold the run is not looked at.
Span device_hours_on(double devices, const Estimator& estimator, const TrainingRequest& request,
                     const TrainingEstimate& estimate);

/// Of cards whose boards draw `power_w`, with a tenth for the rest of their servers: GPT-3's
/// published 330 W a card of 300 W.
Span energy_kwh(const Span& device_hours, double power_w, double power_usage_effectiveness);

/// Parameters of adapters of that rank beside every matrix of a layer with a gated feed-forward
/// net.
double adapter_parameters(const Architecture& architecture, double rank);

/// The shape of the model that a request names or describes.
/// @retval kFieldMissing, kAmountOutOfRange, kFieldsContradict, kModelUnknown
Result<Architecture> architecture_of(const ArchitectureTable& table, const std::string& model,
                                     std::optional<double> parameters,
                                     std::optional<double> active_parameters);

}  // namespace penstock::estimate
