// What the desk erases, and when it leaves that to another server.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>

#include "core/exchange/exchange.h"
#include "penstock/v1/event.pb.h"
#include "shell/identity/identity_desk.h"
#include "shell/sequencer/error.h"
#include "shell/sequencer/exchange_core.h"
#include "shell/vault/sqlite_vault_store.h"

namespace penstock::shell {
namespace {

vault::Ref ref(std::uint8_t seed) {
    vault::Ref value{};
    value.fill(seed);
    return value;
}

/// Shows an exchange that knows nobody, and is of a leader, or not.
class EmptyExchange final : public Sequencer {
  public:
    void submit(CommandCall, OutcomeCallback callback) override {
        callback({.reply = reject(kNotLeading)});
    }
    void query(QueryCall, OutcomeCallback callback) override {
        callback({.reply = reject(kNotLeading)});
    }
    void inspect(std::move_only_function<void(const Core&, Instant)> look, OutcomeCallback callback,
                 limits::Turn) override {
        look(*core_, Instant{});
        callback({.reply = std::string()});
    }
    void catch_up(OutcomeCallback, limits::Turn) override {}
    SequencerStatus status() const override { return {.epoch = epoch, .staleness = {}}; }
    SequencerLoad load() const override { return {}; }
    void accept_clock() override {}
    void stop() override {}

    std::atomic<std::uint64_t> epoch = 1;

  private:
    const std::unique_ptr<Core> core_ = ExchangeFactory().create();
};

class Erasing : public testing::Test {
  protected:
    Erasing() {
        std::string pattern = (std::filesystem::temp_directory_path() / "erasing-XXXXXX").string();
        folder_ = ::mkdtemp(pattern.data());
        vault_ =
            vault::Vault::open(vault::SqliteVaultStore::open_file(folder_ / "vault.db").value(),
                               vault::VaultKeyFile(folder_ / "vault.key", crypto::SecretFiles()))
                .value();
        desk_ = std::make_unique<IdentityDesk>(
            *vault_, clock_,
            IdentityOptions{.password_cost = {.passes = 1, .memory_bytes = std::size_t{1} << 16}});
        EXPECT_TRUE(vault_->put_profile(ref(1), {"wang@example.test", "王芳"}));
    }
    ~Erasing() override {
        desk_->stop();
        desk_.reset();
        vault_.reset();
        std::filesystem::remove_all(folder_);
    }
    bool is_kept() const { return vault_->profile(ref(1)).value().has_value(); }

    std::filesystem::path folder_;
    SystemClock clock_;
    std::unique_ptr<vault::Vault> vault_;
    EmptyExchange exchange_;
    Authenticator authenticator_{clock_, false};
    Api api_{authenticator_, SecretMaker(std::string(32, 's'))};
    std::unique_ptr<IdentityDesk> desk_;
};

TEST_F(Erasing, who_leads_erases_what_the_exchange_does_not_know) {
    ASSERT_TRUE(desk_->start(api_, exchange_));
    EXPECT_FALSE(is_kept());
}

TEST_F(Erasing, who_has_lost_the_lead_since_erases_nothing) {
    exchange_.epoch = 0;  // The desk was not told yet.
    const auto started = desk_->start(api_, exchange_);
    ASSERT_TRUE(started) << started.error().message();
    desk_->set_leading(true);
    v1::Event removed;
    removed.mutable_user_changed()->set_profile(std::string(16, '\1'));
    removed.mutable_user_changed()->set_state(v1::USER_REMOVED);
    desk_->on_event(removed, {});
    desk_->stop();  // After all that was ordered.
    EXPECT_TRUE(is_kept());
}

}  // namespace
}  // namespace penstock::shell
