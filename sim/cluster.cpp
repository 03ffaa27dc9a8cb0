#include "sim/cluster.h"

namespace penstock::sim {

Cluster::Cluster(std::uint32_t nodes, Coverage& coverage, const std::string& only,
                 bool is_recording)
    : audit_(coverage, only), is_recording_(is_recording) {
    for (std::uint32_t i = 0; i < nodes; ++i)
        nodes_.push_back(std::make_unique<Node>(disk_, coverage, audit_));
}

void Cluster::happen(const Happening& happening) {
    if (is_recording_) story_.push_back(happening);
    Node& node = *nodes_[happening.node];
    apply(node, happening);
    collect_answers(node);
}

void Cluster::apply(Node& node, const Happening& happening) {
    switch (happening.kind) {
        case Happening::Kind::give:
            return node.give(happening.call, happening.message, happening.at);
        case Happening::Kind::command:
            node.give(happening.call, happening.message, happening.at);
            node.begin_write();
            node.end_write(Fate::kept);
            return audit_.follow(*disk_);
        case Happening::Kind::begin_write:
            return node.begin_write();
        case Happening::Kind::end_write:
            tally_.failed_appends += happening.fate != Fate::kept;
            tally_.fenced_appends += node.end_write(happening.fate) == Node::Written::fenced;
            return audit_.follow(*disk_);
        case Happening::Kind::go_down:
            ++tally_.crashes;
            return node.go_down();
        case Happening::Kind::come_up:
            return node.come_up(false);
        case Happening::Kind::come_up_by_snapshot:
            return node.come_up(true);
        case Happening::Kind::lead:
            if (!node.is_up()) return;
            disk_->epoch += 1;
            ++tally_.epochs;
            return node.lead();
        case Happening::Kind::step_down:
            return node.step_down();
        case Happening::Kind::follow:
            return node.follow();
        case Happening::Kind::tick:
            return node.tick(happening.at);
        case Happening::Kind::take_snapshot:
            return node.take_snapshot();
    }
}

void Cluster::ask(std::uint32_t node, std::uint64_t call, std::shared_ptr<const Message> message,
                  Instant at) {
    nodes_[node]->ask(call, std::move(message), at);
    collect_answers(*nodes_[node]);
}

void Cluster::collect_answers(Node& node) {
    for (Node::Told& told : node.take_answers()) {
        if (told.is_final) audit_.answer(*told.message, told.outcome);
        answers_.push_back(std::move(told));
    }
}

void Cluster::compare_all() {
    audit_.follow(*disk_);
    for (const auto& node : nodes_) {
        if (!node->is_up() || node->is_writing() || node->has_round()) continue;
        node->follow();
        // One that was fenced and does not know it yet has fallen behind, and may.
        const bool is_behind = node->exchange().last_sequence() < audit_.replica().last_sequence();
        if (node->leads() && is_behind) continue;
        if (node->exchange().rolling_hash() != audit_.replica().rolling_hash())
            audit_.report("replay", "two servers came to different hashes");
    }
}

void Cluster::compare_with_replay() {
    compare_all();
    if (audit_.is_broken()) return;
    Coverage ignored;
    Audit fresh(ignored, "replay");
    fresh.follow(*disk_);
    const std::string expected = fresh.replica().snapshot();
    bool is_same = expected == audit_.replica().snapshot();
    for (const auto& node : nodes_) {
        if (!node->is_up() || node->exchange().last_sequence() != fresh.replica().last_sequence())
            continue;
        is_same &= node->exchange().snapshot() == expected;
    }
    if (!is_same || fresh.is_broken()) audit_.report("replay", "it leads to another state");
}

}  // namespace penstock::sim
