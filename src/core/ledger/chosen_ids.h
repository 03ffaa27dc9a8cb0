#pragma once

#include <cstddef>
#include <cstdint>
#include <map>

#include "base/error.h"
#include "base/time.h"
#include "core/ledger/transfer.h"

namespace penstock::ledger {

/// How a chosen id's time may differ from the ledger's.
inline constexpr Duration kChosenIdWindow = seconds(24 * 3'600);
inline constexpr Duration kChosenIdAhead = seconds(60);
inline constexpr std::size_t kChosenIdsMax = 1'000'000;

/// Remembers which ids were chosen for what, for a day of journal time and at most a million of
/// them. An id that is no longer remembered is refused for its age, so that no transfer is ever
/// done twice, however late it is asked for again.
class ChosenIds {
  public:
    enum class Fate : std::uint8_t {
        done = 1,  ///< A posting, a voiding, or a hold that is still open.
        posted = 2,
        voided = 3,
        expired = 4,
    };
    struct Use {
        Transfer asked;
        Recorded recorded;
        Fate fate = Fate::done;

        template <class Archive>
        void visit(Archive& archive) {
            archive(asked, recorded, fate);
        }
    };

    /// @param count_max  So many are remembered.
    explicit ChosenIds(std::size_t count_max = kChosenIdsMax) : count_max_(count_max) {}

    /// @retval kIdTooOld, kIdFromTheFuture (field "id")
    Result<void> check(const ChosenId& id, Instant now) const;
    /// Whether it would not be known that the id was chosen.
    bool is_forgotten(const ChosenId& id) const { return id.time() <= floor_; }
    /// Null when the id was not chosen, or is forgotten.
    const Use* find(const ChosenId& id) const;
    /// @pre check() has passed and find() has found none.
    void remember(const Transfer& asked, const Recorded& recorded);
    /// Forgets the oldest of what is too many, and what is too old: a few at a time, since what is
    /// left of them is found no more. O(what was remembered since the last time).
    void forget(Instant now);
    /// Says how a hold ended, if its id is remembered.
    void set_fate(const ChosenId& id, Fate fate);
    /// Undoes remember().
    void erase(const ChosenId& id) { uses_.erase(id); }
    std::size_t size() const { return uses_.size(); }

    template <class Archive>
    void visit(Archive& archive) {
        archive(uses_, floor_);
        if constexpr (Archive::kReads) {
            if (!is_plausible()) archive.fail();
        }
    }

  private:
    /// Could these have been remembered? Else they were damaged.
    bool is_plausible() const;

    std::size_t count_max_;         ///< Not in snapshots: it is the program's.
    std::map<ChosenId, Use> uses_;  ///< In the order of their time; some up to floor_ are left.
    Instant floor_;
};

}  // namespace penstock::ledger
