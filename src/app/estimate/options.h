#pragma once

#include <CLI/CLI.hpp>
#include <string>

#include "advise/estimate/inference.h"
#include "advise/estimate/training.h"
#include "format/words.h"

namespace penstock::app {

/// What the command line gives, as it stands there; empty for what it does not give.
struct EstimateOptions {
    std::string model, parameters, active_parameters, tokens, device, devices, devices_per_node;
    std::string precision, context, recompute, batch_tokens, days, pue, mtbf_hours, storage;
    std::string method, rank;
    std::string prompt, output, batch, rate, token_latency, weight_bits;
    format::Language language = format::Language::english;
};

/// Of every kind of estimate.
void add_common_options(CLI::App& verb, EstimateOptions& options);
void add_training_options(CLI::App& verb, EstimateOptions& options);
void add_finetune_options(CLI::App& verb, EstimateOptions& options);
void add_inference_options(CLI::App& verb, EstimateOptions& options);
void add_language_option(CLI::App& verb, EstimateOptions& options);

/// @retval kAmountInvalid, kAmountOutOfRange, kPrecisionUnknown  With the option's name
///         without its hyphens.
Result<estimate::TrainingRequest> training_request(const EstimateOptions& options,
                                                   estimate::Method method);
Result<estimate::InferenceRequest> inference_request(const EstimateOptions& options);
/// full, lora (if none is given) or qlora.
estimate::Method finetune_method(const EstimateOptions& options);

}  // namespace penstock::app
