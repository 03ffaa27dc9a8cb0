#include "intent_verb.h"

#include <cstdio>
#include <memory>
#include <optional>
#include <string>

#include "advise/intent/check.h"
#include "advise/intent/error.h"
#include "advise/intent/import.h"
#include "advise/intent/sentence_reader.h"
#include "advise/intent/yaml.h"
#include "app/client/choice.h"
#include "app/client/print.h"
#include "app/intent/endpoint_reader.h"
#include "app/intent/now.h"
#include "app/intent/reading_text.h"
#include "base/try.h"
#include "fail.h"
#include "files/whole_file.h"
#include "transport/json/write.h"

namespace penstock::app {

namespace {

constexpr std::size_t kFileBytesMax = 1'000'000;
constexpr std::size_t kKeyBytesMax = 4'096;

struct Arguments {
    std::string sentence;
    std::string file;
    std::string now;
    std::string endpoint;
    std::string model = "default";
    std::string key_file;
    std::string format;
    bool drop_foreign_price = false;
    bool json = false;
};

Result<std::unique_ptr<intent::SentenceReader>> make_reader(const Arguments& arguments) {
    if (arguments.endpoint.empty()) return std::make_unique<intent::GrammarReader>();
    EndpointOptions options{.url = arguments.endpoint, .model = arguments.model, .key = {}};
    if (!arguments.key_file.empty()) {
        TRY_ASSIGN(options.key, files::read_file(arguments.key_file, kKeyBytesMax));
        while (options.key.ends_with('\n') || options.key.ends_with('\r')) options.key.pop_back();
    }
    TRY_ASSIGN(auto reader, EndpointReader::create(std::move(options)));
    return std::make_unique<EndpointReader>(std::move(reader));
}

Result<v1::IntentReading> read(const Arguments& arguments) {
    TRY_ASSIGN(const Instant now, read_now(arguments.now));
    TRY_ASSIGN(const auto reader, make_reader(arguments));
    return reader->read(arguments.sentence, now);
}

void run_sentence(const Arguments& arguments) {
    const auto reading = read(arguments);
    if (!reading) fail(reading.error());
    const std::string text = arguments.json ? reading_json(*reading, arguments.sentence)
                                            : reading_text(*reading, arguments.sentence);
    std::fwrite(text.data(), 1, text.size(), stdout);
    if (reading->heard_size() == 0 || reading->conflicts_size() > 0) throw CLI::RuntimeError(1);
}

Result<std::string> check(const Arguments& arguments) {
    TRY_ASSIGN(const Instant now, read_now(arguments.now));
    TRY_ASSIGN(const std::string text, files::read_file(arguments.file, kFileBytesMax));
    TRY_ASSIGN(const auto parsed, intent::parse_intent(text, arguments.file));
    auto conflicts = intent::check_intent(parsed, now);
    for (const Error& error : conflicts)
        std::fprintf(stderr, "%s: %s: %s\n", arguments.file.c_str(), error.field().c_str(),
                     error.message().c_str());
    if (!conflicts.empty()) throw CLI::RuntimeError(1);
    return arguments.json ? intent::canonical_json(parsed) + '\n' : intent::canonical_yaml(parsed);
}

/// What of the file belongs to a task: its own YAML stays where it is.
std::string task_text(const v1::WorkloadSpec& task) {
    std::string out;
    const auto line = [&out](std::string_view name, const std::string& value) {
        if (value.empty()) return;
        out.append(out.empty() ? "# Of the task:\n" : "").append("# ").append(name).append(": ");
        transport::write_json_string(value, out);
        out += '\n';
    };
    line("name", task.name());
    line("setup", task.setup());
    line("run", task.run());
    for (const auto& variable : task.environment())
        line("envs." + variable.name(), variable.value());
    return out;
}

std::optional<intent::SourceFormat> format_named(std::string_view name) {
    if (name == "skypilot") return intent::SourceFormat::sky_pilot;
    if (name == "dstack") return intent::SourceFormat::dstack;
    if (name == "sdl") return intent::SourceFormat::sdl;
    return std::nullopt;
}

std::string imported_json(const intent::Imported& imported) {
    std::string out = "{\"intent\":" + intent::canonical_json(imported.intent) + ",\"task\":";
    transport::write_json(imported.task, out);
    out += ",\"warnings\":[";
    for (const auto& warning : imported.warnings) {
        if (&warning != imported.warnings.data()) out += ',';
        transport::write_json_string(warning, out);
    }
    return out + "]}\n";
}

Result<std::string> import_file(const Arguments& arguments) {
    TRY_ASSIGN(const std::string text, files::read_file(arguments.file, kFileBytesMax));
    TRY_ASSIGN(const auto imported,
               intent::import_intent(
                   text, arguments.file,
                   {.format = format_named(arguments.format),
                    .foreign_price = arguments.drop_foreign_price ? intent::ForeignPrice::drop
                                                                  : intent::ForeignPrice::refuse}));
    for (const auto& warning : imported.warnings)
        std::fprintf(stderr, "warning: %s\n", warning.c_str());
    if (arguments.json) return imported_json(imported);
    return intent::canonical_yaml(imported.intent) + task_text(imported.task);
}

void print(const Result<std::string>& text) {
    if (!text) fail(text.error());
    std::fwrite(text->data(), 1, text->size(), stdout);
}

void add_options(CLI::App& verb, Arguments& arguments) {
    verb.add_flag("--json", arguments.json, "One JSON object");
    verb.add_option("--now", arguments.now,
                    "What days are counted from, such as 2026-11-21; else this moment");
}

}  // namespace

void add_intent_verb(CLI::App& app) {
    auto arguments = std::make_shared<Arguments>();
    CLI::App* verb = app.add_subcommand("intent",
                                        "Show what is understood of a sentence in Chinese or "
                                        "English; exit code 1 when nothing is, or "
                                        "when it contradicts itself (docs/intent.md)");
    verb->require_subcommand(0, 1);
    verb->add_option("sentence", arguments->sentence, "What you need, in quotes");
    verb->add_option("--endpoint", arguments->endpoint,
                     "Let a language model read instead: the URL of an OpenAI-compatible endpoint");
    verb->add_option("--endpoint-model", arguments->model, "As the endpoint names it")
        ->capture_default_str();
    verb->add_option("--endpoint-key-file", arguments->key_file, "File with the endpoint's key");
    add_options(*verb, *arguments);

    CLI::App* checked = verb->add_subcommand(
        "check",
        "Read an intent in YAML or JSON and print its one form; exit code 1 when it is none");
    checked->add_option("file", arguments->file, "YAML or JSON file")->required();
    add_options(*checked, *arguments);
    checked->callback([arguments] { print(check(*arguments)); });

    CLI::App* imported = verb->add_subcommand(
        "import",
        "Read a SkyPilot task, dstack configuration or Akash SDL as an intent; says what is "
        "not kept");
    imported->add_option("file", arguments->file, "YAML file")->required();
    imported->add_option("--from", arguments->format, "Format; else told by the file")
        ->check(client::one_of({"skypilot", "dstack", "sdl"}))
        ->option_text("skypilot|dstack|sdl");
    imported->add_flag("--drop-foreign-price", arguments->drop_foreign_price,
                       "Leave out prices in what is no currency, instead of refusing the file");
    imported->add_flag("--json", arguments->json, "One JSON object");
    imported->callback([arguments] { print(import_file(*arguments)); });

    verb->callback([verb, arguments] {
        if (!verb->get_subcommands().empty()) return;
        if (arguments->sentence.empty()) throw CLI::RequiredError("sentence");
        run_sentence(*arguments);
    });
}

}  // namespace penstock::app
