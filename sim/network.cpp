#include "sim/network.h"

#include <algorithm>

#include "base/assert.h"

namespace penstock::sim {
namespace {

constexpr int kQuestionsMax = 4;  // How often one is asked.
constexpr Duration kPatience = seconds(2);

}  // namespace

Network::Network(Random& random, Cluster& cluster, Fibers& fibers, Instant& now)
    : random_(random),
      cluster_(cluster),
      fibers_(fibers),
      now_(now),
      links_(cluster.size()),
      lives_(cluster.size()) {
    begin_beating();
}

void Network::later(Duration delay, std::function<void()> happen) {
    events_.push_back({now_ + delay, ++ordered_, std::move(happen)});
    std::push_heap(events_.begin(), events_.end());
}

void Network::run_one() {
    std::pop_heap(events_.begin(), events_.end());
    const Event event = std::move(events_.back());
    events_.pop_back();
    now_ = std::max(now_, event.at);
    event.happen();
}

void Network::run_until(Instant until) {
    while (events_.front().at <= until) run_one();
    now_ = std::max(now_, until);
}

void Network::drain(const std::function<std::size_t()>& others) {
    // Far more than any fault lasts; whoever still waits then waits for ever.
    const Instant until = now_ + seconds(4 * 3'600);
    while ((fibers_.alive() > others() || under_way_ > 0) && now_ < until) run_one();
    if (fibers_.alive() > others()) cluster_.audit().report("liveness", "a caller waits for ever");
}

Duration Network::latency() {
    if (draw(swarm_.straggle_one_in)) {
        ++cluster_.tally().late;
        return milliseconds(random_.between(1'000, 30'000));
    }
    return Duration{random_.between(50'000, swarm_.latency_max_ms * 1'000'000)};
}

std::uint32_t Network::other_than(std::uint32_t node) {
    if (cluster_.size() == 1) return node;
    const auto step = static_cast<std::uint32_t>(random_.between(1, cluster_.size() - 1));
    return (node + step) % cluster_.size();
}

// ---- Callers

std::optional<Outcome> Network::wait_for_answer(std::uint64_t call, Duration at_most) {
    Caller& caller = callers_.at(call);
    caller.fiber = fibers_.current();
    caller.is_waiting = true;
    const std::uint64_t wait = ++caller.wait;
    later(at_most, [this, call, wait] {
        const auto found = callers_.find(call);
        if (found == callers_.end() || found->second.wait != wait || !found->second.is_waiting)
            return;
        found->second.is_waiting = false;
        fibers_.wake(found->second.fiber);
    });
    fibers_.wait();
    return std::exchange(callers_.at(call).answer, std::nullopt);
}

Outcome Network::call(Message message) {
    const auto shared = std::make_shared<const Message>(std::move(message));
    const std::uint64_t call = ++calls_;
    callers_[call];
    for (;;) {
        const std::uint32_t node = hint_;
        send(call, node, shared, false);
        auto answer = wait_for_answer(call, kPatience);
        if (!answer || answer->kind == Outcome::Kind::unknown) {
            hint_ = other_than(node);
            answer = wait_for_answer(call, milliseconds(random_.between(20, 400)));
        }
        if (!answer || answer->kind == Outcome::Kind::unknown) continue;
        callers_.erase(call);
        return *std::move(answer);
    }
}

std::optional<std::string> Network::ask(Message message) {
    const auto shared = std::make_shared<const Message>(std::move(message));
    const std::uint64_t call = ++calls_;
    callers_[call];
    std::optional<Outcome> answer;
    for (int i = 0; i < kQuestionsMax && !answer; ++i) {
        const bool of_any = draw(swarm_.ask_follower_one_in);
        const std::uint32_t node = of_any ? other_than(hint_) : hint_;
        send(call, node, shared, true);
        answer = wait_for_answer(call, kPatience);
        if (!answer && !of_any) hint_ = other_than(node);
    }
    callers_.erase(call);
    if (!answer || answer->kind != Outcome::Kind::done) return std::nullopt;
    return std::move(answer->reply);
}

void Network::sleep(Duration duration) {
    const std::uint64_t call = ++calls_;
    callers_[call];
    wait_for_answer(call, duration);
    callers_.erase(call);
}

void Network::send(std::uint64_t call, std::uint32_t node, std::shared_ptr<const Message> message,
                   bool is_question) {
    // The exchange's own commands cross no network, and must not: they carry no key.
    const bool is_own = message->actor.kind == exchange::Actor::Kind::system;
    Tally& tally = cluster_.tally();
    const bool is_lost = !is_own && draw(swarm_.lose_one_in);
    const bool is_repeated = !is_own && !is_question && draw(swarm_.repeat_one_in);
    tally.lost += is_lost;
    tally.repeated += is_repeated;
    ++tally.messages;
    int copies = (is_lost ? 0 : 1) + (is_repeated ? 1 : 0);
    for (; copies > 0; --copies) {
        ++under_way_;
        later(is_own ? Duration{1'000} : latency(), [this, call, node, message, is_question] {
            --under_way_;
            arrive(call, node, message, is_question);
        });
    }
}

void Network::arrive(std::uint64_t call, std::uint32_t node, std::shared_ptr<const Message> message,
                     bool is_question) {
    Link& link = links_[node];
    const bool is_own = message->actor.kind == exchange::Actor::Kind::system;
    // A command without a key must not act after its sender has given up waiting for it.
    const bool is_late = is_own && !callers_.contains(call);
    if (is_late || (!is_own && now_ < link.callers_cut_until)) return;
    if (now_ < link.paused_until) {
        if (is_own) return;
        ++under_way_;
        return later(link.paused_until - now_, [this, call, node, message, is_question] {
            --under_way_;
            arrive(call, node, message, is_question);
        });
    }
    if (is_question) {
        cluster_.ask(node, call, std::move(message), clock_of(node));
        return pass_answers_on(node);
    }
    happen({.kind = Happening::Kind::give,
            .node = node,
            .at = clock_of(node),
            .call = call,
            .message = std::move(message)});
    see_to_writing(node);
}

void Network::happen(Happening happening) {
    const std::uint32_t node = happening.node;
    cluster_.happen(happening);
    pass_answers_on(node);
}

void Network::pass_answers_on(std::uint32_t node) {
    for (Node::Told& told : cluster_.take_answers()) {
        const bool is_own = told.message->actor.kind == exchange::Actor::Kind::system;
        const bool is_lost = now_ < links_[node].callers_cut_until || draw(swarm_.lose_one_in);
        ++cluster_.tally().messages;
        cluster_.tally().lost += is_lost && !is_own;
        if (is_lost && !is_own) continue;
        ++under_way_;
        later(is_own ? Duration{1'000} : latency(), [this, told = std::move(told)] {
            --under_way_;
            answer_arrives(told.call, told.outcome);
        });
    }
}

void Network::answer_arrives(std::uint64_t call, const Outcome& outcome) {
    const auto found = callers_.find(call);
    if (found == callers_.end() || !found->second.is_waiting) return;
    found->second.answer = outcome;
    found->second.is_waiting = false;
    fibers_.wake(found->second.fiber);
}

}  // namespace penstock::sim
