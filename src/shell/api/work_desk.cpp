#include "shell/api/work_desk.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "base/assert.h"
#include "penstock/v1/internal.pb.h"
#include "penstock/v1/task.pb.h"
#include "shell/api/error.h"
#include "shell/sequencer/error.h"

namespace penstock::shell {

namespace {

constexpr std::uint32_t kWaitMsMax = 30'000;
constexpr std::string_view kPullWork = "TaskService/PullWork";
constexpr exchange::Actor kSystem{exchange::Actor::Kind::system, 0};
/// How late the end of a wait, or of a lease, may be noticed.
constexpr std::chrono::milliseconds kSweepInterval{100};

}  // namespace

void WorkDesk::start(Sequencer& sequencer) {
    sequencer_ = &sequencer;
    thread_ = std::thread([this] { run(); });
}

void WorkDesk::set_leading(bool leads) {
    leads_ = leads;
    lease_ends_.clear();
    if (leads) return;
    for (std::unique_ptr<Poll>& poll : held_) poll->call->responder.fail(Error(kNotLeading));
    held_.clear();
    held_count_ = 0;
}

void WorkDesk::stop() {
    if (!thread_.joinable()) return;
    {
        const std::scoped_lock lock(mutex_);
        stopping_ = true;
        wake_.notify_all();
    }
    thread_.join();
}

void WorkDesk::pull(std::unique_ptr<ApiCall> call) {
    const auto& request = call->request_as<v1::PullWorkRequest>();
    const auto agent = AgentId::parse(request.agent());
    const exchange::Actor self{exchange::Actor::Kind::agent, agent ? agent->value : 0};
    if (call->identity.actor != self) return call->responder.fail(Error(kNotYourself, "agent"));
    if (request.wait_ms() > kWaitMsMax) return call->responder.fail(Error(kWaitTooLong, "wait_ms"));
    if (stopping_) return call->responder.fail(Error(kStopping));
    if (!leads_) return call->responder.fail(Error(kNotLeading));
    auto poll = std::make_unique<Poll>();
    poll->agent = *agent;
    poll->known_version = request.known_version();
    const Duration wait{std::min(milliseconds(request.wait_ms()).ns, options_.lease.ns / 3)};
    poll->until = clock_.steady() + wait;
    call->responder.on_close([gone = poll->gone] { *gone = true; });
    poll->call = std::move(call);
    ask(std::move(poll));
}

void WorkDesk::ask(std::unique_ptr<Poll> poll) {
    struct Asked {
        std::unique_ptr<Poll> poll;
        std::vector<Answered> answers;
        Seen seen = Seen::answered;
    };
    auto asked = std::make_shared<Asked>();
    asked->poll = std::move(poll);
    const limits::Turn turn = asked->poll->call->turn();
    sequencer_->inspect(
        [this, asked](const Core& core, Instant now) {
            Poll& here = *asked->poll;
            const auto record = exchange::find_agent(core.exchange(), here.agent);
            if (record && !record->live && !record->revoked) {
                asked->seen = Seen::lost;
            } else if (exchange::work_version(core.exchange(), here.agent) == here.known_version &&
                       clock_.steady() < here.until) {
                asked->seen = Seen::held;
                held_.push_back(std::move(asked->poll));
                held_count_ = held_.size();
            } else {
                asked->answers.push_back(answer(core, now, here));
            }
        },
        [this, asked](Outcome outcome) {
            if (asked->seen == Seen::held) return;
            if (asked->seen == Seen::answered && !asked->answers.empty())
                return send(asked->answers, outcome);
            if (!outcome.reply) return asked->poll->call->responder.fail(outcome.reply.error());
            mark_back(std::move(asked->poll));
        },
        turn);
}

WorkDesk::Answered WorkDesk::answer(const Core& core, Instant now, Poll& poll) {
    if (!leads_) return {std::move(poll.call), reject(kNotLeading)};
    auto reply = core.query(kPullWork, poll.call->identity.actor, now,
                            poll.call->request->SerializeAsString());
    if (!reply) return {std::move(poll.call), std::move(reply)};
    v1::PullWorkResponse response;
    const bool parsed = response.ParseFromString(*reply);
    PENSTOCK_ASSERT(parsed);
    response.set_lease_ns(options_.lease.ns);
    lease_ends_[poll.agent] = clock_.steady() + options_.lease;
    return {std::move(poll.call), response.SerializeAsString()};
}

void WorkDesk::send(std::vector<Answered>& answers, const Outcome& outcome) {
    for (Answered& answered : answers) {
        if (!outcome.reply) {
            answered.call->responder.fail(outcome.reply.error());
        } else if (!answered.reply) {
            answered.call->responder.fail(answered.reply.error());
        } else {
            answered.call->responder.reply_bytes(*std::move(answered.reply));
        }
    }
}

void WorkDesk::mark_back(std::unique_ptr<Poll> poll) {
    v1::MarkAgentBackRequest request;
    request.set_agent(poll->agent.text());
    sequencer_->submit(
        {.actor = kSystem,
         .method = "InternalService/MarkAgentBack",
         .request = request.SerializeAsString(),
         .idempotency_key = {},
         .guard = {}},
        [this, poll = std::move(poll)](Outcome outcome) mutable {
            // Refused when another poll was faster; then it is back all the same.
            if (!outcome.reply && outcome.reply.error().code() != Code::failed_precondition)
                return poll->call->responder.fail(outcome.reply.error());
            ask(std::move(poll));
        });
}

void WorkDesk::mark_lost(AgentId agent) {
    v1::MarkAgentLostRequest request;
    request.set_agent(agent.text());
    sequencer_->submit({.actor = kSystem,
                        .method = "InternalService/MarkAgentLost",
                        .request = request.SerializeAsString(),
                        .idempotency_key = {},
                        // A poll may have been answered since: its lease would then outlive this.
                        .guard = [this, agent](const Core&) -> Result<void> {
                            if (!is_silent(agent)) return reject(kNotYourself);
                            return {};
                        }},
                       [](Outcome) {});
}

bool WorkDesk::caught_up(const JournalPosition&) {
    if (held_count_ == 0) return true;
    const std::scoped_lock lock(mutex_);
    look_now_ = true;
    wake_.notify_all();
    return true;
}

void WorkDesk::run() {
    while (!stopping_) {
        if (!sweeping_.exchange(true)) sweep();
        std::unique_lock lock(mutex_);
        wake_.wait_for(lock, kSweepInterval, [&] { return look_now_ || stopping_; });
        look_now_ = false;
    }
    while (sweeping_.exchange(true)) std::this_thread::yield();
    sweep();  // Refuses what is held.
    while (sweeping_) std::this_thread::yield();
}

void WorkDesk::sweep() {
    auto decisions = std::make_shared<Decisions>();
    sequencer_->inspect(
        [this, decisions](const Core& core, Instant now) {
            sweep_polls(core, now, *decisions);
            sweep_agents(core, *decisions);
        },
        [this, decisions](Outcome outcome) {
            send(decisions->answers, outcome);
            if (outcome.reply && !stopping_)
                for (const AgentId agent : decisions->silent) mark_lost(agent);
            sweeping_ = false;
        });
}

void WorkDesk::sweep_polls(const Core& core, Instant now, Decisions& decisions) {
    const Duration steady = clock_.steady();
    for (auto& poll : held_) {
        if (*poll->gone) {
            poll = nullptr;
        } else if (stopping_) {
            decisions.answers.push_back({std::move(poll->call), reject(kStopping)});
            poll = nullptr;
        } else if (poll->until <= steady ||
                   exchange::work_version(core.exchange(), poll->agent) != poll->known_version) {
            decisions.answers.push_back(answer(core, now, *poll));
            poll = nullptr;
        }
    }
    std::erase(held_, nullptr);
    held_count_ = held_.size();
}

void WorkDesk::sweep_agents(const Core& core, Decisions& decisions) {
    if (!leads_) return;
    const Duration now = clock_.steady();
    for (const exchange::AgentRecord& agent : exchange::agents(core.exchange())) {
        if (!agent.live) {
            lease_ends_.erase(agent.agent);
            continue;
        }
        // One that is new to us, after a start or an enrolment, may hold a lease that we gave.
        lease_ends_.try_emplace(agent.agent, now + options_.lease);
        if (is_silent(agent.agent)) decisions.silent.push_back(agent.agent);
    }
}

bool WorkDesk::is_silent(AgentId agent) const {
    const auto end = lease_ends_.find(agent);
    return end != lease_ends_.end() && end->second + options_.margin < clock_.steady();
}

}  // namespace penstock::shell
