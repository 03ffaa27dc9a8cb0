#pragma once

#include <span>
#include <vector>

#include "base/error.h"
#include "core/pricing/plan.h"

namespace penstock::pricing {

inline constexpr std::size_t kPlanVersionsMax = 1'000;

/// The versions of a product's price plan: each is in force from its instant until the next one's.
/// What has taken effect never changes, and what is to come can be seen.
class PlanHistory {
  public:
    /// May the plan follow what is there?
    /// @retval PLAN_VERSION_GAP, PLAN_TOO_EARLY, PLAN_CURRENCY_CHANGED, PLAN_VERSIONS_EXHAUSTED
    Result<void> check_announce(const PricePlan& plan, Instant now) const;
    /// @pre check_announce() holds.
    void announce(PricePlan plan);

    /// Null before the first version takes effect.
    const PricePlan* find_in_force(Instant at) const;
    /// Null when there is no such version.
    const PricePlan* find(std::uint32_t version) const {
        return version == 0 || version > versions_.size() ? nullptr : &versions_[version - 1];
    }
    /// What is announced and not in force yet, soonest first.
    std::span<const PricePlan> to_come(Instant now) const;
    std::span<const PricePlan> versions() const { return versions_; }

    /// What is rated together: one plan, one billing period of it.
    struct Piece {
        const PricePlan* plan;
        Interval interval;
    };
    /// Cuts a time where the plan changes and where a billing period ends. The pieces follow each
    /// other without a gap. The plans stay where they are until the next change.
    /// @retval PLAN_NOT_IN_FORCE  At its start.
    Result<std::vector<Piece>> cut(Interval interval) const;

    template <class Archive>
    void visit(Archive& archive) {
        archive(versions_);
        if constexpr (Archive::kReads) {
            if (archive.ok() && !is_in_order()) archive.fail();
        }
    }

  private:
    bool is_in_order() const;

    std::vector<PricePlan> versions_;  ///< By version, and so by instant.
};

}  // namespace penstock::pricing
