#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <deque>
#include <map>
#include <string_view>
#include <unordered_map>

#include "base/hash.h"
#include "base/id.h"
#include "base/time.h"

namespace penstock::exchange {

inline constexpr Duration kRepeatWindow = seconds(24 * 3'600);
inline constexpr std::size_t kRepeatsPerParty = 1'000'000;

/// Remembers which idempotency keys were used for what, for a day of journal time and at most a
/// million keys a party. Only hashes and sequence numbers are kept; replies are in the journal.
class Repeats {
  public:
    using Short = std::array<std::uint8_t, 16>;
    struct Use {
        Short body{};  ///< Of the method and the request.
        std::uint64_t sequence = 0;

        template <class Archive>
        void visit(Archive& archive) {
            archive(body, sequence);
        }
    };

    /// @param scope  The caller's party; the id 0 for callers without one.
    static Short key_of(PartyId scope, std::string_view idempotency_key);
    static Short body_of(std::string_view method, std::string_view request);

    /// Null when the key was not used, or so long ago that it counts no more.
    const Use* find(const Short& key, Instant now) const;
    void remember(PartyId scope, const Short& key, const Use& use, Instant now);

    template <class Archive>
    void visit(Archive& archive) {
        archive(windows_);
        if constexpr (Archive::kReads) {
            uses_.clear();
            for (const auto& [party, window] : windows_) {
                for (const Entry& entry : window) uses_[entry.key] = entry.stored;
            }
        }
    }

  private:
    struct Stored {
        Use use;
        Instant at;

        template <class Archive>
        void visit(Archive& archive) {
            archive(use, at);
        }
    };
    struct Entry {
        Short key{};
        Stored stored;

        template <class Archive>
        void visit(Archive& archive) {
            archive(key, stored);
        }
    };
    struct ShortHash {
        std::size_t operator()(const Short& key) const {
            std::size_t value = 0;
            std::memcpy(&value, key.data(), sizeof value);
            return value;
        }
    };

    std::unordered_map<Short, Stored, ShortHash> uses_;  // never iterated
    std::map<PartyId, std::deque<Entry>> windows_;       ///< Oldest first.
};

}  // namespace penstock::exchange
