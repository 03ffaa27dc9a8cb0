#include "core/exchange/repeats.h"

#include <algorithm>
#include <cstring>

#include "base/assert.h"

namespace penstock::exchange {
namespace {

constexpr std::size_t kSlotsMin = 64;
constexpr unsigned kTagBits = 16;
constexpr std::uint64_t kNumberMask = UINT64_MAX >> kTagBits;

/// A slot holds the number of an entry and, above it, some bits of its fingerprint: entries of
/// other keys are then passed by without being looked at.
std::uint64_t tag_of(const Repeats::Key& key) {
    std::uint64_t bits = 0;
    std::memcpy(&bits, key.text.data() + 8, sizeof bits);
    return bits & ~kNumberMask;
}

}  // namespace

Repeats::Key Repeats::key_of(PartyId party, std::string_view idempotency_key) {
    return {party, fingerprint_of(idempotency_key)};
}

Fingerprint Repeats::body_of(const Fingerprint& method, std::string_view request) {
    Fingerprint body = fingerprint_of(request);
    for (std::size_t i = 0; i < body.size(); ++i) body[i] ^= method[i];
    return body;
}

Repeats::Count& Repeats::count_of(PartyId party) {
    if (party.value >= counts_.size()) counts_.resize(party.value + 1);
    return counts_[party.value];
}

std::size_t Repeats::slot_of(const Key& key) const {
    std::uint64_t bits = 0;
    std::memcpy(&bits, key.text.data(), sizeof bits);
    // Parties may choose the same keys.
    bits ^= key.party.value * 0x9e3779b97f4a7c15;
    return static_cast<std::size_t>(bits ^ bits >> 32) & (slots_.size() - 1);
}

std::size_t Repeats::find_slot(const Key& key) const {
    std::size_t slot = slot_of(key);
    for (; slots_[slot] != 0; slot = (slot + 1) & (slots_.size() - 1)) {
        if ((slots_[slot] & ~kNumberMask) == tag_of(key) &&
            entry(slots_[slot] & kNumberMask).key == key)
            return slot;
    }
    return slot;
}

const Repeats::Use* Repeats::find(const Key& key, Instant now) const {
    if (slots_.empty()) return nullptr;
    const std::uint64_t found = slots_[find_slot(key)];
    if (found == 0) return nullptr;
    const Entry& before = entry(found & kNumberMask);
    return before.at + kRepeatWindow <= now ? nullptr : &before.use;
}

void Repeats::remember(const Key& key, const Use& use, Instant now) {
#ifdef PENSTOCK_CANARY_FORGOTTEN_KEY  // Planted for the simulation alone: one of eight is lost.
    if (key.text[0] % 8 == 0) return;
#endif
    forget_old(now);
    if (count_of(key.party).live >= kRepeatsPerParty) forget_oldest_of(key.party);
    if (entries_.size() > 2 * used_ + kSlotsMin) drop_forgotten();
    if (4 * (used_ + 1) > 3 * slots_.size()) resize_slots(std::max(kSlotsMin, 2 * slots_.size()));
    entries_.push_back({key, use, now});
    insert(first_ + entries_.size() - 1);
}

void Repeats::insert(std::uint64_t number) {
    const Key& key = entry(number).key;
    const std::size_t slot = find_slot(key);
    PENSTOCK_ASSERT(slots_[slot] == 0 && number <= kNumberMask);
    slots_[slot] = number | tag_of(key);
    ++used_;
    ++count_of(key.party).live;
}

void Repeats::erase(std::uint64_t number) {
    Entry& forgotten = entry(number);
    std::size_t hole = find_slot(forgotten.key);
    PENSTOCK_ASSERT((slots_[hole] & kNumberMask) == number);
    forgotten.counts = false;
    --count_of(forgotten.key.party).live;
    --used_;
    slots_[hole] = 0;
    // What was pushed past the hole moves up, so that searches need not cross it.
    const std::size_t mask = slots_.size() - 1;
    for (std::size_t slot = (hole + 1) & mask; slots_[slot] != 0; slot = (slot + 1) & mask) {
        const std::size_t wanted = slot_of(entry(slots_[slot] & kNumberMask).key);
        if (((slot - wanted) & mask) < ((slot - hole) & mask)) continue;
        slots_[hole] = slots_[slot];
        slots_[slot] = 0;
        hole = slot;
    }
}

void Repeats::forget_old(Instant now) {
    while (!entries_.empty() &&
           (!entries_.front().counts || entries_.front().at + kRepeatWindow <= now)) {
        if (entries_.front().counts) erase(first_);
        entries_.pop_front();
        ++first_;
    }
}

void Repeats::forget_oldest_of(PartyId party) {
    Count& count = count_of(party);
    std::uint64_t number = std::max(count.oldest_from, first_);
    while (!entry(number).counts || entry(number).key.party != party) ++number;
    erase(number);
    count.oldest_from = number + 1;
}

void Repeats::drop_forgotten() {
    std::erase_if(entries_, [](const Entry& entry) { return !entry.counts; });
    index_all();
}

void Repeats::resize_slots(std::size_t size) {
    slots_.assign(size, 0);
    for (std::size_t i = 0; i < entries_.size(); ++i) {
        if (!entries_[i].counts) continue;
        const std::uint64_t number = first_ + i;
        slots_[find_slot(entries_[i].key)] = number | tag_of(entries_[i].key);
    }
}

bool Repeats::is_plausible() const {
    if (first_ < 1 || first_ > kNumberMask - entries_.size()) return false;
    return std::ranges::all_of(
        entries_, [](const Entry& entry) { return entry.key.party.value <= kRepeatsPartyMax; });
}

void Repeats::index_all() {
    counts_.clear();
    used_ = 0;
    std::size_t size = kSlotsMin;
    while (3 * size < 4 * (entries_.size() + 1)) size *= 2;
    slots_.assign(size, 0);
    for (std::size_t i = 0; i < entries_.size(); ++i) {
        const std::size_t slot = find_slot(entries_[i].key);
        // A damaged snapshot may name a key twice; the first counts.
        if (!entries_[i].counts || slots_[slot] != 0) continue;
        insert(first_ + i);
    }
}

}  // namespace penstock::exchange
