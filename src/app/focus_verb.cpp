#include "focus_verb.h"

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>

#include "base/try.h"
#include "fail.h"
#include "files/whole_file.h"
#include "format/csv_table.h"
#include "format/focus/report.h"
#include "format/focus/run.h"

namespace penstock::app {

namespace {

constexpr std::size_t kRuleFileBytesMax = std::size_t{1} << 24;
constexpr std::size_t kBillBytesMax = std::size_t{1} << 28;

inline constexpr Rejection kFocusDataMissing{
    17030, Code::not_found, "FOCUS_DATA_MISSING",
    "The official FOCUS 1.2 rules are not there; name their folder with --rules, or the folder "
    "above it, which has focus/, in PENSTOCK_DATA."};

struct Arguments {
    std::string file;
    std::string rules;
    std::string criteria = "auto";
    bool ascii = false;
    bool every_rule = false;
    bool json = false;
};

/// PENSTOCK_DATA, or where it lies beside a checkout.
std::filesystem::path focus_folder(const std::string& named) {
    if (!named.empty()) return named;
    const char* data = std::getenv("PENSTOCK_DATA");
    return std::filesystem::path(data != nullptr && *data != '\0' ? data : "../shared/data") /
           "focus";
}

Result<std::string> read_official(const std::filesystem::path& folder, std::string_view name) {
    std::error_code code;
    const auto path = folder / name;
    if (!std::filesystem::is_regular_file(path, code))
        return reject(kFocusDataMissing, {}, "Missing: " + path.string() + ".");
    return files::read_file(path, kRuleFileBytesMax);
}

Result<focus::RuleTable> read_rules(const std::filesystem::path& folder) {
    focus::RuleFiles files;
    TRY_ASSIGN(files.rules_csv, read_official(folder, "focus_rules_v1_2.csv"));
    TRY_ASSIGN(files.columns_csv, read_official(folder, "focus_columns_v1_2.csv"));
    TRY_ASSIGN(files.parents_json, read_official(folder, "focus_servicesubcategory_parents.json"));
    return focus::RuleTable::parse(files);
}

struct Checked {
    focus::RuleTable rules;
    focus::Report report;
};

Result<Checked> check(const Arguments& arguments) {
    TRY_ASSIGN(auto rules, read_rules(focus_folder(arguments.rules)));
    const format::CsvForm form{.bytes_max = kBillBytesMax};
    TRY_ASSIGN(const auto text, files::read_file(arguments.file, form.bytes_max));
    TRY_ASSIGN(const auto file, format::CsvTable::read(text, form, arguments.file));
    TRY_ASSIGN(auto criteria, focus::choose_criteria(arguments.criteria, rules, file));
    auto report = focus::run_rules(
        rules, file,
        {.criteria = std::move(criteria),
         .strings = arguments.ascii ? focus::StringRule::ascii : focus::StringRule::unicode});
    return Checked{std::move(rules), std::move(report)};
}

void run(const Arguments& arguments) {
    const auto done = check(arguments);
    if (!done) fail(done.error());
    const auto detail = arguments.every_rule ? focus::Detail::every_rule : focus::Detail::failures;
    const std::string text = arguments.json ? focus::report_json(done->rules, done->report)
                                            : focus::report_text(done->rules, done->report, detail);
    std::fwrite(text.data(), 1, text.size(), stdout);
    if (done->report.count(focus::Outcome::failed) > 0) throw CLI::RuntimeError(1);
}

}  // namespace

void add_focus_verb(CLI::App& app) {
    CLI::App* focus = app.add_subcommand("focus", "FOCUS 1.2 cost and usage files");
    focus->require_subcommand(1);
    auto arguments = std::make_shared<Arguments>();
    CLI::App* verb = focus->add_subcommand(
        "check", "Run the official rules on a file; exit code 1 when one fails (docs/focus.md)");
    verb->add_option("file", arguments->file, "CSV file")->required();
    verb->add_option(
        "--rules", arguments->rules,
        "Folder of the official files; else focus/ in PENSTOCK_DATA or ../shared/data");
    verb->add_option("--criteria", arguments->criteria,
                     "Applicability criteria that hold: auto (those that the file shows), all, or "
                     "names with commas between them")
        ->capture_default_str();
    verb->add_flag("--ascii", arguments->ascii,
                   "Let only ASCII count as text, as the official validator does");
    verb->add_flag("--every-rule", arguments->every_rule,
                   "List every rule, also those that cannot be executed, with the reason");
    verb->add_flag("--json", arguments->json, "The whole report as one JSON object");
    verb->callback([arguments] { run(*arguments); });
}

}  // namespace penstock::app
