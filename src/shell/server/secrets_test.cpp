// What a server keeps secret, and what of it a thief of its disk finds.
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <iterator>
#include <map>

#include "crypto/bytes.h"
#include "crypto/one_time_code.h"
#include "crypto/secret_files.h"
#include "files/whole_file.h"
#include "penstock/v1/identity.pb.h"
#include "shell/server/data_folder.h"
#include "shell/server/secret_places.h"
#include "shell/server/server_fixture.h"

namespace penstock::shell {
namespace {

constexpr const char* kPassword = "kettle-orbit-94-violin";
constexpr const char* kEmail = "wang.fang@example.test";

class SecretsTest : public ServerFixture {
  protected:
    SecretsTest() { options_.secrets = folder_ / "secrets"; }

    /// Makes a key outside of the data, and has the server use it.
    std::filesystem::path use_key(const char* name, crypto::WrapAlgorithm algorithm) {
        const auto file = folder_ / name;
        EXPECT_TRUE(crypto::make_seal_key_file(file, algorithm));
        options_.seal_keys = {file};
        return file;
    }
    void stop() {
        server_->stop();
        server_.reset();
    }
    std::string try_start() {
        auto started = Server::start(options_);
        if (!started) return std::string(started.error().reason());
        server_ = *std::move(started);
        return "";
    }
    /// Every file of the data and the secrets, in one text.
    std::string on_disk() const {
        std::string all;
        for (const auto& folder : {options_.data, options_.secrets}) {
            for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
                if (!entry.is_regular_file()) continue;
                all.append(files::read_file(entry.path()).value());
            }
        }
        return all;
    }
    /// What each file keeps, opened with the server's own keys.
    std::map<std::string, std::string> secrets() const {
        const auto files = crypto::SecretFiles::open(options_.seal_keys).value();
        std::map<std::string, std::string> found;
        for (const SecretPlace& place : secret_places(options_)) {
            auto secret = files.read(place.file, place.role);
            EXPECT_TRUE(secret) << secret.error().message();
            if (secret) found[place.role] = *secret;
        }
        return found;
    }
    /// A secret without label and line's end.
    static std::string bare(const std::string& text) {
        const std::size_t seed = text.find("seed ");
        if (seed != text.npos) return text.substr(seed + 5, 44);
        return text.ends_with('\n') ? text.substr(0, text.size() - 1) : text;
    }
    /// What is secret of "psk_7_…": letters that may be '_', too.
    static std::string secret_of(const std::string& token) {
        return token.substr(token.find('_', 4) + 1);
    }
    template <class Response, class Request>
    Response call(const std::string& key, const char* method, const Request& request) {
        auto done = client(key).call<Response>(method, request);
        EXPECT_TRUE(done) << method << ": " << done.error().message;
        return done ? *done : Response();
    }
    /// A user with password and second factor: all that is secret about it.
    std::vector<std::string> make_user() {
        const auto buyer = sign_up("Buyer", v1::ROLE_BUYER).value();
        v1::AddUserRequest add;
        add.set_email(kEmail);
        add.set_name("王芳");
        add.add_roles(v1::USER_VIEWER);
        const auto added =
            call<v1::AddUserResponse>(buyer.secret(), "IdentityService/AddUser", add);
        v1::AcceptInvitationRequest accept;
        accept.set_invitation(added.invitation());
        accept.set_password(kPassword);
        call<v1::AcceptInvitationResponse>("", "IdentityService/AcceptInvitation", accept);
        v1::SignInRequest sign_in;
        sign_in.set_email(kEmail);
        sign_in.set_password(kPassword);
        sign_in.set_bearer(true);
        const std::string token =
            call<v1::SignInResponse>("", "IdentityService/SignIn", sign_in).token();
        const auto factor = call<v1::BeginSecondFactorResponse>(
            token, "IdentityService/BeginSecondFactor", v1::BeginSecondFactorRequest());
        const std::string bytes(crypto::text_of(crypto::parse_base32(factor.secret()).value()));
        return {secret_of(buyer.secret()),
                secret_of(token),
                added.invitation(),
                kEmail,
                "王芳",
                kPassword,
                "argon2id",
                factor.secret(),
                bytes};
    }
    void flip_a_bit(const std::filesystem::path& file) const {
        std::string text = files::read_file(file).value();
        text[text.size() - 8] = text[text.size() - 8] == 'A' ? 'B' : 'A';
        ASSERT_TRUE(files::write_durably(file, {text}));
    }
};

TEST_F(SecretsTest, a_thief_of_the_disk_finds_none_that_is_sealed) {
    for (const auto algorithm :
         {crypto::WrapAlgorithm::aes_256_gcm, crypto::WrapAlgorithm::sm4_ctr_hmac_sm3}) {
        std::filesystem::remove_all(options_.data);
        std::filesystem::remove_all(options_.secrets);
        if (!options_.journal_url.empty())
            options_.journal_url = postgres::PostgresInstance::shared().create_database();
        use_key(std::string(crypto::name(algorithm)).c_str(), algorithm);
        start();
        std::vector<std::string> never = make_user();
        stop();
        for (const auto& [role, secret] : secrets()) {
            EXPECT_GE(secret.size(), 32u) << role;
            never.push_back(bare(secret));
        }
        const std::string disk = on_disk();
        ASSERT_NE(disk.find("penstock-sealed/v1"), std::string::npos) << "nothing was read";
        for (const std::string& secret : never)
            EXPECT_EQ(disk.find(secret), std::string::npos) << secret;
        EXPECT_EQ(disk.find("seed "), std::string::npos);
    }
}

TEST_F(SecretsTest, without_a_key_they_lie_plain_and_the_status_tells_the_operator) {
    start();
    const auto ask = [&](const std::string& key) {
        return call<v1::GetStatusResponse>(key, "SystemService/GetStatus", v1::GetStatusRequest())
            .secrets();
    };
    EXPECT_EQ(ask(operator_key()), v1::SECRETS_PLAIN);
    EXPECT_EQ(ask(""), v1::SECRETS_STATE_UNSPECIFIED) << "a stranger was told";
    stop();
    EXPECT_NE(on_disk().find("seed "), std::string::npos) << "the other test sees nothing";
}

TEST_F(SecretsTest, a_server_starts_with_the_right_key_alone) {
    const auto right = use_key("right", crypto::WrapAlgorithm::aes_256_gcm);
    start();
    const std::string key = shell::operator_key(options_).value();
    EXPECT_EQ(call<v1::GetStatusResponse>(key, "SystemService/GetStatus", v1::GetStatusRequest())
                  .secrets(),
              v1::SECRETS_SEALED);
    stop();
    options_.seal_keys = {};
    EXPECT_EQ(try_start(), "SEAL_KEY_MISSING");
    use_key("wrong", crypto::WrapAlgorithm::aes_256_gcm);
    EXPECT_EQ(try_start(), "SEAL_KEY_MISSING");
    options_.seal_keys = {right};
    EXPECT_EQ(try_start(), "");
    stop();
    flip_a_bit(server_secret_file(options_));
    EXPECT_EQ(try_start(), "SEAL_BROKEN");
}

TEST_F(SecretsTest, rotation_seals_what_was_plain) {
    start();
    const auto never = make_user();
    stop();
    const auto before = secrets();
    use_key("key", crypto::WrapAlgorithm::sm4_ctr_hmac_sm3);
    EXPECT_EQ(try_start(), "SECRET_NOT_SEALED");
    const auto written = reseal_secrets(options_);
    ASSERT_TRUE(written) << written.error().message();
    EXPECT_EQ(written->size(), secret_places(options_).size());
    EXPECT_EQ(secrets(), before);
    EXPECT_EQ(reseal_secrets(options_).value().size(), 0u) << "again, for nothing";
    EXPECT_EQ(on_disk().find("seed "), std::string::npos);
    EXPECT_EQ(try_start(), "");
}

TEST_F(SecretsTest, rotation_may_die_anywhere_and_go_on) {
    const auto first = use_key("first", crypto::WrapAlgorithm::aes_256_gcm);
    start();
    make_user();
    stop();
    const auto before = secrets();
    const auto second = use_key("second", crypto::WrapAlgorithm::aes_256_gcm);
    options_.seal_keys = {second, first};
    for (std::size_t deaths = 0; deaths < before.size(); ++deaths) {
        const pid_t child = ::fork();
        ASSERT_GE(child, 0);
        if (child == 0) {
            std::size_t left = 1;  // Each gets one file further than the one before.
            (void)reseal_secrets(options_, [&](const std::filesystem::path& file) {
                const auto text = files::read_file(file).value();
                const bool is_done = crypto::parse_wrap_header(text)->key_id ==
                                     crypto::WrapKey::parse(files::read_file(second).value())->id();
                if (!is_done && left-- == 0) ::_exit(9);
            });
            ::_exit(0);
        }
        int status = 0;
        ASSERT_EQ(::waitpid(child, &status, 0), child);
        EXPECT_EQ(WEXITSTATUS(status), deaths + 1 < before.size() ? 9 : 0);
        EXPECT_EQ(secrets(), before) << "with both keys, after " << deaths + 1 << " deaths";
        EXPECT_EQ(try_start(), "");
        stop();
    }
    options_.seal_keys = {second};
    EXPECT_EQ(secrets(), before);
    EXPECT_EQ(try_start(), "");
}

TEST_F(SecretsTest, a_new_key_of_the_vault_leaves_people_as_they_are) {
    use_key("key", crypto::WrapAlgorithm::aes_256_gcm);
    start();
    make_user();
    EXPECT_EQ(replace_vault_key(options_).error().reason(), "JOURNAL_IN_USE");
    stop();
    const std::string before = secrets().at("vault.key");
    const auto replaced = replace_vault_key(options_);
    ASSERT_TRUE(replaced) << replaced.error().message();
    EXPECT_NE(secrets().at("vault.key"), before);
    start();
    v1::SignInRequest sign_in;
    sign_in.set_email(kEmail);
    sign_in.set_password(kPassword);
    sign_in.set_bearer(true);
    call<v1::SignInResponse>("", "IdentityService/SignIn", sign_in);
    options_.data = folder_ / "none";
    options_.secrets = folder_ / "none";
    EXPECT_EQ(replace_vault_key(options_).error().reason(), "VAULT_KEY_MISSING");
}

TEST_F(SecretsTest, rotation_removes_what_killed_writers_left) {
    use_key("key", crypto::WrapAlgorithm::aes_256_gcm);
    start();
    stop();
    std::vector<std::filesystem::path> drafts;
    for (const SecretPlace& place : secret_places(options_))
        drafts.push_back(place.file.string() + ".new.4711");
    const auto leave = [&] {
        for (const auto& draft : drafts) ASSERT_TRUE(files::write_durably(draft, {"seed x"}));
    };
    const auto expect_gone = [&](const char* after) {
        for (const auto& draft : drafts)
            EXPECT_FALSE(std::filesystem::exists(draft)) << draft << " after " << after;
    };
    leave();
    ASSERT_TRUE(reseal_secrets(options_));
    expect_gone("sealing");
    leave();
    ASSERT_TRUE(replace_vault_key(options_));
    expect_gone("a new key of the vault");
}

TEST_F(SecretsTest, rotation_and_backups_keep_out_of_each_others_way) {
    use_key("key", crypto::WrapAlgorithm::aes_256_gcm);
    start();
    stop();
    {
        const auto backup = lock_for_backup(options_.data);
        ASSERT_TRUE(backup);
        EXPECT_TRUE(lock_for_backup(options_.data)) << "backups do not";
        EXPECT_EQ(reseal_secrets(options_).error().reason(), "BACKUP_RUNS");
        EXPECT_EQ(replace_vault_key(options_).error().reason(), "BACKUP_RUNS");
    }
    const auto rotation = lock_against_backups(options_.data);
    EXPECT_EQ(lock_for_backup(options_.data).error().reason(), "SECRETS_CHANGE");
}

TEST_F(SecretsTest, what_root_rotates_and_rebuilds_stays_the_servers) {
    if (::geteuid() != 0) GTEST_SKIP() << "only root can give files away";
    use_key("key", crypto::WrapAlgorithm::aes_256_gcm);
    start();
    stop();
    constexpr uid_t kServer = 12'345;
    std::filesystem::remove(options_.data / "server.lock");
    std::filesystem::remove(options_.data / "projection.db");
    for (const auto& folder : {options_.data, options_.secrets}) {
        ASSERT_EQ(::chown(folder.c_str(), kServer, kServer), 0);
        for (const auto& entry : std::filesystem::recursive_directory_iterator(folder))
            ASSERT_EQ(::chown(entry.path().c_str(), kServer, kServer), 0);
    }
    use_key("second", crypto::WrapAlgorithm::aes_256_gcm);
    options_.seal_keys.push_back(folder_ / "key");
    ASSERT_TRUE(replace_vault_key(options_));
    ASSERT_TRUE(reseal_secrets(options_));
    ASSERT_TRUE(rebuild_tables(options_.data, options_.journal_url));
    for (const auto& folder : {options_.data, options_.secrets})
        for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
            struct stat about{};
            ASSERT_EQ(::lstat(entry.path().c_str(), &about), 0);
            EXPECT_EQ(about.st_uid, kServer) << entry.path();
        }
}

TEST_F(SecretsTest, rotation_refuses_a_server_that_runs_and_folders_that_are_none) {
    EXPECT_EQ(reseal_secrets(options_).error().field(), "seal_key");
    use_key("key", crypto::WrapAlgorithm::aes_256_gcm);
    EXPECT_EQ(reseal_secrets(options_).error().reason(), "NOTHING_TO_SEAL");
    start();
    EXPECT_EQ(reseal_secrets(options_).error().reason(), "JOURNAL_IN_USE");
}

}  // namespace
}  // namespace penstock::shell
