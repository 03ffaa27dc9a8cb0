#include "app/estimate/verb.h"

#include <cstdio>
#include <memory>
#include <string>

#include "advise/estimate/facts.h"
#include "app/client/session.h"
#include "app/estimate/chart.h"
#include "app/estimate/finished.h"
#include "app/estimate/options.h"
#include "app/estimate/report.h"
#include "base/try.h"
#include "files/whole_file.h"

namespace penstock::app {

namespace {

using client::Output;

struct Input {
    EstimateOptions options;
    std::string runs_file;
    std::string png_file;
    std::string finished_file;
};

/// The report that was asked for, or what is wrong with what was asked.
using Work = Result<std::string> (*)(const Input& input, Output output);

Result<std::string> train(const Input& input, Output output, estimate::Method method) {
    TRY_ASSIGN(const auto estimator, estimator_taught_by(input.finished_file));
    TRY_ASSIGN(const auto request, training_request(input.options, method));
    TRY_ASSIGN(const auto estimate, estimate_training(estimator, request));
    return output == Output::machines ? report_json(estimate, method)
                                      : report_text(estimate, input.options.language);
}

Result<std::string> training(const Input& input, Output output) {
    return train(input, output, estimate::Method::pretrain);
}

Result<std::string> finetune(const Input& input, Output output) {
    return train(input, output, finetune_method(input.options));
}

Result<std::string> inference(const Input& input, Output output) {
    TRY_ASSIGN(const auto estimator, estimate::Estimator::shipped());
    TRY_ASSIGN(const auto request, inference_request(input.options));
    TRY_ASSIGN(const auto estimate, estimate_inference(estimator, request));
    return output == Output::machines ? report_json(estimate)
                                      : report_text(estimate, input.options.language);
}

Result<std::string> check(const Input& input, Output output) {
    constexpr std::size_t kBytesMax = 16'000'000;
    TRY_ASSIGN(const auto estimator, estimate::Estimator::shipped());
    std::string csv(estimate::runs_csv());
    if (!input.runs_file.empty()) {
        TRY_ASSIGN(csv, files::read_file(input.runs_file, kBytesMax));
    }
    const std::string file = input.runs_file.empty() ? "llm_runs.csv" : input.runs_file;
    TRY_ASSIGN(const auto runs, estimate::read_runs(csv, file, estimator));
    const auto report = check_runs(estimator, runs);
    if (!input.png_file.empty()) {
        TRY_ASSIGN(const std::string png, runs_chart(report));
        TRY(files::write_durably(input.png_file, {png}, 0644));
    }
    return output == Output::machines ? report_json(report)
                                      : report_text(report, input.options.language);
}

CLI::App& add(CLI::App& parent, const char* name, const char* about,
              const std::shared_ptr<Input>& input, Work work) {
    CLI::App* verb = parent.add_subcommand(name, about);
    const auto session = std::make_shared<client::Session>();
    session->add_output_options(*verb);
    client::on_call(*verb, session,
                    [input, work](client::Session& open) -> client::RemoteResult<void> {
                        const auto report = work(*input, open.output());
                        if (!report) return client::refuse(report.error());
                        std::fwrite(report->data(), 1, report->size(), stdout);
                        return {};
                    });
    return *verb;
}

void add_finished(CLI::App& verb, Input& input) {
    verb.add_option(
        "--finished", input.finished_file,
        "CSV of runs of yours that have ended, in the form of data/tables/llm_runs.csv: they "
        "correct the estimates for their chips");
}

}  // namespace

void add_estimate_verbs(CLI::App& app) {
    CLI::App* parent = app.add_subcommand(
        "estimate", "What language models cost in device-hours, with an interval; needs no server");
    parent->require_subcommand(1);
    const auto input = std::make_shared<Input>();
    EstimateOptions& options = input->options;
    CLI::App& trainer = add(*parent, "training", "Training from the beginning", input, training);
    add_common_options(trainer, options);
    add_training_options(trainer, options);
    add_finished(trainer, *input);
    CLI::App& tuner = add(*parent, "finetune",
                          "Training a trained model further, in whole or by "
                          "adapters (LoRA)",
                          input, finetune);
    add_common_options(tuner, options);
    add_training_options(tuner, options);
    add_finetune_options(tuner, options);
    add_finished(tuner, *input);
    CLI::App& server = add(*parent, "inference", "Answering requests: speed, batch and replicas",
                           input, inference);
    add_common_options(server, options);
    add_inference_options(server, options);
    CLI::App& checker =
        add(*parent, "check", "Our estimates beside published runs, a line each", input, check);
    checker.add_option("--runs", input->runs_file,
                       "CSV in the form of data/tables/llm_runs.csv, which is taken if not given");
    checker.add_option("--png", input->png_file, "Draw the comparison here");
    add_language_option(checker, options);
}

}  // namespace penstock::app
