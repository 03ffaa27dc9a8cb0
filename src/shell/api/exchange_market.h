#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "advise/recommend/market.h"
#include "core/contract/types.h"
#include "core/exchange/state.h"
#include "penstock/v1/intent.pb.h"

namespace penstock::shell {

/// What is on sale here, as the planner of intents sees it. A plan takes a while to be read and
/// decided on, so that nothing begins before kTimeToDecide has passed; and what a person accepts,
/// not before that one's time for it has passed besides.
class ExchangeMarket {
  public:
    static constexpr Duration kTimeToDecide = seconds(10 * 60);
    /// Orders of cards are accepted by hand.
    static constexpr Duration kTimeUntilCards = kTimeToDecide + contract::kAcceptByHandWindow;

    /// Copies what `buyer` could order out of the exchange, which goes on while plans are made.
    /// O(products × (steps of their capacity + contracts of their agents)).
    ExchangeMarket(const exchange::State& state, PartyId buyer, Instant now);

    /// An offer for each product that is sold by the core, and for each component of a price plan
    /// that is for card-hours at one price or in bands of time. What a product does not tell stays
    /// open; what was taken for granted or left out, notes say.
    /// @param intent  What is planned for: notes that do not concern it are left out.
    /// @return It refers to this.
    /// @retval kMarketBroken and what CSV is refused for
    Result<recommend::Market> market(const estimate::ChipTable& chips,
                                     const v1::Intent& intent) const;

  private:
    /// Cards of one component that are free, as long as they are.
    struct Cards {
        std::string component;
        std::vector<recommend::FreeStep> free;
    };
    struct Listing {
        ProductId product;
        std::string name;
        std::string supplier;
        std::string place;
        Currency currency;
        std::uint32_t price_version = 0;
        std::uint32_t sale_terms_version = 0;
        Money core_hour;  ///< 0: not sold by the core.
        std::uint64_t memory_per_core_bytes = 0;
        std::vector<recommend::FreeStep> free{};  ///< Cores.
        std::optional<pricing::PricePlan> plan{};
        std::vector<Cards> cards{};
    };
    class Builder;

    static std::vector<Cards> cards_of(const exchange::State& state, const Listing& listing,
                                       Instant from);
    Result<Money> most_of(const v1::PlaceOrderRequest& order) const;

    std::vector<Listing> listings_;  ///< By product.
};

}  // namespace penstock::shell
