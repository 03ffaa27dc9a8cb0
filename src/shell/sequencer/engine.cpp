#include "shell/sequencer/engine.h"

#include <pthread.h>

#include <algorithm>
#include <utility>

#include "base/assert.h"
#include "base/try.h"
#include "shell/journal/error.h"
#include "shell/sequencer/error.h"

namespace penstock::shell {

namespace {

constexpr std::string_view kTick = "InternalService/Tick";
constexpr exchange::Actor kSystem{exchange::Actor::Kind::system, 0};

std::int64_t steady_ns() {
    return std::chrono::steady_clock::now().time_since_epoch() / std::chrono::nanoseconds(1);
}

std::chrono::nanoseconds chrono_of(Duration duration) {
    return std::chrono::nanoseconds(duration.ns);
}

bool is_catching_up(const Call& call) {
    return std::holds_alternative<CatchUpCall>(call.what);
}

bool is_question(const Call& call) {
    return !std::holds_alternative<CommandCall>(call.what);
}

/// Asks for memory that is needed soon. Calls were written by other threads, so that each costs
/// several waits for memory otherwise.
void fetch_ahead(const std::vector<Call>& calls, std::size_t at) {
    constexpr std::size_t kCallsAhead = 6;
    constexpr std::size_t kTextsAhead = 3;
    constexpr std::size_t kLine = 64;
    if (at + kCallsAhead >= calls.size()) return;
    const char* call = reinterpret_cast<const char*>(&calls[at + kCallsAhead]);
    for (std::size_t offset = 0; offset < sizeof(Call); offset += kLine)
        __builtin_prefetch(call + offset);
    const auto* command = std::get_if<CommandCall>(&calls[at + kTextsAhead].what);
    if (command == nullptr) return;
    __builtin_prefetch(command->request.data());
    __builtin_prefetch(command->request.data() + kLine);
    __builtin_prefetch(command->idempotency_key.data());
}

}  // namespace

Result<std::unique_ptr<Sequencer>> Sequencer::open(Journal& journal, const CoreFactory& factory,
                                                   const Clock& clock,
                                                   std::vector<EventObserver*> observers,
                                                   SequencerOptions options) {
    auto engine =
        std::make_unique<Engine>(journal, factory, clock, std::move(observers), std::move(options));
    TRY(engine->start());
    return engine;
}

Engine::Engine(Journal& journal, const CoreFactory& factory, const Clock& clock,
               std::vector<EventObserver*> observers, SequencerOptions options)
    : journal_(journal),
      factory_(factory),
      options_(std::move(options)),
      meter_(options_.meter != nullptr ? *options_.meter : silence_),
      inbox_({.calls_max = options_.queue_calls_max,
              .flow_calls_max = options_.flow_calls_max,
              .calls_at_once = options_.calls_at_once}),
      delivery_(std::move(observers), options_.event_backlog_max),
      stamper_(clock, options_.clock),
      clock_held_(stamper_.is_held()) {
    if (!options_.snapshot_folder.empty())
        snapshots_ = std::make_unique<SnapshotStore>(options_.snapshot_folder);
}

Engine::~Engine() {
    if (thread_.joinable()) stop();
}

Result<void> Engine::start() {
    const std::uint64_t end = journal_.end().sequence;
    for (const JournalPosition& position : delivery_.kept_positions())
        TRY(check_position(journal_, position));
    told_ = delivery_.least_position(end);
    delivery_.start(end);
    TRY_ASSIGN(Recovered recovered, recover(recovery()));
    core_ = std::move(recovered.core);
    loaded_snapshot_ = recovered.snapshot_sequence;
    snapshot_at_ = recovered.snapshot_sequence;
    told_ = end;
    delivery_.wait_until_idle();
    if (options_.leadership != nullptr) epoch_ = 0;
    writer_ = std::make_unique<Writer>(journal_, delivery_, meter_, [this] { inbox_.ring(); });
    writer_->set_durable_sequence(end);
    thread_ = std::thread([this] { run(); });
    return {};
}

void Engine::refuse(OutcomeCallback& callback, Error error) {
    meter_.on_refusals(error, 1);
    callback(Outcome{.reply = std::unexpected(std::move(error))});
}

void Engine::pause_applying() {
    round_.figures.applying += std::chrono::steady_clock::now() - applying_since_;
}

void Engine::push(limits::Turn turn, Call call) {
    if (auto pushed = inbox_.push(turn, call); !pushed)
        refuse(call.callback, std::move(pushed).error());
}

void Engine::submit(CommandCall call, OutcomeCallback callback) {
    if (delivery_.is_lagging()) return refuse(callback, Error(kObserversLag));
    const limits::Turn turn = call.turn;
    push(turn, {std::move(call), std::move(callback)});
}
void Engine::query(QueryCall call, OutcomeCallback callback) {
    const limits::Turn turn = call.turn;
    push(turn, {std::move(call), std::move(callback)});
}
void Engine::inspect(std::move_only_function<void(const Core&, Instant)> look,
                     OutcomeCallback callback, limits::Turn turn) {
    push(turn, {InspectCall{std::move(look)}, std::move(callback)});
}

void Engine::catch_up(OutcomeCallback callback, limits::Turn turn) {
    push(turn, {CatchUpCall{}, std::move(callback)});
}

SequencerStatus Engine::status() const {
    const std::uint64_t epoch = epoch_;
    const std::int64_t followed = followed_ns_;
    return {.last_sequence = writer_->durable_sequence(),
            .read_only = read_only_,
            .clock_held = clock_held_,
            .epoch = epoch,
            .staleness = epoch != 0 ? Duration{} : Duration{steady_ns() - followed},
            .snapshot_sequence = loaded_snapshot_};
}

SequencerLoad Engine::load() const {
    return {.queued_calls = inbox_.size(),
            .queued_calls_max = options_.queue_calls_max,
            .backlog_bytes = delivery_.backlog_bytes(),
            .backlog_bytes_max = options_.event_backlog_max,
            .snapshot_sequence = snapshot_at_};
}

void Engine::accept_clock() {
    clock_accepted_ = true;
    inbox_.ring();
}

void Engine::stop() {
    inbox_.close();
    thread_.join();
    reap_child(Wait::until_it_ends);
    writer_.reset();
    delivery_.stop();
    if (snapshots_ && core_ && !read_only_ && core_->last_sequence() > snapshot_at_) {
        // A snapshot that cannot be written costs time at the next start, nothing else.
        [[maybe_unused]] const auto saved =
            snapshots_->save({core_->last_sequence(), core_->rolling_hash()}, core_->snapshot());
    }
}

void Engine::run() {
    ::pthread_setname_np(::pthread_self(), "sequencer");
    std::vector<Call> calls;
    for (bool open = true; open || !round_.is_empty() || !writer_->is_idle();) {
        const Duration patience = epoch_ != 0 ? options_.tick_interval : options_.follow_interval;
        open = inbox_.take(calls, std::chrono::steady_clock::now() + chrono_of(patience));
        handle_failure();
        if (std::ranges::any_of(calls, is_catching_up)) next_look_ = {};
        attend_leadership();
        begin_applying();
        const std::size_t ready = put_in_order(calls);
        for (std::size_t i = 0; i < ready; ++i) {
            fetch_ahead(calls, i);
            RoundFigures& figures = round_.figures;
            figures.waited = std::max(figures.waited, applying_since_ - calls[i].queued);
            process(calls[i]);
            if (round_is_full()) {
                hand_over_waiting();
            } else if (round_.commands.size() >= options_.batch_commands_enough &&
                       writer_->is_idle()) {
                handle_failure();
                pause_applying();
                hand_over();
                begin_applying();
            }
        }
        calls.erase(calls.begin(), calls.begin() + static_cast<std::ptrdiff_t>(ready));
        if (open) do_idle_work();
        pause_applying();
        if (writer_->is_idle()) {
            handle_failure();
            hand_over();
        } else if (!open) {
            writer_->wait_until_idle();
        }
    }
    handle_failure();
}

std::size_t Engine::put_in_order(std::vector<Call>& calls) const {
    std::size_t commands = calls.size();
    if (std::ranges::any_of(calls, is_question))
        commands = std::ranges::stable_partition(calls, is_question).size();
    const bool wait =
        !writer_->is_idle() && round_.commands.empty() && commands < options_.commands_ahead;
    return calls.size() - (wait ? commands : 0);
}

void Engine::process(Call& call) {
    if (broken_) {
        refuse(call.callback, *broken_);
    } else if (auto* command = std::get_if<CommandCall>(&call.what)) {
        answer_command(*command, call.callback);
    } else if (core_ == nullptr) {
        refuse(call.callback, Error(kNoState));
    } else if (!is_fresh()) {
        refuse(call.callback, Error(kStale));
    } else if (auto* question = std::get_if<QueryCall>(&call.what)) {
        answer_query(*question, call.callback);
    } else if (is_catching_up(call)) {
        // That the last look was good enough for questions does not make it this one.
        const auto queued = call.queued.time_since_epoch() / std::chrono::nanoseconds(1);
        if (epoch_ == 0 && followed_ns_ < queued) return refuse(call.callback, Error(kStale));
        add_answer(call.callback, {.reply = {}, .sequence = core_->last_sequence()});
    } else {
        answer_inspection(std::get<InspectCall>(call.what), call.callback);
    }
}

Result<Instant> Engine::admit() {
    if (epoch_ == 0) return reject(kNotLeading);
    if (read_only_) return reject(kReadOnly);
    if (!core_) return reject(kNoState);
    if (round_.commands.empty()) {
        auto ready = journal_.ready();
        if (!ready && ready.error().number() == kJournalFault.number) return reject(kReadOnly);
        TRY(std::move(ready));
    }
    auto time = stamper_.stamp(core_->last_time());
    note_clock();
    return time;
}

void Engine::note_clock() {
    if (clock_held_.load(std::memory_order_relaxed) == stamper_.is_held()) return;
    clock_held_ = stamper_.is_held();
    if (options_.clock_changed) options_.clock_changed(stamper_.is_held());
}

void Engine::answer_command(CommandCall& command, OutcomeCallback& callback) {
    const auto time = admit();
    if (!time) return refuse(callback, time.error());
    apply_due_ticks(*time);
    if (command.guard) {
        if (auto allowed = command.guard(*core_); !allowed)
            return add_answer(callback, {.reply = std::unexpected(std::move(allowed).error())});
    }
    apply(command, *time, callback);
}

void Engine::apply(CommandCall& command, Instant time, OutcomeCallback& callback) {
    EventPacker events(round_.events, delivery_.has_observers() ? EventPacker::Keep::all
                                                                : EventPacker::Keep::none);
    const std::uint64_t sequence = core_->last_sequence() + 1;
    exchange::Reply reply = core_->apply({.sequence = sequence,
                                          .time = time,
                                          .actor = command.actor,
                                          .method = command.method,
                                          .request = command.request,
                                          .idempotency_key = command.idempotency_key},
                                         events);
    switch (reply.outcome) {
        case exchange::Reply::Outcome::rejected:
            PENSTOCK_ASSERT(reply.error.has_value());
            ++round_.figures.rejected;
            return add_answer(callback, {.reply = std::unexpected(*std::move(reply.error)),
                                         .sequence = sequence - 1});
        case exchange::Reply::Outcome::repeated:
            ++round_.figures.repeated;
            round_.answers.push_back({.callback = std::move(callback),
                                      .outcome = {},
                                      .original_sequence = reply.original_sequence});
            return;
        case exchange::Reply::Outcome::done:
            break;
    }
    round_.answers.push_back({.callback = std::move(callback),
                              .outcome = {.reply = {}, .sequence = sequence},
                              .command = round_.commands.size()});
    add_command({.actor = command.actor,
                 .method = command.method,
                 .request = std::move(command.request),
                 .idempotency_key = std::move(command.idempotency_key),
                 .sequence = sequence,
                 .time = time,
                 .reply = std::move(reply.bytes)});
}

void Engine::add_command(AppliedCommand command) {
    round_.bytes += command.request.size() + command.reply.size();
    round_.commands.push_back(std::move(command));
}

void Engine::add_answer(OutcomeCallback& callback, Outcome outcome) {
    PendingAnswer answer{.callback = std::move(callback), .outcome = std::move(outcome)};
    // With an empty round all that was seen stands in the one that is being written.
    if (round_.commands.empty() && writer_->join(answer, answers_max())) return;
    round_.answers.push_back(std::move(answer));
}

void Engine::apply_due_ticks(Instant time) {
    while (core_->has_due_timers(time)) apply_tick(time);
}

void Engine::apply_tick(Instant time) {
    EventPacker events(round_.events, delivery_.has_observers() ? EventPacker::Keep::all
                                                                : EventPacker::Keep::none);
    const std::uint64_t sequence = core_->last_sequence() + 1;
    exchange::Reply reply = core_->apply({.sequence = sequence,
                                          .time = time,
                                          .actor = kSystem,
                                          .method = kTick,
                                          .request = {},
                                          .idempotency_key = {}},
                                         events);
    PENSTOCK_ASSERT(reply.outcome == exchange::Reply::Outcome::done);
    add_command({.actor = kSystem,
                 .method = kTick,
                 .request = {},
                 .idempotency_key = {},
                 .sequence = sequence,
                 .time = time,
                 .reply = std::move(reply.bytes)});
}

void Engine::answer_query(QueryCall& question, OutcomeCallback& callback) {
    Outcome outcome;
    outcome.reply = core_->query(question.method, question.actor, stamper_.now(core_->last_time()),
                                 question.request);
    outcome.sequence = core_->last_sequence();
    ++round_.figures.questions;
    add_answer(callback, std::move(outcome));
}

void Engine::answer_inspection(InspectCall& inspection, OutcomeCallback& callback) {
    inspection.look(*core_, stamper_.now(core_->last_time()));
    ++round_.figures.questions;
    add_answer(callback, {.reply = {}, .sequence = core_->last_sequence()});
}

bool Engine::round_is_full() const {
    return round_.commands.size() >= options_.batch_commands_max ||
           round_.bytes >= options_.batch_bytes_max || round_.answers.size() >= answers_max();
}

void Engine::hand_over() {
    round_.figures.commands = round_.commands.size();
    if (!round_.is_empty() || round_.figures.rejected + round_.figures.questions != 0)
        meter_.on_round(round_.figures);
    if (round_.is_empty()) {
        round_.figures = {};
        return;
    }
    if (round_.commands.empty()) {
        // What an append proves by itself must be asked here: that nobody else leads yet.
        if (may_lead()) {
            release_answers(round_, journal_, meter_);
        } else {
            fail_answers(round_, Error(kNotLeading), meter_);
        }
        round_ = {};
        return;
    }
    round_.rolling_hash = core_->rolling_hash();
    told_ = core_->last_sequence();
    round_.events.end = {told_, round_.rolling_hash};
    round_ = writer_->start(std::move(round_));
    consider_snapshot();
}

void Engine::hand_over_waiting() {
    pause_applying();
    writer_->wait_until_idle();
    handle_failure();
    hand_over();
    begin_applying();
}

void Engine::do_idle_work() {
    if (clock_accepted_.exchange(false)) stamper_.accept();
    note_clock();
    if (snapshot_child_ > 0) reap_child(Wait::not_at_all);
    if (read_only_ && epoch_ != 0) leave_read_only();
    if (!core_ || epoch_ == 0 || round_is_full()) return;
    const auto time = admit();
    if (time && core_->has_due_timers(*time)) apply_tick(*time);
}

}  // namespace penstock::shell
