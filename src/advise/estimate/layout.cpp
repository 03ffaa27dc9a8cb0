#include "advise/estimate/layout.h"

#include <algorithm>
#include <cmath>
#include <initializer_list>

namespace penstock::estimate {

namespace {

/// Bytes of activations of one sequence in one layer (arXiv:2205.05198, equations 2 to 4, with the
/// scores of attention never stored, as kernels of today do).
double layer_bytes(const LayoutRequest& request, const Layout& layout) {
    const double cells = request.context * request.architecture.width / layout.tensor;
    switch (layout.recompute) {
        case Recompute::none:
            return 34 * cells;
        case Recompute::selective:
            return 24 * cells;
        case Recompute::full:
            return 2 * cells;
    }
    return 34 * cells;
}

void fill_bytes(const LayoutRequest& request, Layout& layout) {
    const Architecture& model = request.architecture;
    const double split = layout.tensor * layout.pipeline;
    const double all = model.parameters / split;
    const double trained = request.trained_parameters / split;
    layout.weight_bytes = request.bytes.weights * all;
    layout.gradient_bytes = request.bytes.gradients * trained;
    layout.optimizer_bytes = request.bytes.optimizer * trained;
    if (layout.zero >= 1) layout.optimizer_bytes /= layout.data;
    if (layout.zero >= 2) layout.gradient_bytes /= layout.data;
    if (layout.zero >= 3) {
        // Two layers' weights are gathered at a time: the one at work and the next.
        layout.weight_bytes = layout.weight_bytes / layout.data + 2 * request.bytes.weights *
                                                                      model.active_parameters /
                                                                      model.layers / layout.tensor;
    }
    // The first stage of a pipeline keeps a sequence for each stage behind it.
    const double in_flight = std::min(layout.pipeline, layout.micro_batches);
    const double layers = std::ceil(model.layers / layout.pipeline);
    layout.activation_bytes = layers * in_flight * layer_bytes(request, layout);
    if (layout.recompute == Recompute::full)
        layout.activation_bytes +=
            34 * request.context * model.width / layout.tensor;  // The layer at work.
}

/// Share of the time that a layout is thought to lose. It ranks layouts; no estimate contains it.
double lost(const Layout& layout) {
    constexpr double kOfTensorDoubling = 0.02;
    constexpr double kOfZero[] = {0, 0.002, 0.01, 0.03};
    constexpr double kOfRecompute[] = {0, 0.03, 0.25};
    return layout.bubble + kOfTensorDoubling * std::log2(layout.tensor) + kOfZero[layout.zero] +
           kOfRecompute[static_cast<std::size_t>(layout.recompute)];
}

/// Sets what follows from the degrees.
/// @return Whether that many devices and sequences are there.
bool complete(const LayoutRequest& request, Layout& layout) {
    const double sequences = std::max(1.0, std::floor(request.batch_tokens / request.context));
    const double split = layout.tensor * layout.pipeline;
    layout.data = std::min(std::floor(request.devices / split), sequences);
    if (layout.data < 1) return false;
    layout.micro_batches = std::max(1.0, std::floor(sequences / layout.data));
    layout.bubble = (layout.pipeline - 1) / (layout.micro_batches + layout.pipeline - 1);
    layout.idle_devices = request.devices - split * layout.data;
    return true;
}

template <class Visit>
void each_layout(const LayoutRequest& request, const Visit& visit) {
    const bool mixture = request.architecture.is_mixture();
    for (double tensor = 1; tensor <= std::min(request.devices_per_node, 8.0); tensor *= 2) {
        for (double pipeline = 1; pipeline <= std::min(request.architecture.layers, 64.0);
             pipeline += pipeline < 4 ? 1 : 4) {
            for (const int zero : {0, 1, 2, 3}) {
                // A pipeline's stages would gather weights and gradients for every sequence.
                if (zero >= 2 && pipeline > 1 && !mixture) continue;
                for (const Recompute recompute :
                     {Recompute::none, Recompute::selective, Recompute::full}) {
                    if (request.recompute && recompute != *request.recompute) continue;
                    Layout layout{.tensor = tensor,
                                  .pipeline = pipeline,
                                  .zero = zero,
                                  .recompute = recompute};
                    visit(layout);
                }
            }
        }
    }
}

}  // namespace

std::string_view name(Recompute recompute) {
    constexpr std::string_view kNames[] = {"none", "selective", "full"};
    return kNames[static_cast<std::size_t>(recompute)];
}

std::optional<Layout> find_layout(const LayoutRequest& request) {
    const double room = request.device_memory_bytes * kMemoryShare;
    std::optional<Layout> best;
    double best_lost = 0;
    each_layout(request, [&](Layout layout) {
        if (!complete(request, layout)) return;
        fill_bytes(request, layout);
        if (layout.bytes() > room) return;
        const double cost = lost(layout) + layout.idle_devices / request.devices;
        if (best && cost >= best_lost) return;
        best = layout;
        best_lost = cost;
    });
    return best;
}

std::optional<double> smallest_devices(LayoutRequest request) {
    constexpr double kMost = 1 << 20;
    const double node = request.devices_per_node;
    const auto fits = [&](double devices) {
        request.devices = devices;
        return find_layout(request).has_value();
    };
    for (double devices = 1; devices < node; devices *= 2) {
        if (fits(devices)) return devices;
    }
    double too_few = 0;
    double enough = 1;
    while (!fits(enough * node)) {
        too_few = enough;
        enough *= 2;
        if (enough * node > kMost) return std::nullopt;
    }
    // More devices never need more memory each, so that halving finds the least.
    while (enough - too_few > 1) {
        const double middle = std::floor((enough + too_few) / 2);
        (fits(middle * node) ? enough : too_few) = middle;
    }
    return enough * node;
}

}  // namespace penstock::estimate
