#include "shell/api/watch_desk.h"

#include <utility>

#include "base/assert.h"
#include "penstock/v1/event.pb.h"
#include "penstock/v1/task.pb.h"
#include "shell/sequencer/error.h"

namespace penstock::shell {

void WatchDesk::watch(std::unique_ptr<ApiCall> call) {
    auto watcher = std::make_shared<Watcher>();
    watcher->workload = call->request_as<v1::WatchWorkloadRequest>().workload();
    watcher->call = std::move(call);
    {
        const std::scoped_lock lock(mutex_);
        if (stopping_) return watcher->call->responder.fail(Error(kStopping));
        watchers_.emplace(watcher->workload, watcher);
    }
    const std::weak_ptr<Watcher> weak = watcher;
    watcher->call->responder.on_close([this, weak] {
        if (const Shared closed = weak.lock()) forget(closed);
    });
    watcher->call->responder.on_drain([this, weak] {
        const Shared drained = weak.lock();
        if (!drained) return;
        {
            const std::scoped_lock lock(mutex_);
            drained->full = false;
            if (!drained->changed) return;
        }
        poke(drained);
    });
    poke(watcher);
}

void WatchDesk::on_event(const v1::Event& event, std::string_view) {
    if (event.has_workload_changed()) touched_.insert(event.workload_changed().id());
    if (event.has_attempt_changed()) touched_.insert(event.attempt_changed().workload());
}

bool WatchDesk::caught_up(const JournalPosition&) {
    std::vector<Shared> changed;
    {
        const std::scoped_lock lock(mutex_);
        for (const std::string& workload : touched_) {
            const auto [first, last] = watchers_.equal_range(workload);
            for (auto each = first; each != last; ++each) changed.push_back(each->second);
        }
    }
    touched_.clear();
    for (const Shared& watcher : changed) poke(watcher);
    return true;
}

void WatchDesk::poke(const Shared& watcher) {
    {
        const std::scoped_lock lock(mutex_);
        if (watcher->gone) return;
        watcher->changed = true;
        if (watcher->asking || watcher->full) return;
        watcher->asking = true;
        watcher->changed = false;
    }
    ask(watcher);
}

void WatchDesk::ask(const Shared& watcher) {
    v1::GetWorkloadRequest request;
    request.set_workload(watcher->workload);
    sequencer_->query({.actor = watcher->call->identity.actor,
                       .method = "TaskService/GetWorkload",
                       .request = request.SerializeAsString(),
                       .turn = watcher->call->turn()},
                      [this, watcher](Outcome outcome) { show(watcher, std::move(outcome)); });
}

void WatchDesk::show(const Shared& watcher, Outcome outcome) {
    transport::RpcResponder& responder = watcher->call->responder;
    if (!outcome.reply) {
        forget(watcher);
        return responder.fail(outcome.reply.error());
    }
    v1::GetWorkloadResponse response;
    const bool parsed = response.ParseFromString(*outcome.reply);
    PENSTOCK_ASSERT(parsed);
    const transport::StreamState state = responder.send(response);
    if (response.workload().ended() || state == transport::StreamState::closed) {
        forget(watcher);
        return responder.end();
    }
    bool again = false;
    bool stopping = false;
    {
        const std::scoped_lock lock(mutex_);
        if (state == transport::StreamState::full) watcher->full = true;
        stopping = stopping_;
        again = watcher->changed && !watcher->full && !watcher->gone;
        watcher->asking = again;
        if (again) watcher->changed = false;
    }
    if (stopping) {
        forget(watcher);
        return responder.fail(Error(kStopping));
    }
    if (again) ask(watcher);
}

void WatchDesk::forget(const Shared& watcher) {
    const std::scoped_lock lock(mutex_);
    watcher->gone = true;
    const auto [first, last] = watchers_.equal_range(watcher->workload);
    for (auto each = first; each != last; ++each) {
        if (each->second != watcher) continue;
        watchers_.erase(each);
        return;
    }
}

void WatchDesk::stop() {
    std::vector<Shared> idle;
    {
        const std::scoped_lock lock(mutex_);
        stopping_ = true;
        for (const auto& [workload, watcher] : watchers_) {
            if (watcher->asking) continue;  // Ends by itself when its query is back.
            watcher->asking = true;
            watcher->gone = true;
            idle.push_back(watcher);
        }
    }
    for (const Shared& watcher : idle) {
        watcher->call->responder.fail(Error(kStopping));
        forget(watcher);
    }
}

}  // namespace penstock::shell
