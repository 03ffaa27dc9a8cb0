#include "shell/api/authenticator.h"

#include <charconv>
#include <memory>
#include <utility>

#include "core/party/error.h"
#include "crypto/constant_time.h"
#include "format/request_signature.h"
#include "penstock/v1/event.pb.h"
#include "shell/api/error.h"
#include "shell/api/network.h"
#include "shell/api/secrets.h"
#include "shell/limits/address.h"

namespace penstock::shell {

namespace {

constexpr std::string_view kBearer = "Bearer ";
constexpr std::string_view kKeyPrefix = "psk_";
constexpr std::size_t kCachedMax = 100'000;
/// How exactly it is known when a key was last used.
constexpr Duration kKeyUseEvery = seconds(3'600);
/// The use of a session is told so many times within its idle time.
constexpr std::int64_t kUsesPerIdleTime = 6;

struct ParsedKey {
    std::uint64_t number = 0;
    std::string_view secret;
};

/// "psk_<number>_<secret>"
std::optional<ParsedKey> parse_key(std::string_view token) {
    if (!token.starts_with(kKeyPrefix)) return std::nullopt;
    token.remove_prefix(kKeyPrefix.size());
    ParsedKey key;
    const char* last = token.data() + token.size();
    const auto [end, error] = std::from_chars(token.data(), last, key.number);
    if (error != std::errc{} || end == last || *end != '_') return std::nullopt;
    key.secret = token.substr(static_cast<std::size_t>(end - token.data()) + 1);
    if (key.secret.empty()) return std::nullopt;
    return key;
}

}  // namespace

void Authenticator::authenticate(const transport::HttpRequest& request, Callback callback) {
    const std::string_view header = request.headers.value("authorization");
    if (header.empty()) return check_cookie(request, std::move(callback));
    if (header.starts_with(kBearer)) {
        const std::string_view token = header.substr(kBearer.size());
        if (!token.starts_with(kSessionTokenPrefix))
            return check_key(token, request.peer, std::move(callback));
        const auto session = SessionToken::parse(token);
        if (!session) return callback(reject(kCredentialsMalformed));
        return check_session(*session, request.peer, TokenCarrier::bearer, true,
                             std::move(callback));
    }
    if (header.starts_with(format::kRequestSignatureScheme))
        return check_agent(request, header, std::move(callback));
    callback(reject(kCredentialsMalformed));
}

template <class Record, class Find>
void Authenticator::find(Cache<Record>& cache, std::uint64_t id, std::string_view peer,
                         Find find_in_core,
                         std::move_only_function<void(Result<std::optional<Record>>)> found) {
    std::uint64_t changes = 0;
    std::optional<Record> known;
    {
        const std::scoped_lock lock(mutex_);
        const auto record = cache.records.find(id);
        if (record != cache.records.end()) known = record->second;
        changes = cache.changes;
    }
    if (known) return found(std::move(known));
    auto seen = std::make_shared<std::optional<Record>>();
    sequencer_->inspect(
        [seen, id, find_in_core](const Core& core, Instant) {
            *seen = find_in_core(core.exchange(), id);
        },
        [this, seen, id, changes, &cache, found = std::move(found)](Outcome outcome) mutable {
            if (!outcome.reply) return found(std::unexpected(std::move(outcome.reply).error()));
            if (*seen) {
                const std::scoped_lock lock(mutex_);
                if (cache.records.size() >= kCachedMax) cache.records.clear();
                if (cache.changes == changes) cache.records.insert_or_assign(id, **seen);
            }
            found(std::move(*seen));
        },
        {.flow = limits::flow_of_address(peer)});
}

void Authenticator::check_key(std::string_view token, std::string_view peer, Callback callback) {
    const auto parsed = parse_key(token);
    if (!parsed) return callback(reject(kCredentialsMalformed));
    const auto find_in_core = [](const exchange::Exchange& exchange, std::uint64_t id) {
        return exchange::find_key(exchange, KeyId{id});
    };
    find<exchange::KeyRecord>(
        keys_, parsed->number, peer, find_in_core,
        [this, number = parsed->number, hash = hash_of_secret(parsed->secret),
         peer = std::string(peer),
         callback = std::move(callback)](Result<std::optional<exchange::KeyRecord>> key) mutable {
            if (!key) return callback(std::unexpected(std::move(key).error()));
            // One answer for all, so that nobody learns which keys there are.
            if (!*key || !crypto::equal_in_constant_time(hash, (*key)->secret_hash) ||
                (*key)->revoked)
                return callback(reject(kCredentialsWrong));
            if (clock_.wall() >= (*key)->expires_at) return callback(reject(party::kKeyExpired));
            if (!(*key)->networks.empty() && !is_in_networks(peer, (*key)->networks))
                return callback(reject(kKeyElsewhere));
            v1::NoteUseRequest use;
            use.set_key((*key)->key.text());
            note_use(use, (*key)->last_used_at, kKeyUseEvery);
            callback(Identity{{exchange::Actor::Kind::key, number}, (*key)->party, {}});
        });
}

void Authenticator::check_session(const SessionToken& token, std::string_view peer,
                                  TokenCarrier carrier, bool csrf_shown, Callback callback) {
    const auto find_in_core = [](const exchange::Exchange& exchange, std::uint64_t id) {
        return exchange::find_session(exchange, SessionId{id});
    };
    find<exchange::SessionRecord>(
        sessions_, token.session, peer, find_in_core,
        [this, token, carrier, csrf_shown, callback = std::move(callback)](
            Result<std::optional<exchange::SessionRecord>> session) mutable {
            if (!session) return callback(std::unexpected(std::move(session).error()));
            const auto& record = *session;
            if (!record || !crypto::equal_in_constant_time(token.hash(carrier), record->token_hash))
                return callback(reject(party::kSessionEnded));
            if (record->is_in_force(clock_.wall())) {
                v1::NoteUseRequest use;
                use.set_session(record->session.text());
                note_use(use, record->last_used_at, {record->idle.ns / kUsesPerIdleTime});
            }
            // Whether it is in force is for the exchange to say, by its own time.
            Identity identity{{exchange::Actor::Kind::session, token.session}, record->party, {}};
            identity.token = token;
            identity.by_cookie = carrier == TokenCarrier::cookie;
            identity.csrf_shown = csrf_shown;
            callback(std::move(identity));
        });
}

void Authenticator::check_cookie(const transport::HttpRequest& request, Callback callback) {
    const auto value = find_cookie(request.headers.value("cookie"), session_cookie_);
    const auto token = value ? SessionToken::parse(*value) : std::nullopt;
    if (!token) return callback(Identity::anonymous());
    const bool csrf_shown = crypto::equal_in_constant_time(request.headers.value(kCsrfHeader),
                                                           std::string_view(token->csrf_token()));
    check_session(
        *token, request.peer, TokenCarrier::cookie, csrf_shown,
        [callback = std::move(callback)](Result<Identity> identity) mutable {
            if (!identity && identity.error().rejection().number == party::kSessionEnded.number)
                return callback(Identity::anonymous());
            callback(std::move(identity));
        });
}

void Authenticator::note_use(const v1::NoteUseRequest& request, Instant last, Duration every) {
    const Instant now = clock_.wall();
    if (now < last + every) return;
    {
        const std::scoped_lock lock(mutex_);
        if (noted_.size() >= kCachedMax) noted_.clear();
        Instant& noted = noted_[request.session().empty() ? request.key() : request.session()];
        if (now < noted + every) return;
        noted = now;
    }
    // Should it fail, the next use tells it.
    sequencer_->submit({.actor = {exchange::Actor::Kind::system, 0},
                        .method = "InternalService/NoteUse",
                        .request = request.SerializeAsString(),
                        .idempotency_key = {},
                        .guard = {}},
                       [](Outcome) {});
}

void Authenticator::check_agent(const transport::HttpRequest& request, std::string_view header,
                                Callback callback) {
    auto signature = format::parse_request_signature(header);
    if (!signature) return callback(std::unexpected(std::move(signature).error()));
    const auto id = AgentId::parse(signature->agent);
    if (!id) return callback(reject(kAgentUnknown));
    const auto find_in_core = [](const exchange::Exchange& exchange, std::uint64_t number) {
        return exchange::find_agent(exchange, AgentId{number});
    };
    find<exchange::AgentRecord>(
        agents_, id->value, request.peer, find_in_core,
        [this, &request, signature = *std::move(signature), callback = std::move(callback)](
            Result<std::optional<exchange::AgentRecord>> agent) mutable {
            if (!agent) return callback(std::unexpected(std::move(agent).error()));
            if (!*agent || (*agent)->revoked) return callback(reject(kAgentUnknown));
            const format::SignedRequest signed_request{request.verb, request.target, request.body};
            const std::int64_t now_ms = clock_.wall().ns / 1'000'000;
            auto verified = format::verify_request_signature(signature, signed_request,
                                                             (*agent)->public_key, now_ms);
            if (!verified) return callback(std::unexpected(std::move(verified).error()));
            callback(Identity{
                {exchange::Actor::Kind::agent, (*agent)->agent.value}, (*agent)->party, **agent});
        });
}

void Authenticator::on_event(const v1::Event& event, std::string_view) {
    const std::scoped_lock lock(mutex_);
    if (event.has_key_changed()) {
        ++keys_.changes;
        if (const auto id = KeyId::parse(event.key_changed().id())) keys_.records.erase(id->value);
    }
    if (event.has_session_changed()) {
        ++sessions_.changes;
        if (const auto id = SessionId::parse(event.session_changed().id()))
            sessions_.records.erase(id->value);
    }
    if (event.has_agent_changed()) {
        ++agents_.changes;
        if (const auto id = AgentId::parse(event.agent_changed().id()))
            agents_.records.erase(id->value);
    }
}

}  // namespace penstock::shell
