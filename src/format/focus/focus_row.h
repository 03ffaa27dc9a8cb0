#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "base/error.h"
#include "base/money.h"
#include "base/time.h"

namespace penstock::focus {

enum class ChargeCategory : std::uint8_t { usage, purchase, tax, credit, adjustment };
enum class ChargeFrequency : std::uint8_t { one_time, recurring, usage_based };
enum class ChargeClass : std::uint8_t { first, correction };
enum class PricingCategory : std::uint8_t { standard, dynamic, committed, other };
enum class ReservationStatus : std::uint8_t { used, unused };

/// Billionths of a unit: seconds of a card do not come out even in hours, and FOCUS asks that price
/// times quantity be exact. What is billed rounds once, in BilledCost.
struct Quantity {
    std::int64_t nanos = 0;
};

/// An account, place or thing, by the id that the standard asks for and the name that people know.
struct Named {
    std::string id{};
    std::string name{};
    std::string type{};  ///< Where the standard has a type.
};

using KeyValues = std::vector<std::pair<std::string, std::variant<std::string, std::int64_t>>>;

/// How a charge was priced; taxes have no price.
struct Pricing {
    PricingCategory category = PricingCategory::standard;
    Quantity quantity{};
    std::string unit{};             ///< FOCUS's unit format: "Card-Hours".
    Money list_unit_price{};        ///< Zero or more; before any discount.
    Money contracted_unit_price{};  ///< Zero or more; as the contract has it.
    std::string sku_id{};
    std::string sku_price_id{};
    std::string sku_meter{};
    KeyValues sku_details{};  ///< Keys of the standard, or with x_ in front.
};

struct Consumption {
    Quantity quantity{};
    std::string unit{};
};

struct Reservation {
    std::string id{};
    ReservationStatus status = ReservationStatus::used;
};

/// One charge as FOCUS 1.2 has it, with what a compute exchange knows about it.
///
/// ListCost and ContractedCost are not here: they are unit price × quantity, or BilledCost where
/// nothing is priced. Commitment discounts are not sold, and their columns stay null.
struct FocusRow {
    std::string provider_name;   ///< Who sells. When the exchange is the principal: the exchange.
    std::string publisher_name;  ///< Whose machines they are: the supplier.
    std::string invoice_issuer_name;
    std::string invoice_id;  ///< Number of the settlement bill; empty before there is one.
    Named billing_account;
    std::optional<Named> sub_account;
    Currency billing_currency;
    Interval billing_period;  ///< Whole seconds.
    Interval charge_period;   ///< Starts and ends are widened to whole seconds.
    ChargeCategory category = ChargeCategory::usage;
    ChargeClass charge_class = ChargeClass::first;
    ChargeFrequency frequency = ChargeFrequency::usage_based;
    std::string description;
    Money billed_cost;  ///< What the bill's line says.
    /// Spread over what was paid ahead; zero for a purchase, which the usage it pays for bears.
    Money effective_cost;
    std::optional<Pricing> pricing;
    std::optional<Consumption> consumption;  ///< Of usage alone.
    std::string service_name;
    std::string service_category = "AI and Machine Learning";
    std::string service_subcategory = "AI Platforms";
    std::optional<Named> resource;
    std::optional<Named> region;    ///< Its type is not written.
    std::string availability_zone;  ///< May be empty.
    std::optional<Reservation> reservation;
    KeyValues tags;
    std::optional<std::int64_t> pflop_hours_micros;  ///< x_PflopHours, millionths.
    std::optional<std::int64_t> energy_kwh_micros;   ///< x_EnergyKwh
    std::optional<std::int64_t> carbon_kg_micros;    ///< x_CarbonKg
};

/// The rows as a CSV file with all columns of FOCUS 1.2 and the x_ columns above: UTC times,
/// decimals to the last digit, null as nothing.
/// @retval kFocusRowInvalid  With the row and field at fault.
Result<std::string> focus_csv(std::span<const FocusRow> rows);

/// Sums over rows of one currency, to be held against bill and ledger.
struct FocusTotals {
    Money billed_cost;
    Money effective_cost;
};

/// @retval kFocusRowInvalid  The rows differ in currency, or a sum does not fit.
Result<FocusTotals> focus_totals(std::span<const FocusRow> rows);

}  // namespace penstock::focus
