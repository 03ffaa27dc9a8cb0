#pragma once

#include <vector>

#include "core/pricing/rating.h"

namespace penstock::pricing {

/// No lane holds more, so that all lanes together overflow nothing, even where they cost nothing.
inline constexpr Wide kLanePartsMax = Wide{1} << 120;

/// The committed quantity, in proportion to the part of the period that is rated. The parts of a
/// period add up to its own, since each is what is committed up to its end less that up to its
/// start, each rounded down.
Wide committed_parts(const PricePlan& plan, const Component& component, Interval in_force);

/// The rows of one step in a component's account: works on copies, and leaves its rows behind only
/// when it is kept.
class Charging {
  public:
    /// The kinds of rows that a change of quantity makes.
    struct Kinds {
        ChargeKind plain;
        ChargeKind covered;
        ChargeKind rerated;
    };
    static constexpr Kinds kUsed{ChargeKind::usage, ChargeKind::covered, ChargeKind::rerated};
    static constexpr Kinds kEstimated{ChargeKind::estimated, ChargeKind::estimate_covered,
                                      ChargeKind::estimate_rerated};

    Charging(const Component& component, std::uint32_t index, Interval interval,
             const Rating::Tally& tally, std::vector<ChargeRow>& rows)
        : component_(component),
          index_(index),
          interval_(interval),
          rows_(rows),
          rows_before_(rows.size()),
          parts_per_unit_(parts_per(component.unit)),
          exact_(tally.exact.parts),
          charged_(tally.charged) {}
    ~Charging() {
        if (!kept_) rows_.resize(rows_before_);
    }
    Charging(const Charging&) = delete;
    Charging& operator=(const Charging&) = delete;

    /// Moves the quantity of a lane from `before` by `change`, at the component's prices.
    /// @retval CHARGE_TOO_LARGE
    Result<void> shift(Kinds kinds, std::uint32_t lane, Wide before, Wide change);
    /// One row of so many parts at a price. None for no parts.
    Result<void> charge(ChargeKind kind, std::uint32_t place, Wide parts, Money price);
    /// Writes the new charge into the tally, and keeps the rows.
    void keep(Rating::Tally& tally) {
        tally.exact.parts = exact_;
        tally.charged = charged_;
        kept_ = true;
    }

  private:
    Result<void> shift_volume(Kinds kinds, Wide before, Wide change);
    Result<void> shift_graduated(Kinds kinds, Wide before, Wide change);
    std::uint32_t tier_of(Wide total) const;

    const Component& component_;
    std::uint32_t index_;
    Interval interval_;
    std::vector<ChargeRow>& rows_;
    std::size_t rows_before_;
    Wide parts_per_unit_;
    Wide exact_;
    Money charged_;
    bool kept_ = false;
};

}  // namespace penstock::pricing
