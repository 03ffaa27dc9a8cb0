#include "app/client/session.h"

#include <fmt/core.h>

#include <cstdio>
#include <random>
#include <thread>
#include <utility>

#include "app/client/error.h"
#include "app/client/local_file.h"
#include "app/client/print.h"
#include "app/client/saved_session.h"
#include "base/text.h"
#include "transport/http/error.h"
#include "transport/schema/method_table.h"

namespace penstock::client {

namespace {

constexpr const char* kServerDefault = "http://127.0.0.1:7480";

/// The path of a text field that is not UTF-8; empty when all are. Text from a command line may be
/// anything, and the server could only say that it cannot read the request.
std::string unreadable_field(const google::protobuf::Message& message) {
    using google::protobuf::FieldDescriptor;
    const google::protobuf::Reflection& reflection = *message.GetReflection();
    std::vector<const FieldDescriptor*> fields;
    reflection.ListFields(message, &fields);
    for (const FieldDescriptor* field : fields) {
        const int count = field->is_repeated() ? reflection.FieldSize(message, field) : 1;
        for (int i = 0; i < count; ++i) {
            if (field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
                const std::string inner = unreadable_field(
                    field->is_repeated() ? reflection.GetRepeatedMessage(message, field, i)
                                         : reflection.GetMessage(message, field));
                if (!inner.empty()) return field->name() + "." + inner;
            } else if (field->type() == FieldDescriptor::TYPE_STRING) {
                const std::string text = field->is_repeated()
                                             ? reflection.GetRepeatedString(message, field, i)
                                             : reflection.GetString(message, field);
                if (!is_utf8(text)) return field->name();
            }
        }
    }
    return {};
}

}  // namespace

std::unexpected<RemoteError> refuse(const Error& error) {
    return std::unexpected(transport::to_remote(error));
}

std::unexpected<RemoteError> refuse(const Rejection& rejection, std::string_view field,
                                    std::string detail) {
    return refuse(Error(rejection, field, std::move(detail)));
}

void Session::add_options(CLI::App& command) {
    server_ = kServerDefault;
    server_option_ = command.add_option("--server", server_, "Address of the exchange")
                         ->envname("PENSTOCK_SERVER")
                         ->capture_default_str();
    command.add_option("--key", key_, "API key, psk_…")->envname("PENSTOCK_KEY");
    command.add_option("--ca", ca_file_, "File of trusted certificates, in PEM form")
        ->envname("PENSTOCK_CA");
    command.add_option("--idempotency-key", idempotency_key_,
                       "Of an earlier try of the same command, which is then done once in all");
    add_output_options(command);
}

void Session::add_output_options(CLI::App& command) {
    command.add_flag("--json", json_, "Prints JSON for machines");
}

RemoteResult<transport::HttpClient> Session::connect() const {
    transport::HttpClientOptions options;
    options.base_url = server_;
    options.trace = trace_;
    if (!ca_file_.empty()) {
        auto pem = read_file(ca_file_);
        if (!pem) return refuse(pem.error());
        options.ca_pem = *std::move(pem);
    }
    auto client = transport::HttpClient::create(std::move(options));
    if (!client) return refuse(client.error());
    return *std::move(client);
}

RemoteResult<transport::RpcClient*> Session::rpc() {
    if (!rpc_) {
        TRY_ASSIGN(transport::HttpClient client, connect());
        rpc_ = std::make_unique<transport::RpcClient>(
            std::move(client),
            [text = credential()](std::string_view, std::string_view, std::string_view) {
                return text.empty() ? std::string() : "Bearer " + text;
            });
    }
    return rpc_.get();
}

RemoteResult<transport::HttpClient*> Session::http() {
    if (!http_) {
        TRY_ASSIGN(transport::HttpClient client, connect());
        http_ = std::make_unique<transport::HttpClient>(std::move(client));
    }
    return http_.get();
}

void Session::authorise(transport::Headers& headers) const {
    const std::string text = credential();
    if (!text.empty()) headers.add("Authorization", "Bearer " + text);
}

std::string Session::credential() const {
    if (is_anonymous_) return {};
    return key_.empty() ? saved_token(server_) : key_;
}

bool Session::passes(const RemoteError& error) {
    // A queue that is full empties, and who asks too often may again; other bounds stay.
    if (error.code == Code::resource_exhausted)
        return error.reason == "QUEUE_FULL" || error.retry_after.count() > 0;
    return error.code == Code::unavailable || error.code == Code::deadline_exceeded;
}

bool Session::waits_for_leave(const RemoteError& error, unsigned tries) {
    constexpr unsigned kTriesMax = 4;
    constexpr std::chrono::seconds kLongest{15};
    if (error.retry_after.count() == 0 || error.retry_after > kLongest || tries >= kTriesMax)
        return false;
    pause(wait_for(error, std::chrono::milliseconds(500)));
    return true;
}

bool Session::is_unreached(const RemoteError& error) {
    return error.number == transport::kHttpConnectFailed.number;
}

RemoteResult<void> Session::call_once(std::string_view method,
                                      const google::protobuf::Message& request,
                                      google::protobuf::Message& response,
                                      const std::string& idempotency_key) {
    if (const std::string field = unreadable_field(request); !field.empty())
        return refuse(kUsage, {}, "The text for " + field + " is not UTF-8.");
    TRY_ASSIGN(transport::RpcClient* const client, rpc());
    for (unsigned tries = 1;; ++tries) {
        auto done =
            client->call_message(method, request, response, {.idempotency_key = idempotency_key});
        if (done || !waits_for_leave(done.error(), tries)) return done;
    }
}

RemoteResult<void> Session::call_message(std::string_view method,
                                         const google::protobuf::Message& request,
                                         google::protobuf::Message& response) {
    const std::string key =
        idempotency_key_.empty() ? transport::random_idempotency_key() : idempotency_key_;
    bool may_be_done = false;
    const auto attempt = [&] {
        auto answer = call_once(method, request, response, key);
        if (!answer && !is_unreached(answer.error())) may_be_done = true;
        return answer;
    };
    auto done = persist<void>(attempt, std::min(patience_, kPatienceOfCalls), Unreached::told);
    if (done || !passes(done.error()) || !may_be_done) return done;
    const transport::Method* known = transport::MethodTable::schema().find(method);
    // Whoever knows the key of a caller without one could ask for the answer, and its secret.
    if (known != nullptr && known->kind == v1::COMMAND &&
        known->permission != v1::PERMISSION_PUBLIC)
        done.error().message += fmt::format(
            " To send exactly this later, give the same command with --idempotency-key {}.", key);
    return done;
}

void Session::tell_waiting(const RemoteError& error, std::chrono::milliseconds patience) {
    if (told_ || json_) return;
    told_ = true;
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(patience).count();
    fmt::print(stderr, "penstock: {}; trying again for up to {} s …\n",
               error.reason.empty() ? name(error.code) : error.reason, seconds);
}

std::chrono::milliseconds Session::wait_for(const RemoteError& error,
                                            std::chrono::milliseconds least) {
    static thread_local std::minstd_rand random{std::random_device{}()};
    std::uniform_int_distribution<std::int64_t> spread(least.count() / 2, least.count());
    return error.retry_after + std::chrono::milliseconds(spread(random));
}

void Session::pause(std::chrono::milliseconds time) {
    std::this_thread::sleep_for(time);
}

CLI::App& topic(CLI::App& parent, const char* name, const char* about) {
    for (CLI::App* known : parent.get_subcommands([](const CLI::App*) { return true; }))
        if (known->get_name() == name) return *known;
    CLI::App* added = parent.add_subcommand(name, about);
    added->require_subcommand(1);
    return *added;
}

void on_call(CLI::App& command, std::shared_ptr<Session> session,
             std::function<RemoteResult<void>(Session&)> work) {
    command.callback([session = std::move(session), work = std::move(work)] {
        const auto done = work(*session);
        std::fflush(stdout);
        if (done) return;
        print_error(done.error(), session->output());
        throw CLI::RuntimeError(done.error().number == kUsage.number ? 2 : 1);
    });
}

}  // namespace penstock::client
