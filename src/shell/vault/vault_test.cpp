// What a vault keeps and forgets, on each of its stores.
#include "shell/vault/vault.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <chrono>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <future>
#include <sstream>

#include "base/try.h"
#include "crypto/bytes.h"
#include "files/whole_file.h"
#include "log/output.h"
#include "shell/journal/postgres_schema.h"
#include "shell/postgres/connection.h"
#include "shell/postgres/postgres_instance.h"
#include "shell/vault/error.h"
#include "shell/vault/postgres_vault_store.h"
#include "shell/vault/sqlite_vault_store.h"

namespace penstock::vault {
namespace {

Ref ref(std::uint8_t seed) {
    Ref value{};
    value.fill(seed);
    return value;
}

/// In which whoever asks leads.
constexpr std::uint64_t kEpoch = 3;

void set_epoch(const std::string& url, std::uint64_t epoch) {
    auto connection = postgres::Connection::open(url, std::chrono::seconds(10)).value();
    ASSERT_TRUE(connection.run("UPDATE leadership SET epoch = " + std::to_string(epoch)));
}

/// A database of several servers, with the tables of their journal.
std::string database_with_leader(postgres::PostgresInstance& instance) {
    std::string url = instance.create_database();
    auto connection = postgres::Connection::open(url, std::chrono::seconds(10)).value();
    EXPECT_TRUE(shell::ensure_journal_schema(connection));
    set_epoch(url, kEpoch);
    return url;
}

/// Why it was refused; empty when it was not.
std::string_view refusal(const Result<void>& outcome) {
    return outcome ? "" : outcome.error().reason();
}

/// Says what is in force, after something else has happened.
AskInForce in_force(
    std::set<Ref> profiles, std::set<Ref> secrets, std::function<void()> first = [] {}) {
    return [=]() -> Result<InForce> {
        first();
        return InForce{profiles, secrets, kEpoch};
    };
}

class VaultTest : public testing::TestWithParam<const char*> {
  protected:
    VaultTest() {
        std::string pattern = (std::filesystem::temp_directory_path() / "vault-XXXXXX").string();
        folder_ = ::mkdtemp(pattern.data());
        if (GetParam() == std::string_view("postgres"))
            url_ = database_with_leader(postgres::PostgresInstance::shared());
        reopen();
    }
    ~VaultTest() override {
        vault_.reset();
        std::filesystem::remove_all(folder_);
    }
    std::filesystem::path key() const { return folder_ / "vault.key"; }
    VaultKeyFile key_file() const { return {key(), crypto::SecretFiles()}; }
    Result<std::unique_ptr<VaultStore>> store() const {
        if (!url_.empty()) return PostgresVaultStore::open_url(url_);
        return SqliteVaultStore::open_file(folder_ / "vault.db");
    }
    Result<std::unique_ptr<Vault>> open() const {
        TRY_ASSIGN(auto opened, store());
        return Vault::open(std::move(opened), key_file());
    }
    std::string_view try_open() {
        vault_.reset();
        auto opened = open();
        if (!opened) return opened.error().reason();
        vault_ = *std::move(opened);
        return "";
    }
    void reopen() { ASSERT_EQ(try_open(), ""); }
    void fill() {
        ASSERT_TRUE(vault_->put_profile(ref(1), wang_));
        ASSERT_TRUE(vault_->put_secret(ref(2), ref(1), "$argon2id$verifier"));
        ASSERT_TRUE(vault_->bind_subject(ref(1), "https://id.test", "subject-of-wang"));
    }
    void expect_filled() {
        EXPECT_EQ(vault_->profile(ref(1)).value(), wang_);
        EXPECT_EQ(vault_->find_email("wang@example.test").value(), ref(1));
        EXPECT_EQ(vault_->find_subject("https://id.test", "subject-of-wang").value(), ref(1));
        EXPECT_EQ(vault_->secret(ref(2)).value(), "$argon2id$verifier");
    }
    /// All that the store has, sealed.
    Contents contents() const {
        Contents all;
        EXPECT_TRUE(store().value()->replace([&](const Contents& found) -> Result<Contents> {
            all = found;
            return found;
        }));
        return all;
    }
    /// The same as whoever steals it sees it, with the bytes of the files, but for the key's.
    std::string stolen() const {
        const Contents all = contents();
        std::string text = all.check;
        for (const ProfileRow& row : all.profiles) {
            text.append(crypto::text_of(row.ref)).append(crypto::text_of(row.email_index));
            text.append(row.email).append(row.name);
        }
        for (const SubjectRow& row : all.subjects)
            text.append(crypto::text_of(row.index)).append(row.subject);
        for (const SecretRow& row : all.secrets)
            text.append(crypto::text_of(row.ref)).append(row.secret);
        for (const auto& entry : std::filesystem::directory_iterator(folder_))
            if (entry.path() != key()) text.append(files::read_file(entry.path()).value());
        return text;
    }

