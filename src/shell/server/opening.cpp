#include "shell/server/opening.h"

#include <future>
#include <string>
#include <system_error>
#include <utility>

#include "base/id.h"
#include "base/try.h"
#include "core/exchange/state.h"
#include "crypto/random.h"
#include "files/whole_file.h"
#include "penstock/v1/internal.pb.h"
#include "shell/api/secrets.h"
#include "shell/sequencer/event_pack.h"
#include "shell/sequencer/exchange_core.h"
#include "shell/server/error.h"
#include "shell/server/ignored_options.h"

namespace penstock::shell {

namespace {

/// The first key of an exchange has this number.
constexpr std::uint64_t kFirstKey = 1;
constexpr std::uint64_t kOpenedWithBytesMax = 4096;
constexpr std::string_view kOpenExchange = "InternalService/OpenExchange";

/// The secret in the file, which is made when it is not there.
Result<std::string> ensure_secret(const std::filesystem::path& key_file,
                                  const crypto::SecretFiles& files) {
    std::error_code ignored;
    const std::string prefix = api_key_text(kFirstKey, "");
    if (!std::filesystem::exists(key_file, ignored)) {
        const SecretMaker drawn(std::string(crypto::text_of(crypto::random_bytes(32))));
        const std::string secret = drawn.derive_text(
            {.method = "operator", .actor = {}, .idempotency_key = {}, .body = {}});
        TRY(files.write(key_file, kOperatorKeyRole, prefix + secret + "\n"));
        return secret;
    }
    TRY_ASSIGN(std::string text, files.read(key_file, kOperatorKeyRole));
    while (text.ends_with('\n')) text.pop_back();
    if (!text.starts_with(prefix) || text.size() < prefix.size() + 32)
        return reject(kOperatorKeyMissing, {}, key_file.string());
    return text.substr(prefix.size());
}

/// The options of the first start that only it reads, as a line each: name, space, value.
std::vector<std::pair<std::string, std::string>> opening_options(const ServerOptions& options) {
    return {{"--operator-name", options.operator_name},
            {"--currency", options.currency},
            {"--fee", std::to_string(options.fee_basis_points)},
            {"--issuer", options.identifier_issuer}};
}

v1::OpenExchangeRequest first_request(const ServerOptions& options, const std::string& secret) {
    const crypto::Sha256 hash = hash_of_secret(secret);
    v1::OpenExchangeRequest request;
    request.set_operator_name(options.operator_name);
    request.set_key_hash(hash.data(), hash.size());
    request.set_currency(options.currency);
    request.set_fee_basis_points(options.fee_basis_points);
    request.set_identifier_prefix(options.identifier_issuer);
    request.set_logic_version(exchange::kNewestLogicVersion);
    return request;
}

/// Which option of the command line a field of that request is.
std::string option_of(std::string_view field) {
    if (field == "currency") return "--currency";
    if (field == "fee_basis_points") return "--fee";
    if (field == "identifier_prefix") return "--issuer";
    return "--operator-name";
}

std::filesystem::path opened_with(const ServerOptions& options) {
    return options.data / "opened-with";
}

}  // namespace

std::vector<IgnoredOption> ignored_options(const ServerOptions& options) {
    const auto text = files::read_file(opened_with(options), kOpenedWithBytesMax);
    std::vector<IgnoredOption> ignored;
    if (!text) return ignored;
    const std::string lines = "\n" + *text;
    for (const auto& [name, value] : opening_options(options)) {
        const std::string start = "\n" + name + " ";
        const auto at = lines.find(start);
        if (at == std::string::npos) continue;
        const auto begin = at + start.size();
        const std::string first = lines.substr(begin, lines.find('\n', begin) - begin);
        if (first != value) ignored.push_back({name, first, value});
    }
    return ignored;
}

Result<void> check_opening(const ServerOptions& options) {
    const std::string request = first_request(options, {}).SerializeAsString();
    EventPack events;
    EventPacker nobody(events, EventPacker::Keep::none);
    const exchange::Reply reply =
        ExchangeFactory().create()->apply({.sequence = 1,
                                           .time = Instant{1},
                                           .actor = {exchange::Actor::Kind::system, 0},
                                           .method = kOpenExchange,
                                           .request = request,
                                           .idempotency_key = {}},
                                          nobody);
    if (!reply.error) return {};
    return reject(reply.error->rejection(), {},
                  option_of(reply.error->field()) + ": " + reply.error->detail());
}

Result<void> open_exchange(Sequencer& sequencer, const ServerOptions& options,
                           const std::filesystem::path& key_file,
                           const crypto::SecretFiles& files) {
    TRY_ASSIGN(const std::string secret, ensure_secret(key_file, files));
    std::promise<Outcome> done;
    sequencer.submit({.actor = {exchange::Actor::Kind::system, 0},
                      .method = kOpenExchange,
                      .request = first_request(options, secret).SerializeAsString(),
                      .idempotency_key = {},
                      .guard = {}},
                     [&done](Outcome outcome) { done.set_value(std::move(outcome)); });
    Outcome outcome = done.get_future().get();
    if (!outcome.reply) return std::unexpected(std::move(outcome.reply).error());
    v1::OpenExchangeResponse response;
    if (!response.ParseFromString(*outcome.reply) || response.key() != KeyId{kFirstKey}.text())
        return reject(kOperatorKeyMissing, {}, "The first key is " + response.key() + ".");
    std::string text;
    for (const auto& [name, value] : opening_options(options))
        text.append(name).append(" ").append(value).append("\n");
    return files::write_durably(opened_with(options), {text});
}

void activate_newest_rules(Sequencer& sequencer) {
    v1::ActivateVersionRequest request;
    request.set_version(exchange::kNewestLogicVersion);
    // Refused where they hold already; should it fail, the next leader tries.
    sequencer.submit({.actor = {exchange::Actor::Kind::system, 0},
                      .method = "InternalService/ActivateVersion",
                      .request = request.SerializeAsString(),
                      .idempotency_key = {},
                      .guard = {}},
                     [](const Outcome&) {});
}

}  // namespace penstock::shell
