#pragma once

#include <memory>
#include <mutex>
#include <string>

#include "shell/postgres/connection.h"
#include "shell/postgres/migrate.h"
#include "shell/vault/vault_store.h"

namespace penstock::vault {

/// Tables in the journal's database, which all servers on it share. A lost connection is made anew,
/// and what was asked is asked once more.
class PostgresVaultStore final : public VaultStore {
  public:
    /// Makes or updates the tables, or only looks whether they are ours.
    /// @retval kVaultFault, kPostgresForeign
    static Result<std::unique_ptr<PostgresVaultStore>> open_url(
        std::string url, postgres::Tables tables = postgres::Tables::make);

    Result<std::string> open(std::string_view check) override;
    Result<bool> add(const ProfileRow& row) override;
    Result<bool> add(const SubjectRow& row) override;
    Result<bool> add(const SecretRow& row) override;
    Result<std::optional<ProfileRow>> profile(const Ref& ref) override;
    Result<std::optional<Ref>> find_email(const crypto::Sha256& index) override;
    Result<std::optional<Ref>> find_subject(const crypto::Sha256& index) override;
    Result<std::optional<std::string>> secret(const Ref& ref) override;
    Result<std::vector<Ref>> profiles() override;
    Result<std::vector<Ref>> secrets(const std::optional<Ref>& profile) override;
    Result<void> erase_profile(const Ref& ref, std::uint64_t epoch) override;
    Result<void> erase_secret(const Ref& ref, std::uint64_t epoch) override;
    Result<Contents> contents() override;
    Result<void> replace(const std::function<Result<Contents>(const Contents&)>& rewrite) override;

  private:
    using Values = std::vector<postgres::Value>;

    explicit PostgresVaultStore(std::string url) : url_(std::move(url)) {}
    /// Does `work` on an open connection, twice if the first one fails.
    Result<void> attempt(const std::function<Result<void>(postgres::Connection&)>& work);
    /// @retval  Without detail: that is in the log.
    Result<postgres::Rows> ask(const std::string& sql, const Values& values);
    /// @param erasures  Parts of a WITH, each of which asks whether there is a leader; $1 is `ref`.
    Result<void> erase(const std::string& erasures, const Ref& ref, std::uint64_t epoch);
    Result<bool> insert(const std::string& sql, Values values);
    Result<std::optional<Ref>> find(const std::string& sql, const crypto::Sha256& index);
    Result<std::vector<Ref>> list(const std::string& sql, const Values& values);

    const std::string url_;
    std::mutex mutex_;
    postgres::Connection connection_;
    std::string check_;  ///< As it was when the store was opened.
};

}  // namespace penstock::vault
