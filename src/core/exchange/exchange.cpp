#include "core/exchange/exchange.h"

#include <utility>

#include "base/archive.h"
#include "base/assert.h"
#include "base/try.h"
#include "core/exchange/authorise.h"
#include "core/exchange/by_plan.h"
#include "core/exchange/change.h"
#include "core/exchange/context.h"
#include "core/exchange/error.h"
#include "core/exchange/methods.h"
#include "core/exchange/rolling_escrow.h"

namespace penstock::exchange {
namespace {

constexpr std::string_view kOpening = "InternalService/OpenExchange";
constexpr std::size_t kIdempotencyKeyMax = 255;
/// Begins every snapshot; changes with the layout of the state.
constexpr std::string_view kSnapshotFormat = "penstock-state/20\n";

Reply rejected(Error error) {
    Reply reply;
    reply.outcome = Reply::Outcome::rejected;
    reply.error = std::move(error);
    return reply;
}

Result<party::Caller> admit(const State& state, const Method& method, const Actor& actor,
                            Instant now) {
    if (!state.settings.is_open() && method.name != kOpening) return reject(kNotOpen);
    TRY_ASSIGN(const party::Caller caller, identify(state, actor, now));
    TRY(state.directory.check_permission(caller, method.permission, method.effect));
    return caller;
}

}  // namespace

Exchange::Exchange() : state_(std::make_unique<State>()) {}
Exchange::~Exchange() = default;
Exchange::Exchange(Exchange&&) noexcept = default;
Exchange& Exchange::operator=(Exchange&&) noexcept = default;

Reply Exchange::apply(const Command& command, EventSink& events) {
    State& state = *state_;
    PENSTOCK_ASSERT(command.sequence == state.sequence + 1);
    PENSTOCK_ASSERT(command.time >= state.time);
    const Method* method = find_method(command.method);
    if (method == nullptr || method->run == nullptr) return rejected(Error(kUnknownMethod));
    auto caller = admit(state, *method, command.actor, command.time);
    if (!caller) return rejected(std::move(caller).error());

    const bool is_system = command.actor.kind == Actor::Kind::system;
    if (command.idempotency_key.size() > kIdempotencyKeyMax ||
        (command.idempotency_key.empty() && !is_system))
        return rejected(Error(kIdempotencyKeyInvalid));
    Repeats::Key key;
    Repeats::Use use;
    if (!command.idempotency_key.empty()) {
        key = Repeats::key_of(caller->party, command.idempotency_key);
        state.repeats.prefetch(key);
        use = {Repeats::body_of(method->name_fingerprint, command.request), command.sequence};
        if (const auto* before = state.repeats.find(key, command.time)) {
            if (before->body != use.body) return rejected(Error(kIdempotencyMismatch));
            Reply reply;
            reply.outcome = Reply::Outcome::repeated;
            reply.original_sequence = before->sequence;
            return reply;
        }
    }

    Emitter emitter(events, state.rolling, state.event_writer, command.sequence, command.time);
    Context context{state, command.time, *caller, emitter, command.actor};
    Reply reply;
    const std::size_t pending = state.rolling.pending();
    auto done = method->run(*method, context, command.request, reply.bytes);
    if (!done) {
        PENSTOCK_ASSERT(state.rolling.pending() == pending);
        return rejected(std::move(done).error());
    }

    state.rolling.add(command.sequence);
    state.rolling.add(static_cast<std::uint64_t>(command.time.ns));
    state.rolling.add(reply.bytes);
    state.rolling.end_command();
    state.sequence = command.sequence;
    state.time = command.time;
    if (!command.idempotency_key.empty()) state.repeats.remember(key, use, command.time);
    return reply;
}

Result<std::string> Exchange::query(std::string_view name, const Actor& actor, Instant now,
                                    std::string_view request) const {
    const Method* method = find_method(name);
    if (method == nullptr || method->ask == nullptr) return reject(kUnknownMethod);
    now = std::max(now, state_->time);
    TRY_ASSIGN(const party::Caller caller, admit(*state_, *method, actor, now));
    const View view{*state_, now, caller};
    std::string reply;
    TRY(method->ask(*method, view, request, reply));
    return reply;
}

bool Exchange::has_due_timers(Instant now) const {
    return state_->timers.has_due(now);
}
std::uint64_t Exchange::last_sequence() const {
    return state_->sequence;
}
Instant Exchange::last_time() const {
    return state_->time;
}
Digest Exchange::rolling_hash() const {
    return state_->rolling.value();
}

std::string Exchange::snapshot() const {
    std::string bytes(kSnapshotFormat);
    ArchiveWriter writer(bytes);
    state_->visit(writer);
    const Digest digest = digest_of(bytes);
    bytes.append(reinterpret_cast<const char*>(digest.data()), digest.size());
    return bytes;
}

Result<Exchange> Exchange::restore(std::string_view snapshot) {
    Digest digest;
    if (snapshot.size() < kSnapshotFormat.size() + digest.size() ||
        !snapshot.starts_with(kSnapshotFormat))
        return reject(kSnapshotUnusable, "snapshot", "It is of another format.");
    const std::string_view body = snapshot.substr(0, snapshot.size() - digest.size());
    digest = digest_of(body);
    if (snapshot.substr(body.size()) !=
        std::string_view(reinterpret_cast<const char*>(digest.data()), digest.size()))
        return reject(kSnapshotUnusable, "snapshot", "Its checksum is wrong.");
    Exchange exchange;
    ArchiveReader reader(body.substr(kSnapshotFormat.size()));
    exchange.state_->visit(reader);
    if (!reader.finished() || !plan_accounts_fit(*exchange.state_) ||
        !escrow_windows_fit(*exchange.state_) || !change_orders_fit(*exchange.state_))
        return reject(kSnapshotUnusable, "snapshot", "It cannot be read.");
    return exchange;
}

}  // namespace penstock::exchange
