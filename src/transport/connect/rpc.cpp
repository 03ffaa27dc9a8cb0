#include "transport/connect/rpc.h"

#include <utility>

#include "base/assert.h"
#include "transport/connect/envelope.h"
#include "transport/connect/error.h"
#include "transport/connect/error_body.h"
#include "transport/json/write.h"

namespace penstock::transport {
namespace {

using google::protobuf::Message;

std::string_view content_type(RpcWire wire) {
    switch (wire) {
        case RpcWire::connect_json:
        case RpcWire::rest_json:
            return "application/json";
        case RpcWire::connect_binary:
            return "application/proto";
        case RpcWire::connect_stream_json:
            return "application/connect+json";
        case RpcWire::connect_stream_binary:
            return "application/connect+proto";
        case RpcWire::rest_lines:
            return "application/x-ndjson";
        case RpcWire::rest_events:
            return "text/event-stream";
    }
    return {};
}

bool is_binary(RpcWire wire) {
    return wire == RpcWire::connect_binary || wire == RpcWire::connect_stream_binary;
}

bool is_connect_stream(RpcWire wire) {
    return wire == RpcWire::connect_stream_json || wire == RpcWire::connect_stream_binary;
}

HttpResponse head_of(std::string_view type) {
    HttpResponse response;
    response.headers.reserve(2, 96);
    response.headers.add("Content-Type", type);
    response.headers.add("Cache-Control", "no-store");
    return response;
}

HttpResponse rpc_error_response(const Error& error, std::string_view trace_id) {
    HttpResponse response = error_response(error, trace_id);
    // What HTTP itself has a number for is said in it, for tools that know only HTTP.
    if (&error.rejection() == &kRpcNoSuchMethod) response.status = 404;
    if (&error.rejection() == &kRpcContentType) response.status = 415;
    if (response.status == 401) response.headers.add("WWW-Authenticate", "Bearer");
    return response;
}

/// One message in the form in which a stream carries it.
std::string frame(const Message& message, RpcWire wire) {
    std::string text;
    if (is_binary(wire))
        message.SerializeToString(&text);
    else
        write_json(message, text);
    std::string out;
    out.reserve(text.size() + 16);
    if (is_connect_stream(wire)) {
        write_envelope(0, text, out);
    } else if (wire == RpcWire::rest_events) {
        out.append("data: ").append(text).append("\n\n");
    } else {
        out.append(text).append("\n");
    }
    return out;
}

std::string end_frame(const Error* error, RpcWire wire, std::string_view trace_id = {}) {
    std::string text;
    if (error != nullptr) write_error(*error, text, trace_id);
    const std::string wrapped = error != nullptr ? "{\"error\":" + text + "}" : "{}";
    std::string out;
    if (is_connect_stream(wire)) {
        write_envelope(Envelope::kEnd, wrapped, out);
    } else if (wire == RpcWire::rest_events) {
        out =
            error != nullptr ? "event: error\ndata: " + text + "\n\n" : "event: end\ndata: {}\n\n";
    } else if (error != nullptr) {
        out = wrapped + "\n";
    }
    return out;
}

}  // namespace

RpcResponder::RpcResponder(Responder responder, const Method& method, RpcWire wire)
    : responder_(std::move(responder)), method_(&method), wire_(wire) {
    responder_.set_route(method.full_name);
}

void RpcResponder::reply(const Message& message) {
    if (method_->server_streaming) {
        send(message);
        return end();
    }
    HttpResponse response = head_of(content_type(wire_));
    if (is_binary(wire_))
        message.SerializeToString(&response.body);
    else
        write_json(message, response.body);
    send(std::move(response));
}

void RpcResponder::add_extra(HttpResponse& response) const {
    for (std::size_t i = 0; i < extra_.size(); ++i)
        response.headers.add(extra_.name_at(i), extra_.value_at(i));
}

void RpcResponder::send(HttpResponse response) {
    add_extra(response);
    responder_.send(std::move(response));
}

void RpcResponder::reply_bytes(std::string bytes) {
    if (wire_ == RpcWire::connect_binary) {
        HttpResponse response = head_of(content_type(wire_));
        response.body = std::move(bytes);
        return send(std::move(response));
    }
    const auto message = method_->new_response();
    if (!message->ParseFromString(bytes)) return fail(Error(kRpcBadReply));
    reply(*message);
}

void RpcResponder::fail(const Error& error) {
    const Trace trace = responder_.trace();
    if (!started_) responder_.set_reason(error.reason());
    if (!started_ && !is_connect_stream(wire_)) return send(rpc_error_response(error, trace.id()));
    HttpResponse head = head_of(content_type(wire_));
    add_retry_after(error, head);
    start_stream(std::move(head));
    responder_.write(end_frame(&error, wire_, trace.id()));
    responder_.finish();
}

void RpcResponder::start_stream(HttpResponse head) {
    if (std::exchange(started_, true)) return;
    add_extra(head);
    responder_.start_stream(std::move(head));
}

StreamState RpcResponder::send(const Message& message) {
    PENSTOCK_ASSERT(method_->server_streaming);
    start_stream(head_of(content_type(wire_)));
    return responder_.write(frame(message, wire_));
}

void RpcResponder::end() {
    PENSTOCK_ASSERT(method_->server_streaming);
    start_stream(head_of(content_type(wire_)));
    const std::string last = end_frame(nullptr, wire_);
    if (!last.empty()) responder_.write(last);
    responder_.finish();
}

}  // namespace penstock::transport
