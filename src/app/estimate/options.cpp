#include "app/estimate/options.h"

#include <optional>

#include "advise/estimate/amount.h"
#include "advise/estimate/error.h"
#include "app/client/choice.h"
#include "base/try.h"

namespace penstock::app {

namespace {

using estimate::Method;
using estimate::Recompute;

/// What a number must be at all; the estimator knows what makes sense.
constexpr estimate::AmountRange kAny{0, 1e30};

Result<void> read(const std::string& text, std::string_view field, std::optional<double>& out) {
    if (text.empty()) return {};
    TRY_ASSIGN(out, estimate::parse_amount(text, kAny, field));
    return {};
}

Result<void> read(const std::string& text, std::string_view field, double& out) {
    std::optional<double> value;
    TRY(read(text, field, value));
    if (value) out = *value;
    return {};
}

}  // namespace

void add_language_option(CLI::App& verb, EstimateOptions& options) {
    client::add_language_option(verb, options.language, "Of the table; en if not given");
}

void add_common_options(CLI::App& verb, EstimateOptions& options) {
    verb.add_option("--model", options.model, "A known model, such as 'Llama-2 70B'");
    verb.add_option("--params", options.parameters, "Parameters: 70B, 7e10, 700亿");
    verb.add_option("--active-params", options.active_parameters,
                    "Those that a token passes through, of a mixture of experts");
    verb.add_option("--tokens", options.tokens, "1T, 3e11, 1.5万亿");
    verb.add_option("--device", options.device, "A chip, such as A100, H800, 昇腾910B");
    verb.add_option("--devices-per-node", options.devices_per_node, "8 if not given");
    verb.add_option("--precision", options.precision, "bf16 (if not given), fp16 or fp8");
    verb.add_option("--pue", options.pue,
                    "Power usage effectiveness of the site; 1.5 if not given");
    add_language_option(verb, options);
}

void add_training_options(CLI::App& verb, EstimateOptions& options) {
    verb.add_option("--devices", options.devices, "Else as many as end it within --days");
    verb.add_option("--days", options.days, "For choosing devices; 30 if not given");
    verb.add_option("--context", options.context, "Tokens of a sequence; 4096 if not known");
    verb.add_option("--batch-tokens", options.batch_tokens,
                    "Tokens of a step; else 4M, and more for large clusters");
    verb.add_option("--recompute", options.recompute, "What is recomputed of activations")
        ->check(client::one_of({"none", "selective", "full"}))
        ->option_text("none|selective|full");
    verb.add_option("--mtbf-hours", options.mtbf_hours,
                    "Hours of one device between interruptions; 50000 if not given");
    verb.add_option("--storage", options.storage,
                    "Bytes of a checkpoint a second that the storage takes from a node; 2G if not "
                    "given");
}

void add_finetune_options(CLI::App& verb, EstimateOptions& options) {
    verb.add_option("--method", options.method, "lora if not given")
        ->check(client::one_of({"full", "lora", "qlora"}))
        ->option_text("full|lora|qlora");
    verb.add_option("--rank", options.rank, "Of the adapters; 16 if not given");
}

void add_inference_options(CLI::App& verb, EstimateOptions& options) {
    verb.add_option("--devices", options.devices, "Of one replica; else the fewest that hold it");
    verb.add_option("--prompt", options.prompt, "Tokens of a request; 1024 if not given");
    verb.add_option("--output", options.output, "Tokens of an answer; 256 if not given");
    verb.add_option("--batch", options.batch, "Requests at a time; else the most that is possible");
    verb.add_option("--rate", options.rate, "Requests a second, instead of --tokens");
    verb.add_option("--token-latency", options.token_latency,
                    "Largest milliseconds from one token to the next");
    verb.add_option("--weight-bits", options.weight_bits, "16 (if not given), 8 or 4");
}

Method finetune_method(const EstimateOptions& options) {
    if (options.method == "full") return Method::full;
    return options.method == "qlora" ? Method::qlora : Method::lora;
}

Result<estimate::TrainingRequest> training_request(const EstimateOptions& options, Method method) {
    estimate::TrainingRequest request;
    request.method = method;
    request.model = options.model;
    request.device = options.device;
    TRY(read(options.parameters, "params", request.parameters));
    TRY(read(options.active_parameters, "active_params", request.active_parameters));
    TRY(read(options.tokens, "tokens", request.tokens));
    TRY(read(options.devices, "devices", request.devices));
    TRY(read(options.devices_per_node, "devices_per_node", request.devices_per_node));
    TRY(read(options.context, "context", request.context));
    TRY(read(options.batch_tokens, "batch_tokens", request.batch_tokens));
    TRY(read(options.days, "days", request.days));
    TRY(read(options.pue, "pue", request.power_usage_effectiveness));
    TRY(read(options.rank, "rank", request.adapter_rank));
    TRY(read(options.mtbf_hours, "mtbf_hours", request.failures.device_hours_between_failures));
    TRY(read(options.storage, "storage", request.failures.storage_bytes_per_s_per_node));
    if (!options.precision.empty()) {
        TRY_ASSIGN(request.precision, estimate::parse_precision(options.precision));
    }
    for (const Recompute recompute : {Recompute::none, Recompute::selective, Recompute::full}) {
        if (name(recompute) == options.recompute) request.recompute = recompute;
    }
    return request;
}

Result<estimate::InferenceRequest> inference_request(const EstimateOptions& options) {
    estimate::InferenceRequest request;
    request.model = options.model;
    request.device = options.device;
    TRY(read(options.parameters, "params", request.parameters));
    TRY(read(options.active_parameters, "active_params", request.active_parameters));
    TRY(read(options.tokens, "tokens", request.tokens));
    TRY(read(options.devices, "devices", request.devices));
    TRY(read(options.devices_per_node, "devices_per_node", request.devices_per_node));
    TRY(read(options.pue, "pue", request.power_usage_effectiveness));
    TRY(read(options.prompt, "prompt", request.prompt));
    TRY(read(options.output, "output", request.output));
    TRY(read(options.batch, "batch", request.batch));
    TRY(read(options.rate, "rate", request.rate));
    TRY(read(options.token_latency, "token_latency", request.token_latency_ms));
    TRY(read(options.weight_bits, "weight_bits", request.weight_bits));
    if (!options.precision.empty()) {
        TRY_ASSIGN(request.precision, estimate::parse_precision(options.precision));
    }
    return request;
}

}  // namespace penstock::app
