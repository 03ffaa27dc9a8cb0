#include "secret_verbs.h"

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>
#include <system_error>

#include "crypto/secret_files.h"
#include "fail.h"
#include "shell/server/server.h"

namespace penstock::app {

namespace {

/// Those that the environment names.
std::vector<std::filesystem::path> seal_keys_around() {
    std::vector<std::filesystem::path> found;
    if (const char* named = std::getenv("PENSTOCK_SEAL_KEY")) {
        std::string_view rest = named;
        while (!rest.empty()) {
            const std::string_view one = rest.substr(0, rest.find(':'));
            if (!one.empty()) found.emplace_back(one);
            rest.remove_prefix(std::min(rest.size(), one.size() + 1));
        }
        return found;
    }
    if (const char* folder = std::getenv("CREDENTIALS_DIRECTORY")) {
        const auto credential = std::filesystem::path(folder) / "seal-key";
        std::error_code ignored;
        if (std::filesystem::exists(credential, ignored)) found.push_back(credential);
    }
    return found;
}

void add_folders(CLI::App& verb, shell::ServerOptions& options) {
    verb.add_option("--data", options.data, "Data folder of the server")->required();
    verb.add_option("--secrets", options.secrets, "Its folder for secrets, if it has one");
}

void add_make_seal_key(CLI::App& app) {
    auto file = std::make_shared<std::string>();
    auto algorithm = std::make_shared<std::string>("aes-256-gcm");
    CLI::App* verb = app.add_subcommand("make-seal-key", "Draw a key for --seal-key");
    verb->add_option("file", *file, "Gets the key; must not be there yet")->required();
    verb->add_option("--algorithm", *algorithm, "aes-256-gcm or sm4-ctr-hmac-sm3")
        ->capture_default_str();
    verb->callback([file, algorithm] {
        const auto chosen = crypto::parse_wrap_algorithm(*algorithm);
        if (!chosen) fail(chosen.error());
        const auto key = crypto::make_seal_key_file(*file, *chosen);
        if (!key) fail(key.error());
        std::printf("penstock: %s is key %s for %s; keep a copy of it apart from the data\n",
                    file->c_str(), key->id().c_str(), algorithm->c_str());
    });
}

void add_rotate_key(CLI::App& app) {
    auto options = std::make_shared<shell::ServerOptions>();
    CLI::App* verb = app.add_subcommand(
        "rotate-key", "Put a server's secrets under the first seal key; the server must not run");
    add_folders(*verb, *options);
    verb->add_option("--vault-key-file", options->vault_key_file, "As the server has it");
    verb->add_option("--journal", options->journal_url, "As the server has it, for --vault");
    add_seal_key_option(*verb, options->seal_keys);
    auto vault = std::make_shared<bool>(false);
    verb->add_flag("--vault", *vault,
                   "Gives the vault a new key too, so that older copies of it show nothing of who "
                   "was erased; no server of the exchange may run");
    verb->callback([options, vault] {
        if (*vault) {
            if (auto replaced = shell::replace_vault_key(*options); !replaced)
                fail(replaced.error());
            std::printf("penstock: the vault has a new key\n");
            if (options->seal_keys.empty()) return;
        }
        const auto written = shell::reseal_secrets(*options);
        if (!written) fail(written.error());
        for (const auto& file : *written) std::printf("penstock: sealed %s\n", file.c_str());
        std::printf("penstock: all secrets are under the first seal key\n");
    });
}

void add_operator_key(CLI::App& app) {
    auto options = std::make_shared<shell::ServerOptions>();
    CLI::App* verb =
        app.add_subcommand("operator-key", "Print the operator's key of the first start");
    add_folders(*verb, *options);
    add_seal_key_option(*verb, options->seal_keys);
    verb->callback([options] {
        const auto key = shell::operator_key(*options);
        if (!key) fail(key.error());
        std::printf("%s\n", key->c_str());
    });
}

}  // namespace

void add_seal_key_option(CLI::App& verb, std::vector<std::filesystem::path>& seal_keys) {
    seal_keys = seal_keys_around();
    verb.add_option("--seal-key", seal_keys,
                    "File of the key that secrets are sealed under, kept off the disk of the data; "
                    "given again, files of earlier keys");
}

void add_secret_verbs(CLI::App& app) {
    add_make_seal_key(app);
    add_rotate_key(app);
    add_operator_key(app);
}

}  // namespace penstock::app
