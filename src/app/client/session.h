#pragma once

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/try.h"
#include "transport/connect/client.h"

namespace penstock::client {

using transport::RemoteError;
using transport::RemoteResult;

enum class Output { people, machines };

/// What every verb that talks to a server takes from its command line, and its connection.
class Session {
  public:
    /// Adds --server, --key, --ca, --idempotency-key and --json.
    void add_options(CLI::App& command);
    /// Adds --json alone: for verbs that call nobody.
    void add_output_options(CLI::App& command);

    /// Calls as nobody, whatever key or session there is: for signing in.
    void set_anonymous() { is_anonymous_ = true; }

    Output output() const { return json_ ? Output::machines : Output::people; }
    const std::string& server() const { return server_; }
    /// Whether somebody said which server to call, by option or environment.
    bool is_server_named() const { return server_option_ != nullptr && !server_option_->empty(); }

    /// A client for calls; made at the first use.
    /// @retval kHttpBadUrl, kHttpTlsSetup, kLocalFile
    RemoteResult<transport::RpcClient*> rpc();
    /// A client for files; its requests need header().
    RemoteResult<transport::HttpClient*> http();
    /// Adds who we are.
    void authorise(transport::Headers& headers) const;

    /// Calls a method until it answers; none is begun after kPatienceOfCalls: the servers may be
    /// between two leaders. A command is done once, whatever happens. Where nobody answers at
    /// first, the address may be wrong: that is told at once.
    RemoteResult<void> call_message(std::string_view method,
                                    const google::protobuf::Message& request,
                                    google::protobuf::Message& response);
    template <class Response, class Request>
    RemoteResult<Response> call(std::string_view method, const Request& request) {
        Response response;
        TRY(call_message(method, request, response));
        return response;
    }
    /// Calls a method until it answers, over restarts of the server, for as long as patience().
    /// @param idempotency_key  The same for each try; a command is done once.
    template <class Response, class Request>
    RemoteResult<Response> call_patiently(std::string_view method, const Request& request,
                                          const std::string& idempotency_key) {
        Response response;
        TRY(patiently<void>([&] { return call_once(method, request, response, idempotency_key); }));
        return response;
    }
    /// Does something again and again while its error is one that passes.
    template <class T>
    RemoteResult<T> patiently(const std::function<RemoteResult<T>()>& attempt) {
        return persist<T>(attempt, patience_, Unreached::waited_for);
    }
    void set_patience(std::chrono::milliseconds patience) { patience_ = patience; }
    std::chrono::milliseconds patience() const { return patience_; }

    /// Whether an error may be gone when the same is tried again: the server restarts, is full, or
    /// has not caught up.
    static bool passes(const RemoteError& error);
    static void pause(std::chrono::milliseconds time);
    /// How long to wait before the next try: what the server asks for, and about `least` more, so
    /// that many clients do not return at one instant.
    static std::chrono::milliseconds wait_for(const RemoteError& error,
                                              std::chrono::milliseconds least);

  private:
    static constexpr std::chrono::milliseconds kWaitMax{2'000};

    /// For how long verbs that do one thing wait: longer than a new leader takes.
    static constexpr std::chrono::milliseconds kPatienceOfCalls{30'000};
    enum class Unreached { told, waited_for };

    RemoteResult<transport::HttpClient> connect() const;
    RemoteResult<void> call_once(std::string_view method, const google::protobuf::Message& request,
                                 google::protobuf::Message& response,
                                 const std::string& idempotency_key);
    template <class T>
    RemoteResult<T> persist(const std::function<RemoteResult<T>()>& attempt,
                            std::chrono::milliseconds patience, Unreached unreached) {
        const auto end = std::chrono::steady_clock::now() + patience;
        for (std::chrono::milliseconds wait{100};; wait = std::min(wait * 2, kWaitMax)) {
            auto result = attempt();
            if (result || !passes(result.error())) return result;
            if (unreached == Unreached::told && is_unreached(result.error())) return result;
            unreached = Unreached::waited_for;
            const auto next = wait_for(result.error(), wait);
            if (std::chrono::steady_clock::now() + next >= end) return result;
            tell_waiting(result.error(), patience);
            pause(next);
        }
    }
    static bool is_unreached(const RemoteError& error);
    /// The key, or the token that `penstock login` has kept for the server.
    std::string credential() const;
    /// Waits as long as the server asks, if that is short and was not often already.
    /// @return Whether to try again.
    static bool waits_for_leave(const RemoteError& error, unsigned tries);
    /// Tells a person once, on the error stream, why it takes so long.
    void tell_waiting(const RemoteError& error, std::chrono::milliseconds patience);

    const CLI::Option* server_option_ = nullptr;  ///< Of the command, which outlives the session.
    std::string server_;
    std::string key_;
    std::string ca_file_;
    std::string idempotency_key_;
    /// Of all that one command line does.
    transport::Trace trace_ = transport::Trace::begin();
    bool json_ = false;
    bool is_anonymous_ = false;
    bool told_ = false;
    std::chrono::milliseconds patience_{180'000};
    std::unique_ptr<transport::RpcClient> rpc_;
    std::unique_ptr<transport::HttpClient> http_;
};

/// Gives a verb its work, which runs when the command line names the verb. Its error is printed,
/// for people or as JSON, and ends the program with 1, or 2 when the command line is at fault.
/// @param session  Outlives the parsing; it is kept alive by the verb.
void on_call(CLI::App& command, std::shared_ptr<Session> session,
             std::function<RemoteResult<void>(Session&)> work);

/// Adds a verb that talks to a server.
/// @param input  What its options fill in; kept alive by the verb, and may be shared by several.
/// @param work   RemoteResult<void>(Session&, const Input&).
template <class Input, class Work>
CLI::App* add_verb(CLI::App& parent, const char* name, const char* about,
                   std::shared_ptr<Input> input, Work work) {
    CLI::App* command = parent.add_subcommand(name, about);
    const auto session = std::make_shared<Session>();
    session->add_options(*command);
    on_call(*command, session, [input, work](Session& open) { return work(open, *input); });
    return command;
}

/// The verb under which others stand, such as `product`: made when the first of them is added.
CLI::App& topic(CLI::App& parent, const char* name, const char* about);

/// An error of this program in the form in which the server's come.
std::unexpected<RemoteError> refuse(const Rejection& rejection, std::string_view field = {},
                                    std::string detail = {});
std::unexpected<RemoteError> refuse(const Error& error);

}  // namespace penstock::client
