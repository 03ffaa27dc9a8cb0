#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/time.h"
#include "shell/limits/terms.h"

namespace penstock::shell {

struct ServerOptions {
    std::filesystem::path data;  ///< Made when it is not there; all the server keeps is below it.
    /// postgres://…: the journal is there, and may be other servers', too. Empty:
    /// <data>/journal.db.
    std::string journal_url;
    /// What all servers of one exchange must share: the keys of the evidence log and of the vault,
    /// and the secret that API keys come from. Empty: below <data>.
    std::filesystem::path secrets;
    /// Under which the server's secrets are sealed: the first seals, all of them open. None: the
    /// secrets lie in plain files.
    std::vector<std::filesystem::path> seal_keys;
    std::string name = "server";  ///< For people, where there are several.
    std::string advertise;        ///< Address for other servers; empty: http(s)://<address>:<port>.
    std::chrono::milliseconds leader_lease{3'000};
    std::string address = "127.0.0.1";
    std::uint16_t port = 7480;        ///< 0 takes any free port.
    std::filesystem::path port_file;  ///< Gets the port's number when all is ready; may be empty.
    /// Gets the operator's API key at the first start, plain; empty: <data>/operator.key, sealed
    /// if there are seal keys.
    std::filesystem::path operator_key_file;
    std::filesystem::path certificate_file;  ///< PEM; empty for plain HTTP.
    std::filesystem::path private_key_file;
    unsigned threads = 2;                         ///< For connections.
    std::size_t connections_max = 16'384;         ///< At once; bounded by open descriptors, too.
    std::size_t address_connections_max = 1'024;  ///< From one address.
    limits::AllTerms limits = limits::kDefaultTerms;  ///< How often who may ask; docs/limits.md.
    /// How browsers reach the server, for instance https://exchange.example; empty: as it listens.
    std::string public_url;
    /// The key of the vault, best kept outside of `data`; empty: vault.key in `secrets` or `data`.
    std::filesystem::path vault_key_file;
    std::filesystem::path oidc_file;  ///< Identity providers, JSON; empty: none.
    Duration session_idle = seconds(1'800);
    Duration session_lifetime = seconds(12 * 3'600);

    Duration lease = seconds(10);
    Duration margin = seconds(2);
    std::chrono::milliseconds checkpoint_interval{1'000};
    std::uint64_t snapshot_interval_commands = 200'000;
    std::uint64_t free_bytes_min = 64u << 20;
    std::uint64_t party_artifact_bytes_max = std::uint64_t{64} << 30;  ///< Uploads of one party.
    bool accept_clock_jump = false;
    /// When this server leads, the newest rules hold from then on. Every server must know them.
    bool activate_rules = false;
    std::chrono::milliseconds slow_request{1'000};  ///< Requests that take longer are warned of.
    /// The token that /metrics asks for; made when it is not there. Empty: <secrets>/metrics.token.
    std::filesystem::path metrics_token_file;

    // Fixed by the first start.
    std::string operator_name = "Operator";
    std::string currency = "CNY";
    std::uint32_t fee_basis_points = 200;
    std::string identifier_issuer = "PSTK";
    std::string evidence_origin;  ///< Empty: from the log's key.
};

/// An exchange that serves: everything wired together.
class Server {
  public:
    /// Opens the data folder, replays the journal, opens the exchange if it is new, and listens.
    /// @retval  What any part says about its files or its port.
    static Result<std::unique_ptr<Server>> start(ServerOptions options);
    /// Stops at once if stop() was not called.
    virtual ~Server() = default;

    virtual std::uint16_t port() const = 0;
    /// Stops listening, lets requests under way finish, and makes everything durable. Once.
    virtual void stop() = 0;
};

/// The key that the operator got at the first start, from <data>/operator.key.
/// @retval kFileFault, and those of SecretFiles
Result<std::string> operator_key(const ServerOptions& options);

/// Puts all secrets of a server under the first of `options.seal_keys`, whether they were plain or
/// under another of them. The server must not run. After a death the same call finishes it; until
/// then a server opens them all that is given all the keys.
/// @param before_each  Called with each file before it is replaced.
/// @return The files that were written anew.
/// @retval kNothingToSeal, kJournalInUse, and those of SecretFiles
Result<std::vector<std::filesystem::path>> reseal_secrets(
    const ServerOptions& options,
    const std::function<void(const std::filesystem::path&)>& before_each = {});

/// Seals the vault under a new key of its own, and forgets the one before: what was erased is then
/// noise in every older copy of the vault, too. No server with this vault may run. After a death
/// the same call goes on.
/// @retval kVaultKeyMissing, kVaultKeyWrong, kJournalInUse, and what vault and files say
Result<void> replace_vault_key(const ServerOptions& options);

/// Makes a server's tables anew from the journal. The server must not run.
/// @param journal_url  As ServerOptions has it.
Result<void> rebuild_tables(const std::filesystem::path& data, const std::string& journal_url);

}  // namespace penstock::shell