    std::filesystem::path folder_;
    std::string url_;
    std::unique_ptr<Vault> vault_;
    const Profile wang_{"wang@example.test", "王芳"};
};

TEST_P(VaultTest, keeps_profiles_and_secrets_over_a_restart) {
    fill();
    reopen();
    expect_filled();
    EXPECT_EQ(vault_->secret(ref(9)).value(), std::nullopt);
    EXPECT_EQ(vault_->profile(ref(9)).value(), std::nullopt);
    EXPECT_EQ(vault_->find_email("li@example.test").value(), std::nullopt);
    EXPECT_EQ(vault_->find_subject("https://id.test", "sub-2").value(), std::nullopt);
}

TEST_P(VaultTest, gives_an_address_and_a_subject_to_one_alone) {
    fill();
    EXPECT_TRUE(vault_->put_profile(ref(1), wang_));
    EXPECT_EQ(vault_->put_profile(ref(2), {wang_.email, "Li"}).error().reason(), "EMAIL_IN_USE");
    EXPECT_EQ(vault_->profile(ref(1)).value(), wang_);
    EXPECT_TRUE(vault_->bind_subject(ref(1), "https://id.test", "subject-of-wang"));
    EXPECT_EQ(vault_->bind_subject(ref(2), "https://id.test", "subject-of-wang").error().reason(),
              "SUBJECT_IN_USE");
}

TEST_P(VaultTest, a_secret_that_is_there_stays_as_it_is) {
    ASSERT_TRUE(vault_->put_secret(ref(2), ref(1), "first"));
    ASSERT_TRUE(vault_->put_secret(ref(2), ref(1), "second"));
    EXPECT_EQ(vault_->secret(ref(2)).value(), "first");
}

TEST_P(VaultTest, shows_nothing_to_who_steals_it) {
    fill();
    const std::string bytes = stolen();
    ASSERT_NE(bytes.find(std::string(16, '\1')), std::string::npos) << "nothing was read";
    for (const char* text : {"wang", "example.test", "王芳", "argon2id", "id.test", "subject-of"})
        EXPECT_EQ(bytes.find(text), std::string::npos) << text;
    struct stat status{};
    ASSERT_EQ(::stat(key().c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777, 0600U);
}

TEST_P(VaultTest, erases_all_of_a_person) {
    fill();
    ASSERT_TRUE(vault_->put_profile(ref(3), {"li@example.test", "Li"}));
    ASSERT_TRUE(vault_->forget(ref(1), in_force({ref(1)}, {})));
    ASSERT_TRUE(vault_->profile(ref(1)).value()) << "erased, though it is in force";
    ASSERT_TRUE(vault_->forget(ref(1), in_force({}, {})));
    EXPECT_EQ(vault_->profile(ref(1)).value(), std::nullopt);
    EXPECT_EQ(vault_->find_email(wang_.email).value(), std::nullopt);
    EXPECT_EQ(vault_->secret(ref(2)).value(), std::nullopt);
    EXPECT_EQ(vault_->find_subject("https://id.test", "subject-of-wang").value(), std::nullopt);
    EXPECT_TRUE(vault_->profile(ref(3)).value());
    const std::string bytes = stolen();
    ASSERT_NE(bytes.find(std::string(16, '\3')), std::string::npos) << "nothing was read";
    EXPECT_EQ(bytes.find(std::string(16, '\1')), std::string::npos) << "the reference is left";
    EXPECT_EQ(bytes.find(std::string(16, '\2')), std::string::npos);
    EXPECT_TRUE(vault_->put_profile(ref(4), wang_)) << "the address is free again";
}

TEST_P(VaultTest, keeps_only_what_is_known) {
    ASSERT_TRUE(vault_->put_profile(ref(1), wang_));
    ASSERT_TRUE(vault_->put_profile(ref(2), {"li@example.test", "Li"}));
    ASSERT_TRUE(vault_->put_secret(ref(3), ref(1), "in force"));
    ASSERT_TRUE(vault_->put_secret(ref(4), ref(1), "orphan"));
    ASSERT_TRUE(vault_->put_secret(ref(5), ref(1), "orphan"));
    ASSERT_TRUE(vault_->put_secret(ref(6), ref(7), "another's"));
    ASSERT_TRUE(vault_->forget_secrets(ref(1), in_force({}, {ref(3), ref(4)})));
    EXPECT_TRUE(vault_->secret(ref(4)).value());
    EXPECT_FALSE(vault_->secret(ref(5)).value());
    EXPECT_TRUE(vault_->secret(ref(6)).value());
    ASSERT_TRUE(vault_->forget_all(in_force({ref(1)}, {ref(3)})));
    EXPECT_TRUE(vault_->profile(ref(1)).value());
    EXPECT_FALSE(vault_->profile(ref(2)).value());
    EXPECT_TRUE(vault_->secret(ref(3)).value());
    EXPECT_FALSE(vault_->secret(ref(4)).value());
}

TEST_P(VaultTest, forgets_nothing_that_was_added_after_it_began) {
    ASSERT_TRUE(vault_->put_profile(ref(1), wang_));
    ASSERT_TRUE(vault_->put_secret(ref(2), ref(1), "orphan"));
    const auto add = [this] {
        ASSERT_TRUE(vault_->put_profile(ref(3), {"li@example.test", "Li"}));
        ASSERT_TRUE(vault_->put_secret(ref(4), ref(1), "new"));
    };
    ASSERT_TRUE(vault_->forget_secrets(ref(1), in_force({}, {}, add)));
    EXPECT_FALSE(vault_->secret(ref(2)).value());
    EXPECT_TRUE(vault_->secret(ref(4)).value());
    ASSERT_TRUE(vault_->forget(ref(3), in_force({}, {})));
    ASSERT_TRUE(vault_->forget_all(in_force({ref(1)}, {ref(4)}, add)));
    EXPECT_TRUE(vault_->profile(ref(3)).value());
    EXPECT_TRUE(vault_->secret(ref(4)).value());
}

TEST_P(VaultTest, forgets_nothing_when_it_is_not_known_what_is_in_force) {
    fill();
    const AskInForce nobody = []() -> Result<InForce> { return reject(kVaultFault); };
    EXPECT_EQ(refusal(vault_->forget(ref(1), nobody)), "VAULT_FAULT");
    EXPECT_EQ(refusal(vault_->forget_secrets(ref(1), nobody)), "VAULT_FAULT");
    EXPECT_EQ(refusal(vault_->forget_all(nobody)), "VAULT_FAULT");
    expect_filled();
}

TEST_P(VaultTest, refuses_a_key_that_is_gone_wrong_or_open_to_others) {
    fill();
    std::filesystem::permissions(key(), std::filesystem::perms::others_read,
                                 std::filesystem::perm_options::add);
    EXPECT_EQ(try_open(), "VAULT_KEY_WRONG");
    std::filesystem::permissions(key(), std::filesystem::perms::owner_all);
    std::ofstream(key()) << "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n";
    EXPECT_EQ(try_open(), "VAULT_KEY_WRONG");
    std::ofstream(key()) << "short\n";
    EXPECT_EQ(try_open(), "VAULT_KEY_WRONG");
    std::filesystem::remove(key());
    EXPECT_EQ(try_open(), "VAULT_KEY_MISSING");
}

TEST_P(VaultTest, has_all_under_a_new_key_and_nothing_under_the_old_one) {
    fill();
    const std::string old_key = files::read_file(key()).value();
    const Contents before = contents();
    vault_.reset();
    const auto replaced = Vault::replace_key(*store().value(), key_file());
    ASSERT_TRUE(replaced) << replaced.error().message();
    reopen();
    expect_filled();
    EXPECT_EQ(vault_->put_profile(ref(8), wang_).error().reason(), "EMAIL_IN_USE");
    EXPECT_NE(files::read_file(key()).value(), old_key);
    const std::string after = stolen();
    for (const std::string& sealed :
         {before.check, before.profiles.front().email, before.profiles.front().name,
          before.subjects.front().subject, before.secrets.front().secret,
          std::string(crypto::text_of(before.profiles.front().email_index)),
          std::string(crypto::text_of(before.subjects.front().index))})
        EXPECT_EQ(after.find(sealed), std::string::npos);
    ASSERT_TRUE(files::write_durably(key(), {old_key}));
    EXPECT_EQ(try_open(), "VAULT_KEY_WRONG");
}

TEST_P(VaultTest, a_server_with_the_key_of_before_adds_nothing) {
    fill();
    const auto replaced = Vault::replace_key(*store().value(), key_file());
    ASSERT_TRUE(replaced) << replaced.error().message();
    if (url_.empty()) return;  // A file has one server, which did not run.
    EXPECT_EQ(vault_->put_profile(ref(5), {"li@example.test", "Li"}).error().reason(),
              "VAULT_KEY_WRONG");
    EXPECT_EQ(vault_->put_secret(ref(6), ref(1), "late").error().reason(), "VAULT_KEY_WRONG");
    EXPECT_EQ(vault_->bind_subject(ref(1), "https://id.test", "late").error().reason(),
              "VAULT_KEY_WRONG");
    reopen();
    expect_filled();
    EXPECT_EQ(vault_->secret(ref(6)).value(), std::nullopt);
}

TEST_P(VaultTest, a_change_of_key_may_die_anywhere_and_go_on) {
    fill();
    vault_.reset();
    const VaultKey before = key_file().read().value().front();
    const VaultKey next = VaultKey::draw();
    // Before the records are sealed anew.
    ASSERT_TRUE(key_file().write({next, before}));
    reopen();
    expect_filled();
    vault_.reset();
    ASSERT_TRUE(Vault::replace_key(*store().value(), key_file()));
    EXPECT_EQ(files::read_file(key()).value(), next.text() + "\n") << "not the one it began with";
    // After that, and before the old key is forgotten.
    ASSERT_TRUE(key_file().write({next, before}));
    reopen();
    expect_filled();
    vault_.reset();
    ASSERT_TRUE(Vault::replace_key(*store().value(), key_file()));
    EXPECT_EQ(files::read_file(key()).value(), next.text() + "\n");
    reopen();
    expect_filled();
}

INSTANTIATE_TEST_SUITE_P(Stores, VaultTest, testing::Values("sqlite", "postgres"),
                         [](const auto& shown) { return std::string(shown.param); });

class PostgresVault : public VaultTest {};

TEST_P(PostgresVault, forgets_nothing_by_the_word_of_who_leads_no_more) {
    fill();
    const auto depose = [this] { set_epoch(url_, kEpoch + 1); };
    EXPECT_EQ(refusal(vault_->forget_all(in_force({}, {}, depose))), "ERASURE_FENCED");
    EXPECT_EQ(refusal(vault_->forget(ref(1), in_force({}, {}))), "ERASURE_FENCED");
    EXPECT_EQ(refusal(vault_->forget_secrets(ref(1), in_force({}, {}))), "ERASURE_FENCED");
    expect_filled();
    set_epoch(url_, 0);
    const AskInForce nobody = [] { return InForce(); };
    EXPECT_EQ(refusal(vault_->forget_all(nobody)), "ERASURE_FENCED");
    expect_filled();
}

TEST_P(PostgresVault, an_erasure_waits_for_who_takes_the_lead_and_is_fenced_then) {
    fill();
    auto taking = postgres::Connection::open(url_, std::chrono::seconds(10)).value();
    ASSERT_TRUE(taking.run("BEGIN; UPDATE leadership SET epoch = epoch + 1"));
    auto erasure =
        std::async(std::launch::async, [&] { return vault_->forget(ref(1), in_force({}, {})); });
    EXPECT_EQ(erasure.wait_for(std::chrono::milliseconds(300)), std::future_status::timeout);
    ASSERT_TRUE(taking.run("COMMIT"));
    EXPECT_EQ(refusal(erasure.get()), "ERASURE_FENCED");
    expect_filled();
}

INSTANTIATE_TEST_SUITE_P(Stores, PostgresVault, testing::Values("postgres"),
                         [](const auto& shown) { return std::string(shown.param); });

TEST(PostgresVaults, are_one_for_all_servers_and_outlive_a_lost_connection) {
    postgres::PostgresInstance instance;
    const std::string url = instance.create_database();
    std::string pattern = (std::filesystem::temp_directory_path() / "vault-XXXXXX").string();
    const std::filesystem::path folder = ::mkdtemp(pattern.data());
    const VaultKeyFile key_file(folder / "vault.key", crypto::SecretFiles());
    const auto open = [&](const VaultKeyFile& file) {
        return Vault::open(PostgresVaultStore::open_url(url).value(), file);
    };
    const auto north = open(key_file).value();
    const auto south = open(key_file).value();
    const Profile wang{"wang@example.test", "王芳"};
    ASSERT_TRUE(north->put_profile(ref(1), wang));
    EXPECT_EQ(south->profile(ref(1)).value(), wang);
    EXPECT_EQ(south->put_profile(ref(2), wang).error().reason(), "EMAIL_IN_USE");
    instance.stop();
    std::ostringstream log;
    {
        const log::Output output({.into = &log});
        const auto away = south->profile(ref(1));
        ASSERT_FALSE(away);
        EXPECT_EQ(away.error().reason(), "VAULT_FAULT");
        // The answer to a stranger.
        EXPECT_EQ(away.error().message(), Error(kVaultFault).message());
    }
    EXPECT_NE(log.str().find("vault_fault"), std::string::npos);
    EXPECT_NE(log.str().find("connection"), std::string::npos) << log.str();
    instance.start();
    const auto again = south->profile(ref(1));
    ASSERT_TRUE(again) << again.error().message();
    EXPECT_EQ(*again, wang);
    const VaultKeyFile other(folder / "other.key", crypto::SecretFiles());
    EXPECT_EQ(open(other).error().reason(), "VAULT_KEY_MISSING");
    ASSERT_TRUE(other.write({VaultKey::draw()}));
    EXPECT_EQ(open(other).error().reason(), "VAULT_KEY_WRONG");
    std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace penstock::vault
