#pragma once

#include <memory>
#include <mutex>
#include <vector>

#include "agent/exchange.h"
#include "agent/identity.h"
#include "transport/connect/client.h"

namespace penstock::agent {

/// Reaches the exchange over HTTP, each request signed with the agent's key once it is enrolled.
/// Keeps as many connections as there are calls at once.
class HttpExchange : public Exchange {
  public:
    /// @param base_url  "http://host:port" or "https://host:port".
    /// @param ca_pem    Trusted roots as PEM text; empty takes the system's.
    HttpExchange(std::string base_url, std::string ca_pem);

    /// Signs from now on as this agent. Before the first call of another thread.
    void sign_as(const Identity& identity);

    Answer<void> call_message(std::string_view method, const google::protobuf::Message& request,
                              google::protobuf::Message& response,
                              const CallSettings& settings) override;
    Answer<void> download(const std::string& digest, const std::string& file) override;
    Answer<void> upload(const std::string& digest, const std::string& file) override;
    void cancel() override;

  private:
    /// A connection of the pool for the time of one call.
    class Lease;
    Answer<std::unique_ptr<transport::RpcClient>> connect();
    std::string authorize(std::string_view verb, std::string_view path,
                          std::string_view body) const;

    std::string base_url_;
    std::string ca_pem_;
    std::string agent_;
    std::optional<crypto::KeyPair> key_;
    std::mutex mutex_;
    std::vector<std::unique_ptr<transport::RpcClient>> idle_;
    std::vector<transport::RpcClient*> busy_;
    bool is_cancelled_ = false;
};

}  // namespace penstock::agent
