// How the sequencer follows another server's, takes the lead, and gives it up.
#include <chrono>
#include <utility>

#include "base/try.h"
#include "shell/journal/error.h"
#include "shell/sequencer/engine.h"
#include "shell/sequencer/error.h"

namespace penstock::shell {

bool Engine::may_lead() const {
    return options_.leadership == nullptr || epoch_ == 0 || options_.leadership->epoch() == epoch_;
}

bool Engine::is_fresh() const {
    if (epoch_ != 0) return true;
    const auto now = std::chrono::steady_clock::now().time_since_epoch();
    return now / std::chrono::nanoseconds(1) - followed_ns_ <= options_.staleness_max.ns;
}

void Engine::attend_leadership() {
    if (options_.leadership == nullptr) return;
    const std::uint64_t epoch = options_.leadership->epoch();
    if (epoch_ != 0 && epoch == epoch_) return;
    if (epoch_ != 0) step_down();
    const auto now = std::chrono::steady_clock::now();
    if (epoch == 0 && now < next_look_) return;
    next_look_ = now + std::chrono::nanoseconds(options_.follow_interval.ns);
    // A database may have failed over since: a probe shows that it takes appends of this epoch.
    journal_.lead(epoch);
    if (epoch != 0 && !journal_.probe()) return;
    // The epoch was read first: nothing of an older one can come after what follow() sees now.
    if (!follow()) return;
    options_.leadership->stand();
    if (epoch != 0) step_up(epoch);
}

void Engine::step_down() {
    writer_->wait_until_idle();
    handle_failure();
    // What was applied and not appended never was; questions saw it, too.
    if (!round_.commands.empty()) core_.reset();
    fail_answers(round_, Error(kNotLeading), meter_);
    journal_.lead(0);
    epoch_ = 0;
    read_only_ = false;  // Who follows writes nothing, and so cannot fail to.
    if (options_.role_changed) options_.role_changed(false);
}

void Engine::step_up(std::uint64_t epoch) {
    read_only_ = false;
    epoch_ = epoch;
    if (options_.role_changed) options_.role_changed(true);
}

bool Engine::follow() {
    if (broken_ || !writer_->is_idle()) return false;
    const auto looked = std::chrono::steady_clock::now().time_since_epoch();
    auto followed =
        core_ ? journal_.follow([&](const Batch& batch) { return take(batch); }) : reload();
    if (!followed) {
        break_off_if_broken(std::move(followed).error());
        return false;
    }
    followed_ns_ = looked / std::chrono::nanoseconds(1);
    consider_snapshot();
    return true;
}

Result<void> Engine::take(const Batch& batch) {
    EventPack pack;
    TRY(replay_batch(batch, *core_, delivery_.has_observers() ? told_ : UINT64_MAX, pack));
    writer_->set_durable_sequence(batch.last_sequence);
    if (batch.last_sequence > told_) {
        told_ = batch.last_sequence;
        delivery_.give_and_wait(std::move(pack));
    }
    return {};
}

void Engine::break_off_if_broken(Error error) {
    if (error.number() == kJournalFault.number) return;
    core_.reset();
    broken_ = std::move(error);
    // One that knows better shall lead.
    if (options_.leadership != nullptr) options_.leadership->withdraw();
}

}  // namespace penstock::shell
