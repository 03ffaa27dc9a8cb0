#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "base/error.h"
#include "core/pricing/plan.h"

/// Usage of one billing period in, itemised charges out.
///
/// The one rounding rule: for each component and period the exact cumulative charge is kept as a
/// fraction, and a row's amount is by how much that charge, rounded half-even to the micro, moves.
/// So the rows add up to the rounded exact charge of the whole, in whatever pieces and order the
/// usage came, and taking everything back leaves zero.
namespace penstock::pricing {

inline constexpr std::int64_t kUsageQuantityMax = 1'000'000'000'000'000'000;

/// Something used. A level (cards, cores, nodes, ports, bytes stored) lasts for the interval; what
/// is counted (bytes moved, tokens, jobs) happened in it, or at its start when it is empty.
struct Usage {
    std::uint32_t component = 0;  ///< Its place in the plan.
    Interval interval;
    std::int64_t quantity = 0;  ///< Of the smallest unit, 0 to 10^18.
};

/// Why a row is there. Never renumbered.
enum class ChargeKind : std::uint8_t {
    usage = 1,      ///< What was used, or below zero: taken back.
    covered = 2,    ///< Used out of prepaid blocks: costs nothing more.
    rerated = 3,    ///< What was used before, by the difference to the price of the new volume.
    block = 4,      ///< Prepaid blocks for the period; the quantity is in blocks.
    estimated = 5,  ///< Instead of usage that is missing, or below zero: no longer.
    estimate_covered = 6,
    estimate_rerated = 7,
    shortfall = 8,  ///< Committed and not used, or below zero: less of it than before.
};

struct ChargeRow {
    std::uint32_t component = 0;
    ChargeKind kind = ChargeKind::usage;
    std::uint32_t place = 0;  ///< The tier from 0; with bands the lane (bands.h).
    Interval interval;
    Quantity quantity;
    Money unit_price;  ///< Below zero only where a volume's new price is lower.
    Money amount;      ///< In the plan's currency.
    bool operator==(const ChargeRow&) const = default;
};

/// What an estimate goes by: the mean of the two. Rating::reported() says them of a period.
struct EarlierUsage {
    Quantity quantity;
    /// How long usage was reported, as the unit counts time (time_weight()); above zero.
    std::int64_t time = 0;

    template <class Archive>
    void visit(Archive& archive) {
        archive(quantity, time);
    }
};

/// Times of which a component's usage was not reported.
struct MissingTime {
    std::uint32_t component = 0;
    std::vector<Interval> intervals;      ///< Rising, apart, within what is rated.
    std::optional<EarlierUsage> earlier;  ///< For MissingUsage::estimate.
};

/// The running account of a plan, for one contract, in one billing period.
///
/// Every call is given the plan that the rating was opened with. A call that is refused changes
/// nothing and adds no row.
class Rating {
  public:
    Rating() = default;
    /// Opens the account, and charges what is prepaid.
    /// @param in_force  When the contract is under this plan: within one billing period, not before
    ///                  the plan takes effect.
    /// @retval RATING_PERIOD_INVALID
    static Result<Rating> open(const PricePlan& plan, Interval in_force,
                               std::vector<ChargeRow>& rows);

    /// Charges usage; appends its rows.
    /// @retval USAGE_COMPONENT_UNKNOWN, USAGE_QUANTITY_INVALID, USAGE_INTERVAL_INVALID,
    ///         USAGE_OUTSIDE_PERIOD, USAGE_SPANS_BANDS, CHARGE_TOO_LARGE
    Result<void> add(const PricePlan& plan, const Usage& usage, std::vector<ChargeRow>& rows) {
        return move(plan, usage, Direction::add, rows);
    }
    /// Corrects: charges of usage that was added are taken back by rows below zero. Together with
    /// those of its adding they may differ from zero by what it moved between tiers; all rows
    /// always add up to the charge of what remains.
    /// @retval As add(), and USAGE_NOT_CHARGED.
    Result<void> take_back(const PricePlan& plan, const Usage& usage,
                           std::vector<ChargeRow>& rows) {
        return move(plan, usage, Direction::take_back, rows);
    }
    /// The contract ends early: what is rated ends here.
    /// @pre Within in_force() and after its start; nothing that was added lasts longer.
    void cut(Instant end);
    /// Charges for missing usage as each component's policy says, then what falls short of the
    /// commitments. May come again after late usage or a correction: it charges, or gives back, the
    /// difference to what it charged before.
    /// @param missing  Each component at most once; those not named miss nothing.
    /// @retval USAGE_COMPONENT_UNKNOWN, MISSING_INTERVALS_INVALID, USAGE_MISSING,
    ///         EARLIER_USAGE_MISSING, CHARGE_TOO_LARGE
    Result<void> close(const PricePlan& plan, std::span<const MissingTime> missing,
                       std::vector<ChargeRow>& rows);

    /// All that was charged for a component, estimates and shortfall included.
    Money charged(std::uint32_t component) const;
    /// What was used of a component, without estimates.
    Quantity used(std::uint32_t component) const;
    /// What the next period's estimate goes by.
    /// @param missing  The times of which nothing was reported, as close() was given them.
    EarlierUsage reported(const PricePlan& plan, std::uint32_t component,
                          std::span<const Interval> missing) const;
    Interval in_force() const { return in_force_; }
    /// Whether this can be an account of the plan: for what was read from an archive, before it is
    /// used.
    bool fits(const PricePlan& plan) const;

    template <class Archive>
    void visit(Archive& archive) {
        archive(plan_, in_force_, tallies_);
    }

    /// Quantities at one price by time; all of it in lane 0 when there are no bands.
    struct Lane {
        Quantity used;
        Quantity estimated;
        template <class Archive>
        void visit(Archive& archive) {
            archive(used, estimated);
        }
    };
    struct Tally {
        std::vector<Lane> lanes;
        Quantity shortfall;
        Quantity exact;  ///< The exact charge: micros × the parts of a unit.
        Money charged;   ///< `exact`, rounded.
        template <class Archive>
        void visit(Archive& archive) {
            archive(lanes, shortfall, exact, charged);
        }
    };

  private:
    enum class Direction : std::uint8_t { add, take_back };
    Result<void> move(const PricePlan& plan, const Usage& usage, Direction direction,
                      std::vector<ChargeRow>& rows);
    Result<void> check_usage(const PricePlan& plan, const Usage& usage) const;

    Digest plan_{};
    Interval in_force_;
    std::vector<Tally> tallies_;
};

}  // namespace penstock::pricing
