#include <algorithm>

#include "advise/intent/interpreter.h"
#include "advise/intent/names.h"

namespace penstock::intent {

/// 昇腾 910B, Moore Threads S4000: a family right in front of a chip of its vendor is part of its
/// name.
void Interpreter::join_families() {
    for (std::size_t i = 0; i + 1 < items_.size(); ++i) {
        if (!at(i).is("chip") || !at(i + 1).is("chip")) continue;
        const NamedChip* const family = find_chip(at(i).value("chip"));
        const NamedChip* const chip = find_chip(at(i + 1).value("chip"));
        // 谷歌TPU: the vendor's name, and that of its only family.
        const bool same = family == chip;
        if (!same && (!family->family || chip->family || family->vendor != chip->vendor)) continue;
        items_[i + 1].begin = at(i).begin;
        items_[i].meanings = meanings_of("的");
    }
}

void Interpreter::read_groups() {
    for (std::size_t i = 0; i < items_.size(); ++i) {
        const std::string kind = at(i).is("place") ? "place" : at(i).is("chip") ? "chip" : "";
        if (kind.empty()) continue;
        Group group{.kind = kind, .items = {i}};
        std::size_t last = i;
        while (true) {
            std::size_t next = after(last);
            if (is_at(next, "and")) next = after(next);
            if (next == kNone || !at(next).is(kind) || next - last > 3) break;
            if (is_contrasted(last, next)) break;
            group.items.push_back(next);
            last = next;
        }
        group.excluded = is_negated(i, last);
        group.taken = is_unneeded(i, last);
        for (const std::size_t item : group.items) items_[item].used = !group.taken;
        groups_.push_back(std::move(group));
        i = last;
    }
    // "except Beijing, Tianjin and Hebei": a list goes on behind a comma when it ends with "and".
    for (std::size_t g = 1; g < groups_.size(); ++g) {
        const Group& one = groups_[g - 1];
        Group& next = groups_[g];
        const bool adjacent = next.items.front() == one.items.back() + 2 &&
                              at(next.items.front() - 1).kind == ItemKind::pause &&
                              !at(next.items.front() - 1).strong_pause;
        const bool denied = is_at(before(one.items.front()), "except");
        if (one.excluded && denied && adjacent && one.kind == next.kind && next.items.size() > 1)
            next.excluded = true;
    }
    for (Group& group : groups_)
        if (group.kind == "place" && !group.taken) place_group(group);
}

/// Whether a place is where data lies: 数据在杭州, 福州的数据, the dataset sits in Hangzhou.
bool Interpreter::is_stored(const Group& group) const {
    const std::size_t first = group.items.front();
    const std::size_t last = group.items.back();
    const std::size_t left = before(first);
    if (is_at(left, "cue", "stored")) return true;
    if (is_at(after(last), "cue", "data") && text_of(last + 1) == "的") return true;
    if (!is_at(left, "cue", "in")) return false;
    // Data stands in front of the place, and nothing that is bought between them.
    for (std::size_t k = left; k-- > clause_begin(first);) {
        if (at(k).is("chip") || at(k).is("class") || has_unit(k, "cards")) return false;
        if (at(k).is("cue", "data")) return true;
    }
    return false;
}

void Interpreter::place_group(Group& group) {
    const std::size_t first = group.items.front();
    for (std::size_t k = first; k-- > clause_begin(first);) {
        if (at(k).is("place")) break;
        if (!at(k).is("stay")) continue;
        say("residence", std::string(at(first).value("place")), {k, first});
        group.taken = true;
        return;
    }
    bool delay = false;
    for (std::size_t k = clause_begin(first); k < clause_end(first); ++k)
        delay = delay || (at(k).kind == ItemKind::quantity && has_unit(k, "ms"));
    const std::size_t left = before(first);
    const std::size_t right = after(group.items.back());
    const bool counted = clause_has(first, "cue", "users") || is_at(left, "cue", "origin") ||
                         (is_at(left, "cue", "measured") && is_at(right, "cue", "origin"));
    if (!group.excluded && (delay || counted)) {
        origins_.push_back(first);
        group.taken = true;
        return;
    }
    if (!group.excluded && is_stored(group)) {
        say("data_place", std::string(at(first).value("place")), {first});
        group.taken = true;
    }
}

std::vector<std::string> Interpreter::ids_of(const Group& group) const {
    std::vector<std::string> ids;
    for (const std::size_t i : group.items) ids.emplace_back(at(i).value(group.kind));
    return ids;
}

/// One marker such as "otherwise" or "if not available": adds the groups that it ranks.
bool Interpreter::read_alternative(std::size_t marker, std::vector<std::size_t>& chain) {
    const bool behind = at(marker).is("alt", "prev");
    std::size_t target = kNone;
    for (std::size_t g = 0; g < groups_.size(); ++g) {
        const Group& group = groups_[g];
        if (group.taken || group.excluded) continue;
        const bool near = behind
                              ? group.items.back() < marker && marker - group.items.back() <= 2
                              : group.items.front() > marker && group.items.front() - marker <= 3;
        if (!near || at(group.items.front()).clause != at(marker).clause) continue;
        target = g;
        if (!behind) break;
    }
    if (target == kNone) return false;
    std::size_t primary = kNone;
    for (std::size_t g = 0; g < target; ++g) {
        if (groups_[g].kind == groups_[target].kind && !groups_[g].excluded &&
            (!groups_[g].taken || std::ranges::find(chain, g) != chain.end()))
            primary = g;
    }
    if (primary == kNone) return false;
    if (chain.empty()) chain.push_back(primary);
    if (groups_[chain.front()].kind != groups_[target].kind) return false;
    chain.push_back(target);
    for (const std::size_t g : chain) groups_[g].taken = true;
    return true;
}

void Interpreter::read_alternatives() {
    std::vector<std::size_t> chain;
    for (std::size_t i = 0; i < items_.size(); ++i) {
        if (at(i).is("alt", "next") || at(i).is("alt", "prev")) read_alternative(i, chain);
    }
    for (std::size_t rank = 0; rank < chain.size(); ++rank) {
        const Group& group = groups_[chain[rank]];
        const Slot* const slot = find_slot(group.kind == "chip" ? "chips" : "places");
        v1::Intent& part = *reading_.mutable_intent()->add_ordered();
        const std::string prefix = "ordered[" + std::to_string(rank) + "].";
        for (const std::size_t i : group.items) {
            const std::string id(at(i).value(group.kind));
            if (set_slot(part, *slot, id)) hear(prefix + std::string(slot->name), id, {i});
        }
    }
}

void Interpreter::say_groups() {
    for (const Group& group : groups_) {
        if (group.taken) continue;
        const std::string slot = (group.kind == "chip" ? "chips" : "places") +
                                 std::string(group.excluded ? "_excluded" : "");
        for (const std::size_t i : group.items)
            say(slot, std::string(at(i).value(group.kind)), {i});
    }
}

}  // namespace penstock::intent
