#include "bench/pipeline.h"

#include "bench/stopwatch.h"

namespace penstock::bench {

Pipeline::Pipeline(std::unique_ptr<shell::Journal> journal, Instant now,
                   shell::SequencerOptions options,
                   std::unique_ptr<const shell::CoreFactory> factory)
    : clock_(now), factory_(std::move(factory)), journal_(std::move(journal)) {
    options.flow_calls_max = options.queue_calls_max;  // All commands wait in one line.
    const Stopwatch replaying;
    sequencer_ = must(shell::Sequencer::open(*journal_, *factory_, clock_, {}, std::move(options)));
    replay_seconds_ = replaying.seconds();
}

double Pipeline::give(const Commands& commands) {
    std::vector<shell::CommandCall> calls;
    calls.reserve(commands.size());
    for (const ScriptedCommand& command : commands)
        calls.push_back({.actor = command.actor,
                         .method = command.method,
                         .request = command.request,
                         .idempotency_key = command.key,
                         .guard = {}});
    waiting_ = calls.size();
    const Stopwatch watch;
    for (shell::CommandCall& call : calls)
        sequencer_->submit(std::move(call), [this](const shell::Outcome& outcome) {
            if (!outcome.reply) give_up(outcome.reply.error().message());
            if (waiting_.fetch_sub(1) == 1) waiting_.notify_one();
        });
    for (std::size_t left = waiting_; left > 0; left = waiting_) waiting_.wait(left);
    return watch.seconds();
}

}  // namespace penstock::bench
