#include "shell/api/forwarded_peer.h"

#include <charconv>
#include <cstdlib>

#include "crypto/bytes.h"
#include "crypto/constant_time.h"
#include "crypto/hex.h"

namespace penstock::shell {

namespace {

using transport::HttpRequest;

constexpr std::int64_t kClockSkewMsMax = 60'000;
constexpr std::size_t kHashDigits = 64;

void append_piece(std::string& out, std::string_view piece) {
    out.append(std::to_string(piece.size())).append(":").append(piece);
}

/// The text up to the next space, which goes with it.
std::string_view take_word(std::string_view& text) {
    const std::size_t space = text.find(' ');
    const std::string_view word = text.substr(0, space);
    text.remove_prefix(space == std::string_view::npos ? text.size() : space + 1);
    return word;
}

}  // namespace

struct ForwardedPeer::Voucher {
    std::string_view peer;
    std::string_view body_hash;
};

crypto::Sha256 ForwardedPeer::code(const HttpRequest& request, std::string_view vouched) const {
    std::string message;
    append_piece(message, "penstock-forwarded/v1");
    append_piece(message, vouched);
    append_piece(message, request.verb);
    append_piece(message, request.target);
    for (const char* name : {"authorization", "cookie", "x-csrf-token", "idempotency-key"})
        append_piece(message, request.headers.value(name));
    return crypto::hmac_sha256(key_, crypto::bytes_of(message));
}

std::string ForwardedPeer::vouch(const HttpRequest& request, Instant now) const {
    std::string text = request.peer + " " + std::to_string(now.ns / 1'000'000) + " " +
                       crypto::hex(crypto::sha256(request.body));
    const std::string code_text = crypto::hex(code(request, text));
    return text + " " + code_text;
}

std::optional<ForwardedPeer::Voucher> ForwardedPeer::check(const HttpRequest& head,
                                                           Instant now) const {
    const std::string_view value = head.headers.value(kHeader);
    if (value.size() <= kHashDigits) return std::nullopt;
    const std::string_view vouched = value.substr(0, value.size() - kHashDigits - 1);
    if (value[vouched.size()] != ' ' ||
        !crypto::equal_in_constant_time(value.substr(value.size() - kHashDigits),
                                        std::string_view(crypto::hex(code(head, vouched)))))
        return std::nullopt;
    std::string_view rest = vouched;
    Voucher voucher;
    voucher.peer = take_word(rest);
    const std::string_view time = take_word(rest);
    voucher.body_hash = take_word(rest);
    std::int64_t unix_ms = 0;
    const auto [end, error] = std::from_chars(time.data(), time.data() + time.size(), unix_ms);
    if (error != std::errc{} || end != time.data() + time.size()) return std::nullopt;
    if (std::abs(now.ns / 1'000'000 - unix_ms) > kClockSkewMsMax) return std::nullopt;
    return voucher;
}

std::optional<std::string> ForwardedPeer::of_head(const HttpRequest& head, Instant now) const {
    const auto voucher = check(head, now);
    if (!voucher) return std::nullopt;
    return std::string(voucher->peer);
}

std::optional<std::string> ForwardedPeer::of(const HttpRequest& request, Instant now) const {
    const auto voucher = check(request, now);
    if (!voucher || voucher->body_hash != crypto::hex(crypto::sha256(request.body)))
        return std::nullopt;
    return std::string(voucher->peer);
}

}  // namespace penstock::shell
