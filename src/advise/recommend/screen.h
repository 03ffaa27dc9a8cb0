#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "advise/recommend/constraint.h"
#include "advise/recommend/query.h"

namespace penstock::recommend {

/// What an intent demands of each offer by itself, worked out once for each place and each chip.
class Screen {
  public:
    /// @retval kIntentIncomplete  A delay is asked for from a place whose position is not known.
    static Result<Screen> make(const Query& query);

    /// Of the constraints before `time`.
    Unmet unmet(const Offer& offer) const;
    /// Null where the chip cannot do it.
    const ChipWork* work(const Offer& offer) const;
    /// One way, the largest of those that were asked for; 0 where none was.
    std::uint32_t delay_us(const Offer& offer) const { return places_[offer.place].delay_us; }

  private:
    struct PlaceView {
        Unmet unmet = 0;
        std::uint32_t delay_us = 0;
    };
    using Node = std::pair<std::uint32_t, std::uint32_t>;  ///< Chip, and cards of a node.

    explicit Screen(const Query& query) : query_(&query) {}
    Result<void> look_at_places();
    void look_at_chips();
    Result<std::optional<std::uint32_t>> delay_to(const MarketPlace& place,
                                                  const v1::IntentLatency& limit) const;

    const Query* query_;
    std::vector<PlaceView> places_;
    std::vector<Unmet> chips_;
    std::map<Node, std::optional<ChipWork>> work_;
};

/// The most cards that are ever free there.
std::uint32_t cards_ever_free(const Offer& offer);

}  // namespace penstock::recommend
