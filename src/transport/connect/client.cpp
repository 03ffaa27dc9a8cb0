#include "transport/connect/client.h"

#include <sys/random.h>

#include <array>
#include <boost/json.hpp>
#include <optional>
#include <utility>

#include "base/assert.h"
#include "transport/connect/envelope.h"
#include "transport/connect/error_body.h"
#include "transport/http/error.h"

namespace penstock::transport {
namespace {

using google::protobuf::Message;

constexpr std::string_view kPathPrefix = "/penstock.v1.";

RemoteError bad_answer(std::string message) {
    return {.code = Code::internal,
            .reason = std::string(kHttpMalformed.reason),
            .message = std::move(message),
            .number = kHttpMalformed.number};
}

/// Takes a stream's bytes as they come and hands its messages on.
class StreamReader {
  public:
    StreamReader(Message& message, const std::function<bool()>& take)
        : message_(&message), take_(&take) {}

    /// @return Whether to go on; an error or a wish to stop is kept.
    bool feed(std::string_view piece) {
        unread_.append(piece);
        std::size_t used = 0;
        while (const auto envelope = read_envelope(std::string_view(unread_).substr(used))) {
            used += Envelope::kHeadSize + envelope->data.size();
            if (!handle(*envelope)) return false;
        }
        unread_.erase(0, used);
        return true;
    }

    /// After the last byte.
    RemoteResult<void> outcome() {
        if (error_) return std::unexpected(*std::move(error_));
        if (!ended_ && !stopped_) return std::unexpected(to_remote(Error(kHttpBroken)));
        return {};
    }
    bool settled() const { return error_ || ended_ || stopped_; }

  private:
    bool handle(const Envelope& envelope) {
        if ((envelope.flags & Envelope::kEnd) != 0) {
            ended_ = true;
            read_end(envelope.data);
            return true;
        }
        if (envelope.flags != 0 || ended_ ||
            !message_->ParseFromArray(envelope.data.data(),
                                      static_cast<int>(envelope.data.size()))) {
            error_ = bad_answer("A message of the stream cannot be read.");
            return false;
        }
        stopped_ = !(*take_)();
        return !stopped_;
    }

    void read_end(std::string_view json) {
        boost::system::error_code code;
        const auto value = boost::json::parse({json.data(), json.size()}, code);
        const auto* object = code ? nullptr : value.if_object();
        if (object == nullptr) {
            error_ = bad_answer("The end of the stream cannot be read.");
        } else if (const auto* error = object->if_contains("error"); error != nullptr) {
            error_ = read_error(boost::json::serialize(*error), Code::unknown);
        }
    }

    Message* message_;
    const std::function<bool()>* take_;
    std::string unread_;
    bool ended_ = false;
    bool stopped_ = false;
    std::optional<RemoteError> error_;
};

}  // namespace

std::string random_idempotency_key() {
    static constexpr std::string_view kHex = "0123456789abcdef";
    std::array<unsigned char, 16> bytes{};
    PENSTOCK_ASSERT(::getrandom(bytes.data(), bytes.size(), 0) == ssize_t{16});
    std::string key;
    for (const unsigned char byte : bytes) {
        key.push_back(kHex[byte >> 4]);
        key.push_back(kHex[byte & 15]);
    }
    return key;
}

HttpCall RpcClient::prepare(std::string_view path, std::string_view content_type,
                            std::string_view body, const CallOptions& options) {
    HttpCall call{.verb = "POST", .target = path, .body = body, .timeout = options.timeout};
    call.headers.add("Content-Type", content_type);
    call.headers.add("Connect-Protocol-Version", "1");
    call.headers.add("Idempotency-Key", options.idempotency_key.empty() ? random_idempotency_key()
                                                                        : options.idempotency_key);
    const std::string authorization = authorize_ ? authorize_("POST", path, body) : std::string();
    if (!authorization.empty()) call.headers.add("Authorization", authorization);
    return call;
}

RemoteResult<void> RpcClient::call_message(std::string_view method, const Message& request,
                                           Message& response, const CallOptions& options) {
    const std::string path = std::string(kPathPrefix).append(method);
    const std::string body = request.SerializeAsString();
    HttpCall call = prepare(path, "application/proto", body, options);
    if (options.timeout.count() > 0)
        call.headers.add("Connect-Timeout-Ms", std::to_string(options.timeout.count()));
    const auto answer = http_.request(call);
    if (!answer) return std::unexpected(to_remote(answer.error()));
    if (answer->status != 200) return std::unexpected(read_error(*answer));
    if (!equal_ignoring_case(answer->headers.value("content-type"), "application/proto") ||
        !response.ParseFromString(answer->body))
        return std::unexpected(bad_answer("The server's answer cannot be read."));
    return {};
}

RemoteResult<void> RpcClient::stream_messages(std::string_view method, const Message& request,
                                              Message& message, const std::function<bool()>& take,
                                              const CallOptions& options) {
    const std::string path = std::string(kPathPrefix).append(method);
    std::string body;
    write_envelope(0, request.SerializeAsString(), body);
    const HttpCall call = prepare(path, "application/connect+proto", body, options);
    StreamReader reader(message, take);
    const auto answer =
        http_.request(call, [&](std::string_view piece) { return reader.feed(piece); });
    if (reader.settled()) {
        auto outcome = reader.outcome();
        if (!outcome && answer) outcome.error().retry_after = retry_after(answer->headers);
        return outcome;
    }
    if (!answer) return std::unexpected(to_remote(answer.error()));
    if (answer->status != 200) return std::unexpected(read_error(*answer));
    return reader.outcome();
}

}  // namespace penstock::transport
