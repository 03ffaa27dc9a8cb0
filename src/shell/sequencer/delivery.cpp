#include "shell/sequencer/delivery.h"

#include <pthread.h>

#include <algorithm>
#include <chrono>
#include <utility>

#include "penstock/v1/event.pb.h"

namespace penstock::shell {

namespace {

constexpr std::chrono::seconds kTellAgainAfter{1};

/// What a pack counts for in the backlog, even when it holds no event.
std::size_t weight(const EventPack& pack) {
    return pack.bytes.size() + 64;
}

}  // namespace

Delivery::Delivery(std::vector<EventObserver*> observers, std::size_t backlog_max)
    : backlog_max_(backlog_max) {
    for (EventObserver* observer : observers)
        observers_.push_back({observer, observer->position()});
}

Delivery::~Delivery() {
    stop();
}

std::uint64_t Delivery::least_position(std::uint64_t end) const {
    std::uint64_t least = end;
    for (const Place& place : observers_) least = std::min(least, place.position.sequence);
    return least;
}

std::vector<JournalPosition> Delivery::kept_positions() const {
    std::vector<JournalPosition> kept;
    for (const Place& place : observers_)
        if (place.position != EventObserver::kOnlyNew) kept.push_back(place.position);
    return kept;
}

void Delivery::start(std::uint64_t end) {
    for (Place& place : observers_)
        place.position.sequence = std::min(place.position.sequence, end);
    if (!observers_.empty()) thread_ = std::thread([this] { run(); });
}

void Delivery::give(EventPack pack) {
    if (observers_.empty()) return;
    const std::scoped_lock lock(mutex_);
    backlog_ += weight(pack);
    packs_.push_back(std::move(pack));
    changed_.notify_all();
}

void Delivery::give_and_wait(EventPack pack) {
    if (observers_.empty()) return;
    give(std::move(pack));
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return !is_lagging(); });
}

void Delivery::wait_until_idle() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return backlog_ == 0; });
}

void Delivery::stop() {
    if (!thread_.joinable()) return;
    {
        const std::scoped_lock lock(mutex_);
        stopping_ = true;
        changed_.notify_all();
    }
    thread_.join();
}

void Delivery::run() {
    ::pthread_setname_np(::pthread_self(), "observers");
    std::deque<EventPack> taken;
    for (bool kept = true;;) {
        {
            std::unique_lock lock(mutex_);
            const auto is_due = [&] { return stopping_ || !packs_.empty(); };
            if (kept) {
                changed_.wait(lock, is_due);
            } else {
                changed_.wait_for(lock, kTellAgainAfter, is_due);
            }
            if (packs_.empty() && stopping_) return;
            std::swap(taken, packs_);
        }
        if (taken.empty()) {
            kept = tell_again();
            continue;
        }
        std::size_t delivered = 0;
        for (const EventPack& pack : taken) {
            deliver(pack);
            delivered += weight(pack);
        }
        // Once for all that was waiting: observers commit here, and the busier the exchange, the
        // more goes into one commit.
        kept = catch_up(taken.back().end);
        taken.clear();
        const std::scoped_lock lock(mutex_);
        backlog_ -= delivered;
        changed_.notify_all();
    }
}

void Delivery::deliver(const EventPack& pack) {
    for_each_event(pack, [&](const v1::Event& event, std::string_view bytes) {
        for (const Place& place : observers_)
            if (event.sequence() > place.position.sequence) place.observer->on_event(event, bytes);
    });
}

bool Delivery::catch_up(const JournalPosition& position) {
    for (Place& place : observers_) {
        if (position.sequence <= place.position.sequence) continue;
        place.is_behind = !place.observer->caught_up(position);
        place.position = position;
    }
    return std::ranges::none_of(observers_, &Place::is_behind);
}

bool Delivery::tell_again() {
    for (Place& place : observers_)
        if (place.is_behind) place.is_behind = !place.observer->caught_up(place.position);
    return std::ranges::none_of(observers_, &Place::is_behind);
}

}  // namespace penstock::shell
