#include "transport/connect/router.h"

#include <charconv>
#include <utility>

#include "base/base64.h"
#include "base/try.h"
#include "transport/connect/envelope.h"
#include "transport/connect/error.h"
#include "transport/connect/query.h"
#include "transport/json/read.h"
#include "transport/json/strict.h"

namespace penstock::transport {
namespace {

using google::protobuf::Message;

constexpr std::string_view kConnectPrefix = "/penstock.v1.";
constexpr std::string_view kRestPrefix = "/v1/";

/// For errors before a method is known; only its kind of answer is read.
const Method& no_method() {
    static const Method kNone;
    return kNone;
}

void refuse(Responder responder, const Error& error, RpcWire wire = RpcWire::rest_json) {
    RpcResponder(std::move(responder), no_method(), wire).fail(error);
}

/// "application/json" of "Application/JSON; charset=utf-8".
std::string_view media_type(const Headers& headers) {
    std::string_view type = headers.value("content-type");
    type = type.substr(0, type.find(';'));
    while (type.ends_with(' ')) type.remove_suffix(1);
    return type;
}

std::optional<RpcWire> connect_wire(const Method& method, std::string_view type) {
    if (method.server_streaming) {
        if (equal_ignoring_case(type, "application/connect+json"))
            return RpcWire::connect_stream_json;
        if (equal_ignoring_case(type, "application/connect+proto"))
            return RpcWire::connect_stream_binary;
        return std::nullopt;
    }
    if (equal_ignoring_case(type, "application/json")) return RpcWire::connect_json;
    if (equal_ignoring_case(type, "application/proto")) return RpcWire::connect_binary;
    return std::nullopt;
}

Result<void> check_headers(const Headers& headers) {
    const std::string_view version = headers.value("connect-protocol-version");
    if (!version.empty() && version != "1") return reject(kRpcProtocolVersion);
    for (const char* name : {"content-encoding", "connect-content-encoding"}) {
        const std::string_view encoding = headers.value(name);
        if (!encoding.empty() && encoding != "identity") return reject(kRpcCompressed);
    }
    return {};
}

Result<RpcContext> make_context(HttpRequest request) {
    RpcContext context;
    if (const std::string_view text = request.headers.value("connect-timeout-ms"); !text.empty()) {
        std::uint64_t milliseconds = 0;
        const auto [end, code] =
            std::from_chars(text.data(), text.data() + text.size(), milliseconds);
        if (code != std::errc() || end != text.data() + text.size() || text.size() > 10)
            return reject(kRpcBadTimeout);
        context.deadline =
            std::chrono::steady_clock::now() + std::chrono::milliseconds(milliseconds);
    }
    context.http = std::move(request);
    return context;
}

Result<void> read_message(std::string_view body, RpcWire wire, Message& into) {
    switch (wire) {
        case RpcWire::connect_binary:
            return read_binary(body, into);
        case RpcWire::connect_stream_json:
        case RpcWire::connect_stream_binary: {
            const auto envelope = read_envelope(body);
            if (!envelope || envelope->data.size() + Envelope::kHeadSize != body.size())
                return reject(kRpcBadEnvelope);
            if (envelope->flags == Envelope::kCompressed) return reject(kRpcCompressed);
            if (envelope->flags != 0) return reject(kRpcBadEnvelope);
            if (wire == RpcWire::connect_stream_binary) return read_binary(envelope->data, into);
            return read_json(envelope->data, into);
        }
        default:
            return read_json(body, into);
    }
}

Result<void> read_rest(const HttpRequest& request, const RouteMatch& match, Message& into) {
    if (!request.body.empty()) {
        if (!equal_ignoring_case(media_type(request.headers), "application/json"))
            return reject(kRpcContentType);
        TRY(read_json(request.body, into));
    }
    for (const auto& [field, text] : match.fields) TRY(read_path_field(text, *field, into));
    return read_query(request.query(), into);
}

RpcWire rest_wire(const Method& method, const Headers& headers) {
    if (!method.server_streaming) return RpcWire::rest_json;
    const bool events = headers.value("accept").find("text/event-stream") != std::string_view::npos;
    return events ? RpcWire::rest_events : RpcWire::rest_lines;
}

/// The parameters of Connect's GET form.
struct GetForm {
    std::string message;
    RpcWire wire = RpcWire::connect_json;
};

Result<GetForm> read_get_form(std::string_view query) {
    const auto pairs = parse_query(query);
    if (!pairs) return reject(kRpcBadQuery);
    GetForm form;
    std::string encoding;
    bool base64 = false;
    for (const auto& [name, value] : *pairs) {
        if (name == "message") form.message = value;
        if (name == "encoding") encoding = value;
        if (name == "base64") base64 = value == "1";
        if (name == "connect" && value != "v1") return reject(kRpcProtocolVersion);
        if (name == "compression" && value != "identity") return reject(kRpcCompressed);
    }
    if (encoding == "proto")
        form.wire = RpcWire::connect_binary;
    else if (encoding != "json")
        return reject(kRpcContentType);
    if (!base64) return form;
    auto bytes = read_base64(form.message);
    if (!bytes) return reject(kRpcBadQuery);
    form.message = *std::move(bytes);
    return form;
}

void refuse_verb(Responder responder, const std::string& allowed) {
    HttpResponse response;
    response.status = 405;
    response.headers.add("Allow", allowed);
    response.headers.add("Content-Type", "application/json");
    response.body =
        R"({"code":"unimplemented","message":"The path takes other verbs; see Allow."})";
    responder.send(std::move(response));
}

}  // namespace

bool RpcRouter::owns(std::string_view path) {
    return path.starts_with(kConnectPrefix) || path.starts_with(kRestPrefix);
}

void RpcRouter::handle(HttpRequest request, Responder responder) const {
    if (request.path().starts_with(kConnectPrefix))
        handle_connect(std::move(request), std::move(responder));
    else
        handle_rest(std::move(request), std::move(responder));
}

void RpcRouter::handle_connect(HttpRequest request, Responder responder) const {
    const Method* method = table_->find_connect(request.path());
    if (method == nullptr) return refuse(std::move(responder), Error(kRpcNoSuchMethod));
    const bool may_get = method->kind == v1::QUERY && !method->server_streaming;
    if (request.verb == "GET" && may_get)
        return handle_connect_get(*method, std::move(request), std::move(responder));
    if (request.verb != "POST")
        return refuse_verb(std::move(responder), may_get ? "GET, POST" : "POST");
    const auto wire = connect_wire(*method, media_type(request.headers));
    if (!wire) return refuse(std::move(responder), Error(kRpcContentType));
    RpcResponder answer(std::move(responder), *method, *wire);
    if (auto checked = check_headers(request.headers); !checked)
        return answer.fail(checked.error());
    auto message = method->new_request();
    if (auto read = read_message(request.body, *wire, *message); !read)
        return answer.fail(read.error());
    auto context = make_context(std::move(request));
    if (!context) return answer.fail(context.error());
    handler_->call(*method, *std::move(context), std::move(message), std::move(answer));
}

void RpcRouter::handle_connect_get(const Method& method, HttpRequest request,
                                   Responder responder) const {
    auto form = read_get_form(request.query());
    if (!form) return refuse(std::move(responder), form.error());
    RpcResponder answer(std::move(responder), method, form->wire);
    auto message = method.new_request();
    if (auto read = read_message(form->message, form->wire, *message); !read)
        return answer.fail(read.error());
    auto context = make_context(std::move(request));
    if (!context) return answer.fail(context.error());
    handler_->call(method, *std::move(context), std::move(message), std::move(answer));
}

void RpcRouter::handle_rest(HttpRequest request, Responder responder) const {
    const RouteMatch match = table_->find_rest(request.verb, request.path());
    if (match.method == nullptr) {
        const std::string allowed = table_->allowed_verbs(request.path());
        if (!allowed.empty() && allowed.find(request.verb) == std::string::npos)
            return refuse_verb(std::move(responder), allowed);
        return refuse(std::move(responder), Error(kRpcNoSuchRoute));
    }
    const Method& method = *match.method;
    RpcResponder answer(std::move(responder), method, rest_wire(method, request.headers));
    if (auto checked = check_headers(request.headers); !checked)
        return answer.fail(checked.error());
    auto message = method.new_request();
    if (auto read = read_rest(request, match, *message); !read) return answer.fail(read.error());
    auto context = make_context(std::move(request));
    if (!context) return answer.fail(context.error());
    handler_->call(method, *std::move(context), std::move(message), std::move(answer));
}

}  // namespace penstock::transport
