#pragma once

#include <cstdint>
#include <deque>
#include <string_view>
#include <vector>

#include "base/hash.h"
#include "base/id.h"
#include "base/time.h"

namespace penstock::exchange {

inline constexpr Duration kRepeatWindow = seconds(24 * 3'600);
inline constexpr std::uint64_t kRepeatsPerParty = 1'000'000;
/// A snapshot that names a party beyond is not read; the journal is, which takes longer.
inline constexpr std::uint64_t kRepeatsPartyMax = 1 << 24;

/// Remembers which idempotency keys were used for what, for a day of journal time and at most a
/// million keys a party. Only fingerprints and sequence numbers are kept; replies are in the
/// journal.
///
/// A party's keys mean something to that party alone, so a fingerprint need not withstand one who
/// makes two keys or bodies agree: he gets his own earlier answer.
class Repeats {
  public:
    struct Key {
        PartyId party;  ///< The caller's; the id 0 for callers without one.
        Fingerprint text{};

        bool operator==(const Key&) const = default;
        template <class Archive>
        void visit(Archive& archive) {
            archive(party, text);
        }
    };
    struct Use {
        Fingerprint body{};  ///< Of the method and the request.
        std::uint64_t sequence = 0;

        template <class Archive>
        void visit(Archive& archive) {
            archive(body, sequence);
        }
    };

    static Key key_of(PartyId party, std::string_view idempotency_key);
    /// @param method  The fingerprint of the method's name.
    static Fingerprint body_of(const Fingerprint& method, std::string_view request);

    /// Begins to fetch what find() of this key will look at; the table is large and seldom cached.
    void prefetch(const Key& key) const {
        if (!slots_.empty()) __builtin_prefetch(&slots_[slot_of(key)]);
    }
    /// Null when the key was not used, or so long ago that it counts no more.
    const Use* find(const Key& key, Instant now) const;
    /// @pre find() has found none.
    void remember(const Key& key, const Use& use, Instant now);

    template <class Archive>
    void visit(Archive& archive) {
        archive(first_, entries_);
        if constexpr (Archive::kReads) {
            if (!is_plausible()) return archive.fail();
            index_all();
        }
    }

  private:
    struct Entry {
        Key key;
        Use use;
        Instant at;
        bool counts = true;  ///< Else it was pushed out by its party's own newer ones.

        template <class Archive>
        void visit(Archive& archive) {
            archive(key, use, at, counts);
        }
    };
    struct Count {
        std::uint64_t live = 0;
        std::uint64_t oldest_from = 0;  ///< No entry of the party with a lower number counts.
    };

    /// Entries are numbered on for ever; entries_.front() has the number first_.
    Entry& entry(std::uint64_t number) { return entries_[number - first_]; }
    const Entry& entry(std::uint64_t number) const { return entries_[number - first_]; }
    Count& count_of(PartyId party);
    std::size_t slot_of(const Key& key) const;
    /// The slot that holds the key's entry, or the empty one where it would go.
    std::size_t find_slot(const Key& key) const;
    void insert(std::uint64_t number);
    void erase(std::uint64_t number);
    void forget_old(Instant now);
    void forget_oldest_of(PartyId party);
    /// Gives back the room of entries that were pushed out; the others are numbered anew.
    void drop_forgotten();
    void resize_slots(std::size_t size);
    void index_all();
    /// Could these entries, as read, be indexed? Else damaged bytes could ask for any memory.
    bool is_plausible() const;

    std::uint64_t first_ = 1;
    std::deque<Entry> entries_;  ///< Oldest first.
    /// A hash table with linear probing, never iterated: numbers of entries, 0 where empty. Its
    /// size is a power of two, and at most three quarters are used.
    std::vector<std::uint64_t> slots_;
    std::size_t used_ = 0;
    std::vector<Count> counts_;  ///< By party.
};

}  // namespace penstock::exchange
