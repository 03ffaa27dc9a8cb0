#include "shell/sequencer/round.h"

#include <chrono>
#include <utility>

#include "shell/journal/batch_body.h"
#include "shell/kill_point/kill_point.h"

namespace penstock::shell {

Result<void> append_round(const Round& round, Journal& journal, SequencerMeter& meter) {
    if (round.commands.empty()) return {};
    std::string body;
    body.reserve(round.bytes + 128 * round.commands.size());
    for (const AppliedCommand& command : round.commands) {
        append_entry(body, {.sequence = command.sequence,
                            .time = command.time,
                            .actor_kind = static_cast<std::uint8_t>(command.actor.kind),
                            .actor_id = command.actor.id,
                            .method = command.method,
                            .request = command.request,
                            .idempotency_key = command.idempotency_key,
                            .reply = command.reply});
    }
    pass(KillPoint::before_append);
    const AppliedCommand& last = round.commands.back();
    const auto began = std::chrono::steady_clock::now();
    auto appended = journal.append(
        {round.commands.front().sequence, last.sequence, last.time, body, round.rolling_hash});
    pass(KillPoint::after_append);
    meter.on_append({.commands = round.commands.size(),
                     .bytes = body.size(),
                     .took = std::chrono::steady_clock::now() - began},
                    appended);
    return appended;
}

void release_answers(Round& round, Journal& journal, SequencerMeter& meter) {
    const auto began = std::chrono::steady_clock::now();
    if (!round.commands.empty()) pass(KillPoint::before_reply);
    for (PendingAnswer& answer : round.answers) {
        if (answer.command != PendingAnswer::kNoCommand)
            answer.outcome.reply = std::move(round.commands[answer.command].reply);
        if (answer.original_sequence != 0) {
            answer.outcome.reply = journal.find_reply(answer.original_sequence);
            answer.outcome.sequence = answer.original_sequence;
            answer.outcome.repeated = true;
        }
        answer.callback(std::move(answer.outcome));
    }
    meter.on_replies(round.answers.size(), std::chrono::steady_clock::now() - began);
    if (!round.commands.empty()) pass(KillPoint::after_reply);
}

void fail_answers(Round& round, const Error& error, SequencerMeter& meter) {
    if (!round.answers.empty()) meter.on_refusals(error, round.answers.size());
    for (PendingAnswer& answer : round.answers)
        answer.callback(Outcome{.reply = std::unexpected(error)});
    round = {};
}

}  // namespace penstock::shell
