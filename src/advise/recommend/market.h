#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "advise/estimate/chip.h"
#include "advise/intent/names.h"
#include "base/error.h"
#include "base/money.h"
#include "base/time.h"
#include "penstock/v1/recommendation.pb.h"

/// Ways to have what an intent asks for, out of what is offered.
namespace penstock::recommend {

/// Nothing is planned for longer than a hundred years; what takes longer, counts as that.
inline constexpr double kHoursMost = 876'600;

/// What a supplier sells by the hour, and an intent asks for.
enum class Resource : std::uint8_t { cards, cores };

/// So many cards are free from an instant on, up to the next step; or cores, of an offer of cores.
struct FreeStep {
    Instant from;
    std::uint32_t cards = 0;
};

/// What goes by the hour of the day in UTC, in parts of its usual level.
class DayProfile {
  public:
    /// @param hours  Not below 0.
    explicit DayProfile(const std::array<double, 24>& hours);
    /// @param hours  In thousandths.
    explicit DayProfile(const std::array<std::uint32_t, 24>& hours);

    /// Of a time, 1 being the usual level.
    /// @param hours  Above 0.
    double mean(Instant start, double hours) const;
    /// The least of its hours.
    double least() const { return least_; }

  private:
    /// From midnight on, after at most a day.
    double sum(double hours) const;

    std::array<double, 25> sums_{};  ///< Up to each hour.
    double least_ = 0;
};

struct MarketPlace {
    std::string id;                         ///< Of data/intent/places.csv; empty: not told.
    std::optional<std::size_t> delay_id{};  ///< Index of delay::Places::shipped().
    std::uint32_t carbon_g_per_kwh = 0;     ///< 0: not known.
    std::optional<DayProfile> carbon_by_hour{};
    std::string carbon_source{};
};

struct MarketChip {
    estimate::Chip chip;
    std::vector<std::string> ids{};  ///< Of data/intent/chips.csv: the chip's, and its families'.
    bool domestic = false;
    bool is_told = true;  ///< False for that of offers which do not tell it.
};

/// The energy that a supplier states.
struct StatedPower {
    double watts = 0;                    ///< Of the machines, for one card or core.
    std::uint32_t carbon_g_per_kwh = 0;  ///< Of the site's grid; 0: not stated.
};

/// Cards of one chip that a supplier has at one place; or cores.
struct Offer {
    std::string id;  ///< prod_…; ref_… of reference data.
    std::string name{};
    std::string supplier;
    Resource resource = Resource::cards;  ///< Where it is cores, cards below stand for those.
    std::string component = "cards";      ///< Of the price plan by which cards are ordered.
    std::uint32_t price_version = 0;
    std::optional<std::uint32_t> sale_terms_version{};
    std::uint32_t place = 0;  ///< Index of Market::places.
    std::uint32_t chip = 0;   ///< Index of Market::chips.
    std::uint32_t cards_per_node = 8;
    bool is_node_told = true;                 ///< Else the cards of a node are taken for granted.
    std::uint64_t memory_per_core_bytes = 0;  ///< 0: not known.
    std::vector<FreeStep> free{};             ///< Ascending; before the first, nothing is.
    Currency currency;
    Money card_hour;
    std::optional<DayProfile> price_by_hour{};
    /// What the cheapest hour of the day costs where card_hour is what the dearest does.
    std::optional<Money> cheapest_hour{};
    std::uint32_t billing_days = 0;  ///< Each bill is rounded up to the fen; 0: one at the end.
    bool can_be_taken_back = false;
    std::uint32_t losses_ppm_per_day = 0;  ///< How often it is, or stops by itself.
    std::optional<Money> gigabyte_in{};    ///< Of 10^9 bytes moved there; empty: not known.
    std::uint64_t bytes_in_per_second = 0;
    std::optional<StatedPower> power{};  ///< Else what the table of chips says.
    std::uint32_t pue_milli = 0;         ///< 0: not known; as are the next four.
    std::uint32_t green_basis_points = 0;
    std::uint32_t security_level = 0;
    std::uint32_t availability_ppm = 0;
    std::string jurisdiction{};  ///< Two letters.
    bool is_supplier_certified = false;
    bool is_chip_certified = false;
    std::string source{};  ///< Of its price.
};

/// All that is offered at a moment. What it says is what counts: nothing is filled in.
struct Market {
    std::string name;
    bool is_reference = false;
    std::vector<MarketPlace> places{};
    std::vector<MarketChip> chips{};
    std::vector<Offer> offers{};
    std::vector<v1::BilingualText> notes{};  ///< What was taken for granted.
    double hours_least = 0;                  ///< Nothing is sold for less time,
    double hours_most = kHoursMost;          ///< or more.
    /// The most that an order can cost, which is what is held for it; empty where nothing can be
    /// ordered.
    std::function<Result<Money>(const v1::PlaceOrderRequest&)> most_of{};
};

/// The ids of data/intent/chips.csv that stand for a chip, its families' among them.
std::vector<std::string> ids_of(const estimate::Chip& chip);
/// The index of delay::Places::shipped() of a city; empty where delays know none there.
std::optional<std::size_t> delay_id_of(const intent::CityPoint& point);
/// Whether its vendor is Chinese, as data/intent/chips.csv says.
bool is_domestic(const estimate::Chip& chip);

/// Places by their ids of data/intent/places.csv, in that order: where those that are cities lie,
/// and what the grid of their province emits on average.
/// @retval kMarketBroken and what CSV is refused for
Result<std::vector<MarketPlace>> read_places(std::span<const std::string> ids);

/// A market of what was published: each Chinese list price of data/tables/prices.csv, at every
/// place of data/tables/cities.csv, since these prices hold for the whole country. How much there
/// is, and how fast data gets there, nobody published: notes say what was assumed.
/// @param now  From when on all of it is free.
/// @retval kTableBroken and what CSV is refused for
Result<Market> reference_market(const estimate::ChipTable& chips, Instant now);

/// What reference_market() assumes of each offer.
inline constexpr std::uint32_t kReferenceCards = 4'096;
inline constexpr std::uint64_t kReferenceBytesPerSecond = 1'250'000'000;
inline constexpr std::uint32_t kReferencePueMilli = 1'500;

}  // namespace penstock::recommend
