#pragma once

#include <CLI/CLI.hpp>
#include <string>

#include "app/client/session.h"
#include "files/whole_file.h"
#include "format/bill/print.h"

namespace penstock::client {

/// Where a paper is written, as people ask for it.
struct PaperInput {
    std::string pdf;
    std::string png;
    std::string language = "zh";
};

/// Adds --pdf, --png and --language.
void add_paper_options(CLI::App& command, PaperInput& input);

/// Writes the files that were asked for.
/// @param printer  One of format/bill/print.h.
template <class Message>
RemoteResult<void> write_papers(const Message& message, const PaperInput& input,
                                Result<std::string> (*printer)(const Message&,
                                                               const format::PaperForm&)) {
    for (const bool is_image : {false, true}) {
        const std::string& file = is_image ? input.png : input.pdf;
        if (file.empty()) continue;
        format::PaperForm form;
        if (input.language == "en") form.language = format::Language::english;
        if (is_image) form.image.emplace();
        auto pages = printer(message, form);
        if (!pages) return refuse(pages.error());
        if (auto done = files::write_durably(file, {*pages}, 0644); !done)
            return refuse(done.error());
    }
    return {};
}

}  // namespace penstock::client
