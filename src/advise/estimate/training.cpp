#include "advise/estimate/training.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "advise/estimate/error.h"
#include "advise/estimate/facts.h"
#include "advise/estimate/limits.h"
#include "base/try.h"

namespace penstock::estimate {

namespace {

constexpr double kSecondsPerHour = 3600;
constexpr double kHoursPerDay = 24;

bool freezes(Method method) {
    return method == Method::lora || method == Method::qlora;
}

Result<void> check(const TrainingRequest& request) {
    if (!request.tokens) return reject(kFieldMissing, "tokens");
    TRY(check_range(*request.tokens, kTokens, "tokens"));
    if (request.device.empty()) return reject(kFieldMissing, "device");
    if (request.devices) TRY(check_count(*request.devices, kDevices, "devices"));
    TRY(check_count(request.devices_per_node, kNode, "devices_per_node"));
    if (request.context) TRY(check_count(*request.context, kContext, "context"));
    if (request.batch_tokens) TRY(check_range(*request.batch_tokens, kBatchTokens, "batch_tokens"));
    TRY(check_range(request.adapter_rank, kRank, "rank"));
    TRY(check_range(request.days, kDays, "days"));
    TRY(check_range(request.power_usage_effectiveness, kPue, "pue"));
    TRY(check_range(request.failures.device_hours_between_failures, kDeviceHoursBetweenFailures,
                    "mtbf_hours"));
    return check_range(request.failures.storage_bytes_per_s_per_node, kStorage, "storage");
}

TrainingFlops flops_of(const TrainingRequest& request, const TrainingEstimate& estimate) {
    const Architecture& model = estimate.architecture;
    // Backwards through frozen weights only what goes on to the layers below is worked out: twice
    // the active parameters, as forwards, and not four times.
    const double per_token = freezes(request.method)
                                 ? 4 * model.active_parameters + 6 * estimate.trained_parameters
                                 : 6 * model.active_parameters;
    TrainingFlops flops;
    flops.weights = per_token * estimate.tokens;
    flops.attention = 12 * model.layers * model.width * estimate.context * estimate.tokens;
    return flops;
}

/// What recomputing adds: a forward pass of everything, or of attention's scores alone.
double hardware_flops(const TrainingFlops& flops, Recompute recompute, const Architecture& model,
                      double tokens) {
    switch (recompute) {
        case Recompute::none:
            return flops.model();
        case Recompute::selective:
            return flops.model() + flops.attention / 3;
        case Recompute::full:
            return flops.model() + 2 * model.active_parameters * tokens + flops.attention / 3;
    }
    return flops.model();
}

LayoutRequest layout_request(const TrainingRequest& request, const TrainingEstimate& estimate,
                             double memory) {
    LayoutRequest out{.architecture = estimate.architecture,
                      .trained_parameters = estimate.trained_parameters,
                      .bytes = {},
                      .device_memory_bytes = memory,
                      .devices = estimate.devices,
                      .devices_per_node = request.devices_per_node,
                      .context = estimate.context,
                      .batch_tokens = estimate.batch_tokens,
                      .recompute = request.recompute};
    // Half a byte for each weight of 4 bits, and a scale of 32 bits for each 64 of them.
    if (request.method == Method::qlora) out.bytes.weights = 0.5 + 4.0 / 64;
    return out;
}

/// Larger clusters are given larger batches, so that data parallelism can use them.
double assumed_batch(double devices, double context) {
    constexpr double kTokens = 4e6;
    constexpr double kTokensMost = 64e6;
    double tokens = kTokens;
    while (tokens < kTokensMost && tokens / context < devices / 8) tokens *= 2;
    return tokens;
}

struct Speed {
    Utilisation utilisation;
    Goodput goodput;
    double device_hours = 0;
};

Speed speed_on(double devices, const Estimator& estimator, const TrainingRequest& request,
               const TrainingEstimate& estimate) {
    Speed out;
    out.utilisation = estimator.mfu.utilisation(
        estimate.chip, {.parameters = estimate.architecture.active_parameters,
                        .devices = devices,
                        .context = estimate.context,
                        .precision = estimate.peak.precision});
    const StateBytes bytes;
    const double checkpoint = (bytes.weights + bytes.optimizer) * estimate.trained_parameters;
    out.goodput = goodput(devices, request.devices_per_node, checkpoint, request.failures);
    out.device_hours = estimate.flops.model() /
                       (estimate.peak.flops_per_s * out.utilisation.mfu * out.goodput.share) /
                       kSecondsPerHour;
    return out;
}

/// With what finished runs taught.
Span corrected(const Speed& speed, const Estimator& estimator, const Chip& chip) {
    const auto learnt = estimator.corrections.find(chip.model);
    const Correction correction =
        learnt == estimator.corrections.end() ? Correction() : learnt->second;
    return around(speed.device_hours * std::exp(correction.log_bias),
                  speed.utilisation.log_width * correction.width_factor);
}

double whole_nodes(double devices, double node) {
    return devices <= 1     ? 1
           : devices < node ? std::exp2(std::ceil(std::log2(devices)))
                            : std::ceil(devices / node) * node;
}

/// The least number of devices that holds the run and ends it within the days, as far as any does.
double choose_devices(const Estimator& estimator, const TrainingRequest& request,
                      const TrainingEstimate& estimate) {
    double devices = estimate.smallest_devices.value_or(1);
    // Each step needs a few devices more, for the speed that is lost to their number.
    for (int step = 0; step < 64; ++step) {
        const double hours = speed_on(devices, estimator, request, estimate).device_hours;
        const double needed =
            std::min(whole_nodes(hours / (request.days * kHoursPerDay), request.devices_per_node),
                     kDevices.most);
        if (needed <= devices) break;
        devices = needed;
    }
    return devices;
}

void warn(const Estimator& estimator, const TrainingRequest& request, TrainingEstimate& estimate) {
    constexpr double kBubbleMost = 0.15;
    constexpr double kDevicesMeasured = 12'288;
    auto& warnings = estimate.warnings;
    const Basis basis = estimate.utilisation.basis;
    if (!estimate.may_be_billed_on) warnings.push_back(Warning::never_bill);
    if (basis == Basis::peak || basis == Basis::matmul) warnings.push_back(Warning::not_measured);
    if (estimator.corrections.contains(estimate.chip.model)) warnings.push_back(Warning::corrected);
    if (!estimate.layout) warnings.push_back(Warning::no_layout);
    if (estimate.layout && estimate.layout->bubble > kBubbleMost)
        warnings.push_back(Warning::long_bubble);
    if (estimate.devices > kDevicesMeasured) warnings.push_back(Warning::beyond_measured);
    if (estimate.architecture.is_mixture()) warnings.push_back(Warning::mixture);
    if (estimate.peak.precision != request.precision) warnings.push_back(Warning::other_precision);
}

}  // namespace

std::string_view name(Method method) {
    constexpr std::string_view kNames[] = {"pretrain", "full", "lora", "qlora"};
    return kNames[static_cast<std::size_t>(method)];
}

Result<Estimator> Estimator::shipped() {
    TRY_ASSIGN(auto chips, ChipTable::read(chips_csv(), "chips.csv"));
    TRY_ASSIGN(auto architectures,
               ArchitectureTable::read(architectures_csv(), "llm_architectures.csv"));
    TRY_ASSIGN(auto mfu, MfuTable::shipped(chips));
    return Estimator{std::move(chips), std::move(architectures), std::move(mfu), {}};
}

double adapter_parameters(const Architecture& architecture, double rank) {
    // Four square matrices of attention, and three of width × 8/3 width.
    constexpr double kWidths = 4 * 2 + 3 * (1 + 8.0 / 3);
    return rank * kWidths * architecture.width * architecture.layers;
}

Span energy_kwh(const Span& device_hours, double power_w, double power_usage_effectiveness) {
    constexpr double kServer = 1.1;
    return device_hours * (power_w * kServer * power_usage_effectiveness / 1000);
}

Result<Architecture> architecture_of(const ArchitectureTable& table, const std::string& model,
                                     std::optional<double> parameters,
                                     std::optional<double> active_parameters) {
    if (!model.empty()) {
        if (parameters) return reject(kFieldsContradict, "params", "The model's name gives them.");
        if (active_parameters)
            return reject(kFieldsContradict, "active_params", "The model's name gives them.");
        return table.find(model);
    }
    if (!parameters) return reject(kFieldMissing, "params", "Give --params or --model.");
    TRY(check_range(*parameters, kParameters, "params"));
    const double active = active_parameters.value_or(*parameters);
    TRY(check_range(active, kParameters, "active_params"));
    if (active > *parameters)
        return reject(kFieldsContradict, "active_params", "There are not that many parameters.");
    return table.assumed(*parameters, active);
}

Span device_hours_on(double devices, const Estimator& estimator, const TrainingRequest& request,
                     const TrainingEstimate& estimate) {
    return corrected(speed_on(devices, estimator, request, estimate), estimator, estimate.chip);
}

Result<TrainingEstimate> estimate_training(const Estimator& estimator,
                                           const TrainingRequest& request) {
    TRY(check(request));
    TrainingEstimate out;
    TRY_ASSIGN(out.architecture, architecture_of(estimator.architectures, request.model,
                                                 request.parameters, request.active_parameters));
    TRY_ASSIGN(out.chip, estimator.chips.find(request.device));
    TRY_ASSIGN(out.peak, peak(out.chip, request.precision));
    TRY_ASSIGN(const double memory, memory_bytes(out.chip));
    out.tokens = *request.tokens;
    out.context = request.context.value_or(out.architecture.context);
    out.trained_parameters = freezes(request.method)
                                 ? adapter_parameters(out.architecture, request.adapter_rank)
                                 : out.architecture.parameters;
    out.flops = flops_of(request, out);
    out.batch_tokens = request.batch_tokens.value_or(assumed_batch(1, out.context));
    out.smallest_devices = smallest_devices(layout_request(request, out, memory));
    out.devices_chosen = !request.devices;
    out.devices = request.devices ? *request.devices : choose_devices(estimator, request, out);
    out.batch_tokens = request.batch_tokens.value_or(assumed_batch(out.devices, out.context));
    const Speed speed = speed_on(out.devices, estimator, request, out);
    out.utilisation = speed.utilisation;
    out.goodput = speed.goodput;

    out.device_hours = corrected(speed, estimator, out.chip);
    out.wall_hours = out.device_hours * (1 / out.devices);
    if (out.chip.power_w)
        out.energy_kwh =
            energy_kwh(out.device_hours, *out.chip.power_w, request.power_usage_effectiveness);
    out.layout = find_layout(layout_request(request, out, memory));
    const Recompute recompute =
        out.layout ? out.layout->recompute : request.recompute.value_or(Recompute::none);
    out.flops.hardware = hardware_flops(out.flops, recompute, out.architecture, out.tokens);
    out.hfu = out.utilisation.mfu * out.flops.hardware / out.flops.model();
    out.may_be_billed_on = out.chip.may_be_billed_on();
    warn(estimator, request, out);
    return out;
}

}  // namespace penstock::estimate
