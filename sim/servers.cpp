// The part of the network that lies behind the servers: their appends, clocks and leases.
#include <algorithm>

#include "sim/network.h"

namespace penstock::sim {
namespace {

constexpr Duration kBeat = milliseconds(500);
constexpr Duration kLease = seconds(6);
constexpr std::int64_t kStepMaxMs = 20'000;

}  // namespace

void Network::see_to_writing(std::uint32_t node) {
    Link& link = links_[node];
    const Node& server = cluster_.node(node);
    if (link.is_write_due || server.is_writing() || !server.has_round()) return;
    link.is_write_due = true;
    later(Duration{random_.between(10'000, 200'000)}, [this, node] { begin_write(node); });
}

void Network::begin_write(std::uint32_t node) {
    Link& link = links_[node];
    link.is_write_due = false;
    if (now_ < link.paused_until) {
        link.is_write_due = true;
        return later(link.paused_until - now_, [this, node] { begin_write(node); });
    }
    if (!cluster_.node(node).has_round() || cluster_.node(node).is_writing()) return;
    if (draw(swarm_.crash_one_in)) return crash(node);
    happen({.kind = Happening::Kind::begin_write, .node = node});
    Duration takes{random_.between(100'000, 3'000'000)};
    if (draw(swarm_.slow_disk_one_in)) takes = milliseconds(random_.between(100, 9'000));
    // A server that stops in the middle of an append: it may arrive before, or long after.
    if (draw(swarm_.pause_one_in)) {
        ++cluster_.tally().pauses;
        link.paused_until = now_ + milliseconds(random_.between(500, 15'000));
        if (random_.one_in(2)) takes = link.paused_until - now_ + takes;
    }
    later(takes, [this, node, life = lives_[node]] { end_write(node, life); });
}

void Network::end_write(std::uint32_t node, std::uint64_t life) {
    if (lives_[node] != life) return;
    Link& link = links_[node];
    if (now_ < link.journal_cut_until) {
        return later(link.journal_cut_until - now_ + Duration{1'000},
                     [this, node, life] { end_write(node, life); });
    }
    Fate fate = Fate::kept;
    if (draw(swarm_.fault_one_in)) {
        // A torn write is a disk's own; a database that many share has none.
        const std::int64_t kinds = cluster_.size() == 1 ? 3 : 2;
        fate = static_cast<Fate>(random_.between(1, kinds));
    }
    const bool crashes = draw(swarm_.crash_one_in);
    if (crashes && fate == Fate::kept) fate = Fate::kept_untold;
    happen({.kind = Happening::Kind::end_write, .node = node, .fate = fate});
    if (crashes) return crash(node);
    see_to_writing(node);
}

void Network::crash(std::uint32_t node) {
    ++lives_[node];
    links_[node].is_write_due = false;
    happen({.kind = Happening::Kind::go_down, .node = node});
    later(milliseconds(random_.between(200, 10'000)), [this, node] {
        const bool from_snapshot = !random_.one_in(3);
        happen({.kind =
                    from_snapshot ? Happening::Kind::come_up_by_snapshot : Happening::Kind::come_up,
                .node = node});
        see_to_lease(node);
    });
}

void Network::begin_beating() {
    for (std::uint32_t node = 0; node < cluster_.size(); ++node) {
        see_to_lease(node);
        later(kBeat, [this, node] { beat(node); });
    }
}

void Network::beat(std::uint32_t node) {
    later(kBeat, [this, node] { beat(node); });
    const Link& link = links_[node];
    if (!cluster_.node(node).is_up() || now_ < link.paused_until) return;
    draw_troubles(node);
    if (!cluster_.node(node).is_up() || now_ < link.paused_until) return;
    if (now_ >= link.journal_cut_until) see_to_lease(node);
    if (!cluster_.node(node).leads()) return;
    if (!cluster_.node(node).exchange().has_due_timers(clock_of(node))) return;
    happen({.kind = Happening::Kind::tick, .node = node, .at = clock_of(node)});
    see_to_writing(node);
}

void Network::draw_troubles(std::uint32_t node) {
    Link& link = links_[node];
    Tally& tally = cluster_.tally();
    const auto befall = [&](std::uint64_t one_in, Instant& until, std::uint64_t& count) {
        if (!draw(one_in)) return;
        until = now_ + milliseconds(random_.between(300, 20'000));
        ++count;
    };
    befall(swarm_.pause_one_in, link.paused_until, tally.pauses);
    befall(swarm_.cut_journal_one_in, link.journal_cut_until, tally.cuts);
    befall(swarm_.cut_callers_one_in, link.callers_cut_until, tally.cuts);
    if (draw(swarm_.step_clock_one_in))
        link.skew = std::clamp(link.skew + milliseconds(random_.between(-kStepMaxMs, kStepMaxMs)),
                               milliseconds(-30'000), milliseconds(30'000));
    if (draw(swarm_.snapshot_one_in))
        happen({.kind = Happening::Kind::take_snapshot, .node = node});
    if (draw(swarm_.hand_over_one_in) && cluster_.node(node).leads() &&
        !cluster_.node(node).is_writing()) {
        happen({.kind = Happening::Kind::step_down, .node = node});
        lease_until_ = now_;
        lease_holder_ = other_than(node);
    }
}

void Network::see_to_lease(std::uint32_t node) {
    Node& server = cluster_.node(node);
    if (!server.is_up()) return;
    const bool is_mine = lease_holder_ == node && cluster_.epoch() > 0;
    if (server.leads()) {
        if (is_mine) {
            lease_until_ = now_ + kLease;
        } else {
            happen({.kind = Happening::Kind::step_down, .node = node});
        }
        return;
    }
    happen({.kind = Happening::Kind::follow, .node = node});
    if (now_ < lease_until_ && !is_mine) return;
    happen({.kind = Happening::Kind::lead, .node = node});
    lease_holder_ = node;
    lease_until_ = now_ + kLease;
    led_since_ = now_;
}

void Network::disturb(const Swarm& swarm) {
    swarm_ = swarm;
    for (Link& link : links_)
        link.skew = milliseconds(random_.between(-swarm.skew_max_ms, swarm.skew_max_ms));
}

void Network::heal() {
    Swarm calm = swarm_;
    calm.lose_one_in = calm.repeat_one_in = calm.straggle_one_in = 0;
    calm.fault_one_in = calm.crash_one_in = calm.slow_disk_one_in = 0;
    calm.pause_one_in = calm.cut_journal_one_in = calm.cut_callers_one_in = 0;
    calm.step_clock_one_in = calm.hand_over_one_in = calm.ask_follower_one_in = 0;
    calm.latency_max_ms = 2;
    swarm_ = calm;
    for (Link& link : links_) {
        link.paused_until = link.journal_cut_until = link.callers_cut_until = now_;
        link.skew = {};
    }
}

}  // namespace penstock::sim
