#include "log_options.h"

#include <map>
#include <string>

#include "app/client/choice.h"

namespace penstock::app {

void add_log_options(CLI::App& verb, log::OutputOptions& options) {
    static const std::map<std::string, log::Format> kFormats{{"json", log::Format::json},
                                                             {"text", log::Format::text}};
    static const std::map<std::string, log::Level> kLevels{{"debug", log::Level::debug},
                                                           {"info", log::Level::info},
                                                           {"warning", log::Level::warning},
                                                           {"error", log::Level::error}};
    verb.add_option("--log-format", options.format,
                    "How lines of the log look, on standard error: text, or json for machines")
        ->transform(CLI::Transformer(kFormats))
        ->transform(client::one_of_keys(kFormats))
        ->option_text("json|text (text)");
    verb.add_option("--log-level", options.level, "Lines below this level are not written")
        ->transform(CLI::Transformer(kLevels))
        ->transform(client::one_of_keys(kLevels))
        ->option_text("debug|info|warning|error (info)");
}

}  // namespace penstock::app
