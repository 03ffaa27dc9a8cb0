// What the sequencer does when the journal fails it, and its snapshots.
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "base/assert.h"
#include "base/try.h"
#include "shell/sequencer/engine.h"
#include "shell/sequencer/error.h"

namespace penstock::shell {

Recovery Engine::recovery() {
    Recovery recovery{.journal = journal_,
                      .factory = factory_,
                      .snapshots = snapshots_.get(),
                      .told = told_,
                      .tell = {}};
    if (delivery_.has_observers())
        recovery.tell = [this](EventPack pack) { delivery_.give_and_wait(std::move(pack)); };
    return recovery;
}

void Engine::handle_failure() {
    const auto failure = writer_->take_failure();
    if (!failure) return;
    // What was applied after the lost batch stands on it, and goes with it.
    fail_answers(round_, Error(kInDoubt, {}, failure->message()), meter_);
    core_.reset();
    told_ = writer_->durable_sequence();
    read_only_ = true;
    next_probe_ = {};
    leave_read_only();
}

Result<void> Engine::reload() {
    TRY(journal_.reopen());
    TRY_ASSIGN(Recovered recovered, recover(recovery()));
    core_ = std::move(recovered.core);
    told_ = journal_.end().sequence;
    writer_->set_durable_sequence(told_);
    return {};
}

void Engine::leave_read_only() {
    const auto now = std::chrono::steady_clock::now();
    if (broken_ || now < next_probe_ || !writer_->is_idle()) return;
    next_probe_ = now + std::chrono::nanoseconds(options_.probe_interval.ns);
    if (!core_) {
        if (auto reloaded = reload(); !reloaded)
            return break_off_if_broken(std::move(reloaded).error());
    }
    if (journal_.probe()) read_only_ = false;
}

void Engine::consider_snapshot() {
    if (!snapshots_ || snapshot_child_ > 0) return;
    if (core_->last_sequence() - snapshot_at_ < options_.snapshot_interval_commands) return;
    snapshot_began_ = std::chrono::steady_clock::now();
    // Only what is durable may be in a snapshot: it is proof of what the journal must hold.
    writer_->wait_until_idle();
    if (writer_->durable_sequence() != core_->last_sequence()) return;  // The append failed.
    snapshot_at_ = core_->last_sequence();
    save_snapshot_in_child();
}

void Engine::save_snapshot_in_child() {
    const pid_t child = ::fork();
    if (child != 0) {
        snapshot_figures_.pause = std::chrono::steady_clock::now() - snapshot_began_;
        snapshot_child_ = child;
        if (child < 0) end_snapshot(false);  // No room for a child: the next time, then.
        return;
    }
    // Connections must not stay open because of us.
    ::close_range(3, ~0U, 0);
    const auto saved =
        snapshots_->save({core_->last_sequence(), core_->rolling_hash()}, core_->snapshot());
    ::_exit(saved ? 0 : 1);
}

void Engine::end_snapshot(bool saved) {
    snapshot_figures_.saved = saved;
    snapshot_figures_.took = std::chrono::steady_clock::now() - snapshot_began_;
    meter_.on_snapshot(snapshot_figures_);
}

void Engine::reap_child(Wait wait) {
    if (snapshot_child_ <= 0) return;
    int status = 0;
    const pid_t ended = ::waitpid(snapshot_child_, &status, wait == Wait::not_at_all ? WNOHANG : 0);
    if (ended != snapshot_child_ && !(ended < 0 && errno == ECHILD)) return;
    snapshot_child_ = -1;
    end_snapshot(ended > 0 && WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

}  // namespace penstock::shell
