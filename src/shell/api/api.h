#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "shell/api/artifact_check.h"
#include "shell/api/authenticator.h"
#include "shell/api/authorise.h"
#include "shell/api/preparer.h"
#include "shell/api/secrets.h"
#include "shell/api/workers.h"
#include "shell/limits/limits.h"
#include "shell/sequencer/sequencer.h"
#include "transport/connect/rpc.h"

namespace penstock::shell {

/// One call, on its way through the shell.
struct ApiCall {
    const transport::Method* method = nullptr;
    transport::RpcContext context;
    std::unique_ptr<google::protobuf::Message> request;
    transport::RpcResponder responder;
    Identity identity;
    party::Caller caller;        ///< Set by Api::with_authorised.
    bool is_operator = false;    ///< The same.
    Instant now;                 ///< When the exchange was looked at.
    std::uint64_t sequence = 0;  ///< Of the last command that with_authorised saw; durable.

    /// The line in which it waits for the sequencer, and what it costs there.
    limits::Turn turn() const;

    template <class Message>
    const Message& request_as() const {
        return dynamic_cast<const Message&>(*request);
    }
};

/// The application behind the RPC router: finds out who calls, and takes commands and questions to
/// the sequencer, or to the part of the shell that has registered itself for the method.
class Api final : public transport::RpcHandler {
  public:
    using Handler = std::function<void(std::unique_ptr<ApiCall>)>;
    using Look = std::move_only_function<Result<void>(const Core&, ApiCall&)>;
    using Check = std::function<Result<void>(const Core&, const ApiCall&)>;
    using Then = std::move_only_function<void(std::unique_ptr<ApiCall>)>;
    using Answer =
        std::function<Result<std::unique_ptr<google::protobuf::Message>>(const ApiCall&)>;

    Api(Authenticator& authenticator, SecretMaker secrets)
        : authenticator_(authenticator), secrets_(std::move(secrets)) {}
    /// Before the first call. All outlive the last one.
    struct Surroundings {
        Sequencer& sequencer;
        Workers& workers;
        const ArtifactCheck& artifacts;
        limits::Limits& limits;
        const Clock& clock;
    };
    void attach(const Surroundings& around) {
        sequencer_ = &around.sequencer;
        workers_ = &around.workers;
        artifacts_ = &around.artifacts;
        limits_ = &around.limits;
        clock_ = &around.clock;
    }

    /// Has a part of the shell answer a method, in place of the core. Before the first call.
    /// @param handler  Called on a server thread or the sequencer's; must not block. The caller is
    ///                 authenticated, not authorised.
    void serve(std::string method, Handler handler);
    /// The same for a question whose answer may wait for a disk: authorised, and on a worker.
    void serve_question(std::string method, Ownership ownership, Answer answer, Check check = {});

    void call(const transport::Method& method, transport::RpcContext context,
              std::unique_ptr<google::protobuf::Message> request,
              transport::RpcResponder responder) override;

    /// Authorises a call on the sequencer's thread, lets `look` see the exchange there (it may be
    /// empty), and goes on with `then` on a worker once what was seen is durable. Errors are
    /// answered.
    void with_authorised(std::unique_ptr<ApiCall> call, Ownership ownership, Look look, Then then);

    /// Gives a command that a part of the shell has prepared itself, as the caller, and answers the
    /// call with what comes of it.
    void submit_prepared(std::unique_ptr<ApiCall> call, PreparedCommand prepared);
    const SecretMaker& secrets() const { return secrets_; }

  private:
    /// Whether its sender may call now.
    std::optional<Error> check_limits(const ApiCall& call, const Result<Identity>& identity);
    void dispatch(std::unique_ptr<ApiCall> call);
    void command(std::unique_ptr<ApiCall> call);
    void submit(std::unique_ptr<ApiCall> call);
    void question(std::unique_ptr<ApiCall> call);

    Authenticator& authenticator_;
    const SecretMaker secrets_;
    Sequencer* sequencer_ = nullptr;
    Workers* workers_ = nullptr;
    const ArtifactCheck* artifacts_ = nullptr;
    limits::Limits* limits_ = nullptr;
    const Clock* clock_ = nullptr;
    std::unordered_map<std::string, Handler> handlers_;
};

}  // namespace penstock::shell
