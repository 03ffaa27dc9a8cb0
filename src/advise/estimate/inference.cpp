#include "advise/estimate/inference.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <utility>

#include "advise/estimate/error.h"
#include "advise/estimate/limits.h"
#include "base/try.h"

namespace penstock::estimate {

namespace {

constexpr double kKvBytesPerElement = 2;
constexpr AmountRange kRequestTokens{1, 1e7};
constexpr AmountRange kBatch{1, 1e6};
constexpr AmountRange kRate{1e-6, 1e9};
constexpr AmountRange kLatencyMs{0.01, 1e7};

Result<void> check(const InferenceRequest& request) {
    if (request.device.empty()) return reject(kFieldMissing, "device");
    TRY(check_range(request.prompt, kRequestTokens, "prompt"));
    TRY(check_range(request.output, kRequestTokens, "output"));
    TRY(check_count(request.devices_per_node, kNode, "devices_per_node"));
    TRY(check_range(request.power_usage_effectiveness, kPue, "pue"));
    if (request.devices) TRY(check_count(*request.devices, kDevices, "devices"));
    if (request.batch) TRY(check_count(*request.batch, kBatch, "batch"));
    if (request.rate) TRY(check_range(*request.rate, kRate, "rate"));
    if (request.tokens) TRY(check_range(*request.tokens, kTokens, "tokens"));
    if (request.token_latency_ms)
        TRY(check_range(*request.token_latency_ms, kLatencyMs, "token_latency"));
    if (request.tokens && request.rate)
        return reject(kFieldsContradict, "rate", "Give --tokens or --rate.");
    if (!request.tokens && !request.rate)
        return reject(kFieldMissing, "tokens", "Give --tokens or --rate.");
    for (const double bits : {16.0, 8.0, 4.0}) {
        if (request.weight_bits == bits) return {};
    }
    return reject(kAmountOutOfRange, "weight_bits", "It must be 16, 8 or 4.");
}

/// What one device can do, and what the model asks of all of a replica's.
struct Roofline {
    double devices = 1;
    double flops_per_s = 0;  ///< That the prompt's pass reaches.
    double bytes_per_s = 0;  ///< Of memory, at a share of 1.
    double memory_bytes = 0;
    Architecture model;
    double weight_bytes = 0;
    double kv_bytes_per_token = 0;
    double prompt = 0;
    double output = 0;

    double kv_bytes() const { return kv_bytes_per_token * (prompt + output); }
    double room() const { return devices * memory_bytes * kMemoryShare - weight_bytes; }

