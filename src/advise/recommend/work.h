#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "advise/estimate/inference.h"
#include "advise/estimate/training.h"
#include "advise/recommend/market.h"
#include "base/error.h"
#include "format/words.h"
#include "penstock/v1/intent.pb.h"

namespace penstock::recommend {

enum class WorkKind : std::uint8_t {
    rental,      ///< So many cards, or cores, for so long.
    training,    ///< A model is trained: all cards begin and end together.
    generation,  ///< Tokens in all; cards of several suppliers may share them.
    service,     ///< Requests at a rate, for so long.
    operations,  ///< Floating-point operations; may be shared, too.
};

/// What an intent asks for, whatever the chip.
struct Need {
    WorkKind kind = WorkKind::rental;
    Resource resource = Resource::cards;  ///< Of cores, rentals alone; cards then stand for cores.
    std::uint32_t cards_least = 1;
    std::uint32_t cards_most = 0;  ///< 0: as many as help.
    double hours = 0;              ///< Of rentals and services.
    double peta_flops = 0;
    estimate::TrainingRequest training{};
    estimate::InferenceRequest inference{};
    std::vector<format::Words> notes{};  ///< What was taken for granted.

    bool is_divisible() const {
        return kind == WorkKind::generation || kind == WorkKind::operations;
    }
    bool has_fixed_hours() const { return kind == WorkKind::rental || kind == WorkKind::service; }
};

/// A model that the estimator knows is taken as it is there: with its experts, for instance.
/// @retval kIntentIncomplete, kNotEstimated  With the slot to say, or to say otherwise.
Result<Need> need_of(const v1::Intent& intent, const estimate::Estimator& estimator);

/// How the work goes on one chip, in nodes of so many cards.
class ChipWork {
  public:
    /// @return Why not, where the chip cannot do it or nobody knows.
    static std::expected<ChipWork, Error> make(const estimate::Estimator& estimator,
                                               const Need& need, const estimate::Chip& chip,
                                               std::uint32_t cards_per_node);

    /// Cards come in multiples of this, and not less than that. Both at least 1.
    std::uint32_t unit() const { return unit_; }
    std::uint32_t least() const { return least_; }
    /// From `least` on; more never takes fewer.
    double card_hours(double cards) const;
    double hours(double cards) const { return fixed_hours_.value_or(card_hours(cards) / cards); }
    /// What the interval's ends are of what is expected.
    double low() const { return low_; }
    double high() const { return high_; }
    /// The fewest cards that are done within these hours, of `most` at most; 0 where none are.
    std::uint32_t fewest(double hours, std::uint32_t most) const;
    /// Whether money may depend on it: no figure of a chip that is not sure was used.
    bool is_sure() const { return is_sure_; }

  private:
    std::uint32_t unit_ = 1;
    std::uint32_t least_ = 1;
    std::optional<double> fixed_hours_;
    /// At `least_` times 1, √2, 2 …; one value where it is the same for all.
    std::vector<double> card_hours_;
    double low_ = 1;
    double high_ = 1;
    bool is_sure_ = true;
};

}  // namespace penstock::recommend
