#pragma once

#include <filesystem>
#include <memory>
#include <mutex>

#include "shell/sqlite/sqlite.h"
#include "shell/vault/vault_store.h"

namespace penstock::vault {

/// A file that can forget: freed pages are overwritten, and the write-ahead log is cut after every
/// erasure. One server alone has it, so epochs say nothing.
class SqliteVaultStore final : public VaultStore {
  public:
    /// @retval kSqliteFault, kSqliteDamaged
    static Result<std::unique_ptr<SqliteVaultStore>> open_file(const std::filesystem::path& file);

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
    explicit SqliteVaultStore(sqlite::Database database) : database_(std::move(database)) {}

    Result<bool> insert(sqlite::Statement statement);
    Result<std::optional<Ref>> find(const char* sql, const crypto::Sha256& index);
    Result<void> erase(const char* sql, const Ref& ref);
    /// Does `work` in a transaction, and cuts the write-ahead log, where what was erased may still
    /// stand.
    Result<void> settle(const std::function<Result<void>()>& work);
    Result<Contents> read_all();
    Result<void> put(const Contents& contents);

    std::mutex mutex_;
    sqlite::Database database_;
};

}  // namespace penstock::vault
