#include <boost/json.hpp>
#include <utility>

#include "app/estimate/report.h"

namespace penstock::app {

namespace {

namespace json = boost::json;
using estimate::Span;

json::object of(const Span& span) {
    return {{"low", span.low}, {"expected", span.expected}, {"high", span.high}};
}

json::value of(const std::optional<Span>& span) {
    return span ? json::value(of(*span)) : json::value(nullptr);
}

json::object of(const estimate::Chip& chip) {
    return {{"vendor", chip.vendor},
            {"model", chip.model},
            {"confidence", name(chip.confidence)},
            {"source", chip.source}};
}

json::object of(const estimate::Architecture& model) {
    return {{"name", model.name},
            {"parameters", model.parameters},
            {"active_parameters", model.active_parameters},
            {"layers", model.layers},
            {"width", model.width},
            {"assumed", model.assumed},
            {"source", model.source}};
}

json::object of(const estimate::Peak& peak) {
    return {{"precision", name(peak.precision)}, {"flops_per_s", peak.flops_per_s}};
}

json::object of(const estimate::Utilisation& use) {
    json::object mfu = of(estimate::around(use.mfu, use.log_width));
    mfu["basis"] = name(use.basis);
    mfu["source"] = use.source;
    return mfu;
}

json::object of(const estimate::Goodput& goodput) {
    return {{"hours_between_failures", goodput.hours_between_failures},
            {"checkpoint_bytes", goodput.checkpoint_bytes},
            {"checkpoint_seconds", goodput.checkpoint_seconds},
            {"checkpoint_interval_seconds", goodput.interval_seconds},
            {"share_of_time_that_counts", goodput.share}};
}

json::value of(const std::optional<estimate::Layout>& layout) {
    if (!layout) return nullptr;
    return json::object{{"tensor_parallel", layout->tensor},
                        {"pipeline_parallel", layout->pipeline},
                        {"data_parallel", layout->data},
                        {"zero_stage", layout->zero},
                        {"recompute", name(layout->recompute)},
                        {"micro_batches", layout->micro_batches},
                        {"bubble", layout->bubble},
                        {"idle_devices", layout->idle_devices},
                        {"bytes_per_device",
                         {{"weights", layout->weight_bytes},
                          {"gradients", layout->gradient_bytes},
                          {"optimizer", layout->optimizer_bytes},
                          {"activations", layout->activation_bytes},
                          {"total", layout->bytes()}}}};
}

json::array of(const std::vector<estimate::Warning>& warnings) {
    json::array out;
    for (const estimate::Warning warning : warnings)
        out.push_back(json::object{{"name", name(warning)}, {"text", words(warning).english}});
    return out;
}

std::string line(const json::value& value) {
    return json::serialize(value) + "\n";
}

/// What every estimate says.
template <class Estimate>
json::object common(const Estimate& estimate) {
    return {{"device_hours", of(estimate.device_hours)},
            {"wall_hours", of(estimate.wall_hours)},
            {"energy_kwh", of(estimate.energy_kwh)},
            {"may_be_billed_on", estimate.may_be_billed_on},
            {"chip", of(estimate.chip)},
            {"peak", of(estimate.peak)},
            {"mfu", of(estimate.utilisation)},
            {"model", of(estimate.architecture)},
            {"devices", estimate.devices},
            {"warnings", of(estimate.warnings)}};
}

}  // namespace

std::string report_json(const estimate::TrainingEstimate& estimate, estimate::Method method) {
    json::object out = common(estimate);
    out["method"] = name(method);
    out["coverage"] = estimate::kCoverage;
    out["tokens"] = estimate.tokens;
    out["context"] = estimate.context;
    out["batch_tokens"] = estimate.batch_tokens;
    out["trained_parameters"] = estimate.trained_parameters;
    out["devices_chosen"] = estimate.devices_chosen;
    out["smallest_devices"] =
        estimate.smallest_devices ? json::value(*estimate.smallest_devices) : json::value(nullptr);
    out["flops"] = {{"weights", estimate.flops.weights},
                    {"attention", estimate.flops.attention},
                    {"model", estimate.flops.model()},
                    {"hardware", estimate.flops.hardware}};
    out["hfu"] = estimate.hfu;
    out["goodput"] = of(estimate.goodput);
    out["layout"] = of(estimate.layout);
    return line(out);
}

std::string report_json(const estimate::InferenceEstimate& estimate) {
    json::object out = common(estimate);
    out["method"] = "inference";
    out["replicas"] = estimate.replicas;
    out["batch"] = estimate.batch;
    out["batch_most"] = estimate.batch_most;
    out["batch_at_balance"] = estimate.batch_at_balance;
    out["weight_bytes"] = estimate.weight_bytes;
    out["kv_bytes_per_token"] = estimate.kv_bytes_per_token;
    out["first_token_ms"] = of(estimate.first_token_ms);
    out["token_ms"] = of(estimate.token_ms);
    out["request_s"] = of(estimate.request_s);
    out["tokens_per_s_per_replica"] = of(estimate.tokens_per_s);
    return line(out);
}

std::string report_json(const estimate::RunsReport& report) {
    json::array rows;
    for (const estimate::RunCheck& check : report.rows) {
        json::object row{{"model", check.run.model},
                         {"standing", name(check.standing)},
                         {"source", check.run.source}};
        if (!check.why.empty()) row["why"] = check.why;
        if (check.estimate) {
            row["device"] = check.estimate->chip.model;
            row["published_device_hours"] = *check.run.device_hours;
            row["device_hours"] = of(check.estimate->device_hours);
            row["ratio"] = check.ratio();
            row["within"] = check.within();
        }
        rows.push_back(std::move(row));
    }
    return line({{"rows", std::move(rows)},
                 {"counted", report.counted},
                 {"median_error", report.median_error},
                 {"worst_factor", report.worst_factor},
                 {"coverage", report.coverage}});
}

}  // namespace penstock::app
