#pragma once

#include <optional>
#include <string_view>

#include "advise/estimate/architecture.h"

namespace penstock::estimate {

/// What of the activations is kept for the way back, and what is worked out again.
enum class Recompute { none, selective, full };
std::string_view name(Recompute recompute);

/// Bytes that each parameter takes, as mixed precision with AdamW keeps it: 18 in all, weights in
/// 16 bits with a copy in 32, gradients in 32, two moments in 32.
struct StateBytes {
    double weights = 2;
    double gradients = 4;
    double optimizer = 12;  ///< With the copy of the weights.
};

struct LayoutRequest {
    Architecture architecture{};
    double trained_parameters = 0;  ///< All of them, or those of the adapters.
    StateBytes bytes{};
    double device_memory_bytes = 0;
    double devices = 1;
    double devices_per_node = 8;
    double context = 4096;
    double batch_tokens = 4e6;
    /// Empty: what loses least time of what fits.
    std::optional<Recompute> recompute{};
};

/// How a model lies on devices. The product of the three degrees is the number of devices in use.
struct Layout {
    double tensor = 1;
    double pipeline = 1;
    double data = 1;
    int zero = 0;  ///< What data parallelism divides: 1 optimizer, 2 gradients too, 3 weights too.
    Recompute recompute = Recompute::none;
    double micro_batches = 1;  ///< Of one sequence each, that pass the pipeline in one step.
    double bubble = 0;         ///< Share of a step in which stages of the pipeline wait.
    double idle_devices = 0;
    // Bytes on the fullest device.
    double weight_bytes = 0;
    double gradient_bytes = 0;
    double optimizer_bytes = 0;
    double activation_bytes = 0;

    double bytes() const {
        return weight_bytes + gradient_bytes + optimizer_bytes + activation_bytes;
    }
};

/// Of a device's memory, what is left to a model: the rest goes to buffers, fragments and
/// libraries.
inline constexpr double kMemoryShare = 0.9;

/// The layout that fits and loses least time: tensor parallelism within a node, then pipeline and
/// data parallelism. Weighs the bubble, what is recomputed, and a little for what each kind of
/// parallelism talks. A mixture of experts is spread as ZeRO-3 spreads weights.
/// @return Nothing where no layout fits.
std::optional<Layout> find_layout(const LayoutRequest& request);

/// The least number of devices, of whole nodes beyond the first, on which find_layout() finds one;
/// at most 2^20, empty where not even these hold it.
std::optional<double> smallest_devices(LayoutRequest request);

}  // namespace penstock::estimate
