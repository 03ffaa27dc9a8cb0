#include "backup_verb.h"

#include <fmt/core.h>

#include <filesystem>
#include <map>
#include <memory>
#include <string>

#include "app/client/choice.h"
#include "fail.h"
#include "shell/backup/backup.h"
#include "shell/backup/check.h"
#include "shell/backup/restore.h"
#include "transport/json/write.h"

namespace penstock::app {

namespace {

enum class Output : std::uint8_t { people, machines };

/// What a backup holds; machines get its manifest but for the list of files.
void print(const char* done, const std::filesystem::path& folder, v1::BackupManifest manifest,
           Output output) {
    const int files = manifest.files_size();
    std::uint64_t bytes = 0;
    for (const v1::BackupFile& file : manifest.files()) bytes += file.bytes();
    manifest.clear_files();
    if (output == Output::machines) {
        fmt::print("{}\n", transport::to_json(manifest));
        return;
    }
    fmt::print(
        "penstock: {} {}: {} files of {} bytes; journal up to command {}, hash {}; evidence "
        "of {} records\n",
        done, folder.string(), files, bytes, manifest.journal().sequence(),
        manifest.journal().rolling_hash(), manifest.evidence().size());
}

struct BackupArguments {
    backup::BackupOptions options;
    std::string verify;
    bool json = false;
};

void run_backup(const BackupArguments& arguments) {
    const Output output = arguments.json ? Output::machines : Output::people;
    if (!arguments.verify.empty()) {
        auto checked = backup::check_backup(arguments.verify);
        if (!checked) fail(checked.error());
        return print("verified", arguments.verify, *std::move(checked), output);
    }
    if (arguments.options.data.empty() || arguments.options.to.empty())
        throw CLI::ValidationError("backup", "needs --data and --to, or --verify");
    auto made = backup::make_backup(arguments.options);
    if (!made) fail(made.error());
    print("backed up to", arguments.options.to, *std::move(made), output);
}

void add_backup(CLI::App& app) {
    auto arguments = std::make_shared<BackupArguments>();
    backup::BackupOptions& options = arguments->options;
    CLI::App* verb = app.add_subcommand("backup",
                                        "Back up an exchange, while it runs, or verify a "
                                        "backup");
    auto* data = verb->add_option("--data", options.data, "Data folder of the server");
    auto* to = verb->add_option("--to", options.to, "Folder to make; nothing may be there");
    auto* secrets =
        verb->add_option("--secrets", options.secrets, "As the server has it, if it has");
    auto* journal =
        verb->add_option("--journal", options.journal_url, "postgres://… as the server has it");
    verb->add_option("--verify", arguments->verify, "Read this backup, every byte of it, instead")
        ->excludes(data)
        ->excludes(to)
        ->excludes(secrets)
        ->excludes(journal);
    verb->add_flag("--json", arguments->json, "Print what it holds as JSON");
    verb->callback([arguments] { run_backup(*arguments); });
}

struct RestoreArguments {
    backup::RestoreOptions options;
    bool json = false;
};

void add_restore(CLI::App& app) {
    auto arguments = std::make_shared<RestoreArguments>();
    backup::RestoreOptions& options = arguments->options;
    CLI::App* verb = app.add_subcommand("restore", "Make a data folder from a backup");
    verb->add_option("--from", options.from, "Folder of the backup")->required();
    verb->add_option("--data", options.data, "Data folder to fill: empty, or not there")
        ->required();
    verb->add_option("--secrets", options.secrets, "Where the server will have its --secrets");
    verb->add_option("--journal", options.journal_url,
                     "postgres://… of an empty database for the journal; default a file in DATA");
    const std::map<std::string, backup::LogAfter> choices{{"same", backup::LogAfter::same},
                                                          {"new", backup::LogAfter::renewed}};
    verb->add_option("--log", options.log,
                     "The evidence log: `same` goes on with it, for when nothing was acknowledged "
                     "after the backup; `new` begins another, for when something may have been")
        ->required()
        ->transform(CLI::Transformer(choices).description(""))
        ->transform(client::one_of_keys(choices).description("same|new"));
    verb->add_flag("--json", arguments->json, "Print what was restored as JSON");
    verb->callback([arguments] {
        auto restored = backup::restore_backup(arguments->options);
        if (!restored) fail(restored.error());
        print("restored", arguments->options.data, *std::move(restored),
              arguments->json ? Output::machines : Output::people);
    });
}

}  // namespace

void add_backup_verbs(CLI::App& app) {
    add_backup(app);
    add_restore(app);
}

}  // namespace penstock::app
