#include "shell/sequencer/writer.h"

#include <pthread.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "base/assert.h"
#include "shell/sequencer/error.h"

namespace penstock::shell {

Writer::Writer(Journal& journal, Delivery& delivery, SequencerMeter& meter,
               std::function<void()> done)
    : journal_(journal), delivery_(delivery), meter_(meter), done_(std::move(done)) {
    thread_ = std::thread([this] { run(); });
}

Writer::~Writer() {
    {
        const std::scoped_lock lock(mutex_);
        stopping_ = true;
        changed_.notify_all();
    }
    thread_.join();
}

Round Writer::start(Round round) {
    const std::scoped_lock lock(mutex_);
    PENSTOCK_ASSERT(is_idle() && !failure_);
    round_ = std::move(round);
    idle_ = false;
    may_join_ = true;
    changed_.notify_all();
    return std::exchange(spare_, {});
}

bool Writer::join(PendingAnswer& answer, std::size_t most) {
    const std::scoped_lock lock(mutex_);
    if (!may_join_ || joined_.size() >= most) return false;
    joined_.push_back(std::move(answer));
    return true;
}

void Writer::end_joining(Round& round) {
    const std::scoped_lock lock(mutex_);
    may_join_ = false;
    std::ranges::move(joined_, std::back_inserter(round.answers));
    joined_.clear();
}

void Writer::wait_until_idle() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return is_idle(); });
}

std::optional<Error> Writer::take_failure() {
    if (!is_idle()) return std::nullopt;
    const std::scoped_lock lock(mutex_);
    return std::exchange(failure_, std::nullopt);
}

void Writer::run() {
    ::pthread_setname_np(::pthread_self(), "journal");
    for (;;) {
        Round round;
        {
            std::unique_lock lock(mutex_);
            changed_.wait(lock, [&] { return stopping_ || round_; });
            if (!round_) return;
            round = *std::exchange(round_, std::nullopt);
        }
        write(round);
        round.clear();
        {
            const std::scoped_lock lock(mutex_);
            spare_ = std::move(round);
            idle_.store(true, std::memory_order_release);
            changed_.notify_all();
        }
        done_();
    }
}

void Writer::write(Round& round) {
    auto appended = append_round(round, journal_, meter_);
    end_joining(round);
    if (!appended) {
        fail_answers(round, Error(kInDoubt, {}, appended.error().message()), meter_);
        const std::scoped_lock lock(mutex_);
        failure_ = std::move(appended).error();
        return;
    }
    if (!round.commands.empty()) {
        durable_.store(round.commands.back().sequence, std::memory_order_release);
        delivery_.give(std::move(round.events));
    }
    release_answers(round, journal_, meter_);
}

}  // namespace penstock::shell
