#include "advise/estimate/runs.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "advise/estimate/error.h"
#include "advise/estimate/fact_table.h"
#include "advise/estimate/mfu_groups.h"
#include "base/try.h"

namespace penstock::estimate {

namespace {

constexpr double kBillion = 1e9;

/// Published hours of these cover more than one clean training, as the notes to the table say:
/// small models of families whose larger ones were distilled into them, or trained on again.
constexpr auto kOutliers =
    std::to_array<std::string_view>({"Llama-3 8B", "Llama-3.1 8B", "Llama-3.2 1B", "Llama-3.2 3B"});

bool contains(std::string_view text, std::string_view part) {
    return text.find(part) != std::string_view::npos;
}

/// "read", or read in part with the hours named among what was read.
bool hours_were_read(std::string_view verified) {
    if (!contains(verified, "recalled")) return verified.starts_with("read");
    return verified.starts_with("read") || contains(verified, "GPU-h read");
}

/// The chip that the notes name more exactly than the column does: "A100" and "per A100-40G".
std::string device_of(std::string_view device, std::string_view notes, const ChipTable& chips) {
    for (std::size_t at = 0; (at = notes.find(device, at)) != std::string_view::npos; ++at) {
        const std::size_t end = notes.find_first_of(" ,;:()", at);
        const std::string_view named =
            notes.substr(at, end == std::string_view::npos ? end : end - at);
        if (named.size() > device.size() && chips.find(named)) return std::string(named);
    }
    return std::string(device);
}

Result<void> read_size(const FactTable& table, std::size_t row, const Estimator& estimator,
                       PublishedRun& run) {
    const auto* known = estimator.architectures.find_beginning_of(run.model);
    if (known != nullptr) {
        run.request.model = known->name;
        return {};
    }
    TRY_ASSIGN(const auto parameters, table.number(row, "params_b"));
    TRY_ASSIGN(const auto active, table.number(row, "active_params_b"));
    if (parameters) run.request.parameters = *parameters * kBillion;
    if (active) run.request.active_parameters = *active * kBillion;
    return {};
}

Result<PublishedRun> read_run(const FactTable& table, std::size_t row, const Estimator& estimator) {
    PublishedRun run{.model = std::string(table.text(row, "model")),
                     .source = std::string(table.text(row, "source"))};
    TRY(read_size(table, row, estimator, run));
    TRY_ASSIGN(const auto tokens, table.number(row, "tokens_b"));
    if (tokens) run.request.tokens = *tokens * kBillion;
    TRY_ASSIGN(run.request.devices, table.number(row, "num_devices"));
    TRY_ASSIGN(run.device_hours, table.number(row, "device_hours"));
    if (run.device_hours && *run.device_hours <= 0) run.device_hours.reset();
    const std::string_view notes = table.text(row, "notes");
    run.request.device = device_of(table.text(row, "device"), notes, estimator.chips);
    if (contains(notes, "FP8 mixed") || table.text(row, "precision") == "fp8")
        run.request.precision = Precision::fp8;
    run.read = hours_were_read(table.text(row, "verified"));
    return run;
}

RunCheck check_run(const Estimator& estimator, const PublishedRun& run) {
    RunCheck out{.run = run};
    if (!run.device_hours || !run.request.tokens) {
        out.why = "no device-hours or tokens were published";
        return out;
    }
    auto estimate = estimate_training(estimator, run.request);
    if (!estimate) {
        out.standing = Standing::refused;
        out.why = estimate.error().message();
        return out;
    }
    out.estimate = *std::move(estimate);
    out.standing = std::ranges::find(kOutliers, run.model) != kOutliers.end() ? Standing::outlier
                   : run.read                                                 ? Standing::counted
                                                                              : Standing::recalled;
    return out;
}

}  // namespace

std::string_view name(Standing standing) {
    constexpr std::string_view kNames[] = {"counted", "recalled", "outlier", "incomplete",
                                           "refused"};
    return kNames[static_cast<std::size_t>(standing)];
}

Result<std::vector<PublishedRun>> read_runs(std::string_view csv, std::string_view file,
                                            const Estimator& estimator) {
    TRY_ASSIGN(const auto table,
               FactTable::read(csv, file,
                               {"model", "params_b", "active_params_b", "tokens_b", "device",
                                "num_devices", "device_hours", "verified", "source", "notes"}));
    std::vector<PublishedRun> runs;
    for (std::size_t row = 0; row < table.rows(); ++row) {
        TRY_ASSIGN(auto run, read_run(table, row, estimator));
        runs.push_back(std::move(run));
    }
    return runs;
}

RunsReport check_runs(const Estimator& estimator, const std::vector<PublishedRun>& runs) {
    RunsReport report;
    std::vector<double> errors;
    std::size_t within = 0;
    for (const PublishedRun& run : runs) {
        report.rows.push_back(check_run(estimator, run));
        const RunCheck& check = report.rows.back();
        if (check.standing != Standing::counted) continue;
        errors.push_back(std::abs(check.ratio() - 1));
        report.worst_factor = std::max({report.worst_factor, check.ratio(), 1 / check.ratio()});
        if (check.within()) ++within;
    }
    report.counted = errors.size();
    report.median_error = median(errors);
    if (report.counted > 0)
        report.coverage = static_cast<double>(within) / static_cast<double>(report.counted);
    return report;
}

}  // namespace penstock::estimate