    double prompt_seconds() const {
        // A prompt's tokens see those before them: half of context × context.
        const double attention = 2 * model.layers * model.width * prompt * prompt;
        return (2 * model.active_parameters * prompt + attention) / (devices * flops_per_s);
    }
    double step_seconds(double batch, double bandwidth_share) const {
        // Of a mixture's experts, a batch reads as many as its tokens choose, and all at most.
        const double share = std::min(1.0, batch * model.active_parameters / model.parameters);
        const double middle = kv_bytes_per_token * (prompt + output / 2);
        const double bytes = weight_bytes * share + batch * middle;
        const double by_memory = bytes / (devices * bytes_per_s * bandwidth_share);
        const double by_cores = 2 * model.active_parameters * batch / (devices * flops_per_s);
        return std::max(by_memory, by_cores);
    }
    /// From one token of a request to its next: others' prompts take their turns between.
    double token_seconds(double batch, double bandwidth_share) const {
        return step_seconds(batch, bandwidth_share) + batch * prompt_seconds() / output;
    }
};

/// The largest batch that the memory holds and whose tokens come in time.
Result<double> choose_batch(const InferenceRequest& request, const Roofline& roofline,
                            double most) {
    if (request.batch) {
        if (*request.batch <= most) return *request.batch;
        return reject(
            kAmountOutOfRange, "batch",
            "The replica's memory holds " + std::to_string(static_cast<long>(most)) + " requests.");
    }
    if (!request.token_latency_ms) return most;
    const auto late = [&](double batch) {
        return roofline.token_seconds(batch, kBandwidthShare.expected) * 1000 >
               *request.token_latency_ms;
    };
    if (late(1)) {
        char text[96];
        std::snprintf(text, sizeof text,
                      "One request alone takes %.1f ms a token; give more --devices.",
                      roofline.token_seconds(1, kBandwidthShare.expected) * 1000);
        return reject(kAmountOutOfRange, "token_latency", text);
    }
    double in_time = 1;
    double too_many = most + 1;
    while (too_many - in_time > 1) {
        const double middle = std::floor((in_time + too_many) / 2);
        (late(middle) ? too_many : in_time) = middle;
    }
    return in_time;
}

double fewest_devices(const Roofline& one, double node) {
    const double needed = (one.weight_bytes + one.kv_bytes()) / (one.memory_bytes * kMemoryShare);
    if (needed > node) return std::ceil(needed / node) * node;
    double devices = 1;
    while (devices < needed) devices *= 2;
    return std::min(devices, std::max(node, 1.0));
}

void fill(const InferenceRequest& request, const Roofline& roofline, InferenceEstimate& out) {
    const auto speed = [&](double bandwidth_share, double flops_factor) {
        Roofline other = roofline;
        other.flops_per_s *= flops_factor;
        return other.token_seconds(out.batch, bandwidth_share);
    };
    const double width = out.utilisation.log_width;
    const double expected = speed(kBandwidthShare.expected, 1);
    const double fast = speed(kBandwidthShare.high, std::exp(width));
    const double slow = speed(kBandwidthShare.low, std::exp(-width));
    out.first_token_ms = around(roofline.prompt_seconds() * 1000, width);
    out.token_ms = Span{fast, expected, slow} * 1000;
    out.request_s = {out.first_token_ms.low / 1000 + fast * request.output,
                     out.first_token_ms.expected / 1000 + expected * request.output,
                     out.first_token_ms.high / 1000 + slow * request.output};
    out.tokens_per_s = {out.batch / slow, out.batch / expected, out.batch / fast};
    constexpr double kSecondsPerHour = 3600;
    constexpr double kHoursPerDay = 24;
    if (request.rate) {
        const double tokens_per_s = *request.rate * request.output;
        const auto replicas = [&](double speed_of_one) {
            return std::ceil(tokens_per_s / (speed_of_one * kReplicaLoad));
        };
        out.replicas = replicas(out.tokens_per_s.expected);
        out.device_hours =
            Span{replicas(out.tokens_per_s.high), out.replicas, replicas(out.tokens_per_s.low)} *
            (out.devices * kHoursPerDay);
        out.wall_hours = {kHoursPerDay, kHoursPerDay, kHoursPerDay};
    } else {
        out.replicas = 1;
        const double hours = *request.tokens * out.devices / kSecondsPerHour;
        out.device_hours = {hours / out.tokens_per_s.high, hours / out.tokens_per_s.expected,
                            hours / out.tokens_per_s.low};
        out.wall_hours = out.device_hours * (1 / out.devices);
    }
    if (out.chip.power_w)
        out.energy_kwh =
            energy_kwh(out.device_hours, *out.chip.power_w, request.power_usage_effectiveness);
}

void warn(const InferenceRequest& request, InferenceEstimate& out) {
    if (!out.may_be_billed_on) out.warnings.push_back(Warning::never_bill);
    if (out.utilisation.basis != Basis::measured)
        out.warnings.push_back(Warning::prompt_unmeasured);
    if (out.architecture.assumed) out.warnings.push_back(Warning::shape_assumed);
    if (out.peak.precision != request.precision) out.warnings.push_back(Warning::other_precision);
}

}  // namespace

Result<InferenceEstimate> estimate_inference(const Estimator& estimator,
                                             const InferenceRequest& request) {
    TRY(check(request));
    InferenceEstimate out;
    TRY_ASSIGN(out.architecture, architecture_of(estimator.architectures, request.model,
                                                 request.parameters, request.active_parameters));
    TRY_ASSIGN(out.chip, estimator.chips.find(request.device));
    TRY_ASSIGN(out.peak, peak(out.chip, request.precision));
    Roofline roofline{
        .model = out.architecture, .prompt = request.prompt, .output = request.output};
    TRY_ASSIGN(roofline.memory_bytes, memory_bytes(out.chip));
    TRY_ASSIGN(roofline.bytes_per_s, bytes_per_s(out.chip));
    roofline.weight_bytes = out.architecture.parameters * request.weight_bits / 8;
    roofline.kv_bytes_per_token =
        out.architecture.layers * out.architecture.kv_elements * kKvBytesPerElement;
    roofline.devices =
        request.devices ? *request.devices : fewest_devices(roofline, request.devices_per_node);
    out.devices = roofline.devices;
    out.utilisation =
        estimator.mfu.utilisation(out.chip, {.parameters = out.architecture.active_parameters,
                                             .devices = out.devices,
                                             .context = request.prompt,
                                             .precision = out.peak.precision});
    roofline.flops_per_s = out.peak.flops_per_s * out.utilisation.mfu;
    out.weight_bytes = roofline.weight_bytes;
    out.kv_bytes_per_token = roofline.kv_bytes_per_token;
    out.batch_most = std::floor(roofline.room() / roofline.kv_bytes());
    if (out.batch_most < 1) {
        const double fewest = fewest_devices(roofline, request.devices_per_node);
        return reject(kAmountOutOfRange, "devices",
                      "They do not hold the model and one request; it takes " +
                          std::to_string(static_cast<long>(fewest)) + ".");
    }
    out.batch_at_balance = roofline.flops_per_s * (request.weight_bits / 8) /
                           (2 * roofline.bytes_per_s * kBandwidthShare.expected);
    TRY_ASSIGN(out.batch, choose_batch(request, roofline, std::min(out.batch_most, kBatch.most)));
    fill(request, roofline, out);
    out.may_be_billed_on = out.chip.may_be_billed_on();
    warn(request, out);
    return out;
}

}  // namespace penstock::estimate
