#pragma once

#include <memory>
#include <mutex>

#include "agent/drivers/slurm/control.h"
#include "transport/http/client.h"

namespace penstock::agent::slurm {

/// A token by which slurmrestd knows `user` until `expires_at` (UTC, seconds): a JSON Web Token
/// (RFC 7519) by HMAC-SHA-256 under the cluster's jwt_key, with the claims exp, iat and sun.
std::string make_token(const std::string& user, const std::string& key, std::int64_t issued_at,
                       std::int64_t expires_at);

/// Slurm through slurmrestd's OpenAPI v0.0.38. It dies of malformed ids, so nothing but numbers is
/// ever put into a path.
class RestControl : public Control {
  public:
    struct Options {
        std::string url;  ///< http://host:port.
        std::string key;  ///< The bytes of the cluster's jwt_key.
    };
    /// As this process's own user.
    /// @retval kBadOption  Not such a URL, or no key.
    static Result<std::unique_ptr<RestControl>> create(Options options);

    Result<std::uint64_t> submit(const JobRequest& request) override;
    Result<std::vector<Job>> jobs() override;
    Result<void> cancel(std::uint64_t id) override;
    Result<std::vector<Node>> nodes() override;

  private:
    RestControl(Options options, transport::HttpClient client);
    Result<transport::HttpResponse> call(std::string_view verb, const std::string& path);
    Result<transport::HttpResponse> call(transport::HttpClient& client, std::string_view verb,
                                         const std::string& path, const std::string& body) const;

    Options options_;
    std::string user_;
    std::mutex mutex_;
    transport::HttpClient client_;
};

/// What slurmrestd answered, read.
/// @retval kEngineUnreachable  It is no such answer, or tells of trouble inside the cluster.
/// @retval kEngineRefused
Result<std::uint64_t> read_submitted(const std::string& json);
Result<void> read_cancelled(const std::string& json);
Result<std::vector<Job>> read_jobs(const std::string& json);
Result<std::vector<Node>> read_nodes(const std::string& json);

}  // namespace penstock::agent::slurm
