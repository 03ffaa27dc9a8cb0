#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <string>

#include "crypto/ed25519.h"
#include "penstock/v1/identity.pb.h"
#include "shell/server/server.h"
#include "transport/connect/client.h"
#include "transport/schema/method_table.h"

namespace penstock::test {

/// Somebody who calls, and what the schema's permissions should let them do.
struct Caller {
    std::string name;
    transport::Authorize authorize;
};

/// A real server with one of each: two buyers, two suppliers, an agent, the operator, a party not
/// yet admitted, a suspended one, a revoked key, one of few scopes, users of every role and duty;
/// and one running order between the first two.
class Cast {
  public:
    Cast();
    ~Cast();

    std::map<std::string, Caller> callers;
    /// Ids of the first buyer's and first supplier's things, by the request fields that name them.
    std::map<std::string, std::string> things;

    /// Calls a method by its descriptor; streams are read to their first message.
    transport::RemoteResult<void> call(const Caller& caller, const transport::Method& method,
                                       const google::protobuf::Message& request);
    template <class Response, class Request>
    Response must(const std::string& who, const char* method, const Request& request) {
        auto client = client_of(callers.at(who));
        auto response = client.call<Response>(method, request);
        if (!response) die(method, response.error());
        return *response;
    }

  private:
    transport::RpcClient client_of(const Caller& caller);
    [[noreturn]] static void die(const char* method, const transport::RemoteError& error);
    std::string sign_up(const std::string& name, int role, const std::string& admit_as);
    void add_agent();
    void sell();
    void buy();
    /// A bill of the buyer's, of which a part is disputed.
    struct Bought {
        std::string order;
        std::string contract;
        std::int64_t term_end_ns = 0;
    };
    /// The buyer orders it for an hour, and the agent accepts.
    Bought buy_a_connection(std::uint32_t price_version);
    void dispute();
    /// A change of a contract by plan of the buyer's, which waits for its answer.
    void change();
    /// A user of a party, signed in; operators with their second factor.
    void add_user(const std::string& name, const std::string& manager, v1::UserRole role);
    v1::SignInResponse sign_in(const std::string& name, const std::string& code);

    std::filesystem::path folder_;
    std::unique_ptr<shell::Server> server_;
    std::string url_;
    crypto::KeyPair agent_key_ = crypto::KeyPair::generate();
};

}  // namespace penstock::test
