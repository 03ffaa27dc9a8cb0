#include "app/client/paper_files.h"

#include "app/client/choice.h"

namespace penstock::client {

void add_paper_options(CLI::App& command, PaperInput& input) {
    command.add_option("--pdf", input.pdf, "Write it here as a PDF, too");
    command.add_option("--png", input.png, "Write its first page here as a picture, too");
    command.add_option("--language", input.language, "Of the paper: zh or en")
        ->check(one_of({"zh", "en"}))
        ->capture_default_str();
}

}  // namespace penstock::client
