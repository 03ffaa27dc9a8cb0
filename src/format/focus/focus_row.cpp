#include "format/focus/focus_row.h"

#include <boost/json.hpp>

#include "base/try.h"
#include "format/csv_text.h"
#include "format/focus/decimal.h"
#include "format/focus/error.h"
#include "format/focus/focus_row_check.h"
#include "format/time_text.h"

namespace penstock::focus {

namespace {

using format::CsvValue;

constexpr std::int64_t kSecond = 1'000'000'000;

std::string money(Money amount) {
    return Decimal(amount.micros, -6).text();
}

std::string number(Quantity quantity) {
    return Decimal(quantity.nanos, -9).text();
}

std::string product(Money price, Quantity quantity) {
    return (Decimal(price.micros, -6) * Decimal(quantity.nanos, -9)).text();
}

std::string start_of(const Interval& period) {
    return format::iso_time_text(Instant{period.start.ns / kSecond * kSecond});
}

std::string end_of(const Interval& period) {
    return format::iso_time_text(Instant{(period.end.ns + kSecond - 1) / kSecond * kSecond});
}

std::string_view name(ChargeCategory category) {
    constexpr std::string_view kNames[] = {"Usage", "Purchase", "Tax", "Credit", "Adjustment"};
    return kNames[static_cast<std::size_t>(category)];
}

std::string_view name(ChargeFrequency frequency) {
    constexpr std::string_view kNames[] = {"One-Time", "Recurring", "Usage-Based"};
    return kNames[static_cast<std::size_t>(frequency)];
}

std::string_view name(PricingCategory category) {
    constexpr std::string_view kNames[] = {"Standard", "Dynamic", "Committed", "Other"};
    return kNames[static_cast<std::size_t>(category)];
}

/// What people or suppliers chose: no spreadsheet runs it as a formula.
CsvValue guarded(const std::string& text) {
    return text.empty() ? std::nullopt : CsvValue(format::spreadsheet_text(text));
}

CsvValue object(const KeyValues& values) {
    if (values.empty()) return std::nullopt;
    boost::json::object found;
    for (const auto& [key, value] : values)
        std::visit([&](const auto& known) { found[key] = known; }, value);
    return boost::json::serialize(found);
}

CsvValue micros(std::optional<std::int64_t> count) {
    if (!count) return std::nullopt;
    return Decimal(*count, -6).text();
}

/// Names and values of one row, in the order of the file's columns.
class Cells {
  public:
    explicit Cells(const FocusRow& row) {
        add_parties(row);
        add_charge(row);
        add_costs(row);
        add_service(row);
        for (const std::string_view column :
             {"CommitmentDiscountCategory", "CommitmentDiscountId", "CommitmentDiscountName",
              "CommitmentDiscountQuantity", "CommitmentDiscountStatus", "CommitmentDiscountType",
              "CommitmentDiscountUnit"})
            add(column, std::nullopt);
        add("x_PflopHours", micros(row.pflop_hours_micros));
        add("x_EnergyKwh", micros(row.energy_kwh_micros));
        add("x_CarbonKg", micros(row.carbon_kg_micros));
    }

    const std::vector<CsvValue>& columns() const { return columns_; }
    const std::vector<CsvValue>& values() const { return values_; }

  private:
    void add(std::string_view column, CsvValue value) {
        columns_.emplace_back(column);
        values_.push_back(std::move(value));
    }

    void add_parties(const FocusRow& row) {
        add("ProviderName", guarded(row.provider_name));
        add("PublisherName", guarded(row.publisher_name));
        add("InvoiceIssuerName", guarded(row.invoice_issuer_name));
        add("InvoiceId", guarded(row.invoice_id));
        add("BillingAccountId", guarded(row.billing_account.id));
        add("BillingAccountName", guarded(row.billing_account.name));
        add("BillingAccountType", guarded(row.billing_account.type));
        const Named& sub = row.sub_account ? *row.sub_account : kNone;
        add("SubAccountId", guarded(sub.id));
        add("SubAccountName", guarded(sub.name));
        add("SubAccountType", guarded(sub.type));
    }

    void add_charge(const FocusRow& row) {
        const bool corrects = row.charge_class == ChargeClass::correction;
        add("BillingPeriodStart", start_of(row.billing_period));
        add("BillingPeriodEnd", end_of(row.billing_period));
        add("ChargePeriodStart", start_of(row.charge_period));
        add("ChargePeriodEnd", end_of(row.charge_period));
        add("ChargeCategory", std::string(name(row.category)));
        add("ChargeClass", corrects ? CsvValue("Correction") : std::nullopt);
        add("ChargeDescription", guarded(row.description));
        add("ChargeFrequency", std::string(name(row.frequency)));
    }

    void add_costs(const FocusRow& row) {
        const std::string billed = money(row.billed_cost);
        const std::string currency(row.billing_currency.text());
        const Pricing* pricing = row.pricing ? &*row.pricing : nullptr;
        CsvValue list_price;
        CsvValue contracted_price;
        if (pricing != nullptr) {
            list_price = money(pricing->list_unit_price);
            contracted_price = money(pricing->contracted_unit_price);
        }
        add("BillingCurrency", currency);
        add("BilledCost", billed);
        add("EffectiveCost", money(row.effective_cost));
        add("ListCost", pricing ? product(pricing->list_unit_price, pricing->quantity) : billed);
        add("ContractedCost",
            pricing ? product(pricing->contracted_unit_price, pricing->quantity) : billed);
        add("ListUnitPrice", list_price);
        add("ContractedUnitPrice", contracted_price);
        add("PricingCategory",
            pricing ? CsvValue(std::string(name(pricing->category))) : std::nullopt);
        add("PricingQuantity", pricing ? CsvValue(number(pricing->quantity)) : std::nullopt);
        add("PricingUnit", pricing ? guarded(pricing->unit) : std::nullopt);
        add("PricingCurrency", currency);
        add("PricingCurrencyContractedUnitPrice", contracted_price);
        add("PricingCurrencyEffectiveCost", money(row.effective_cost));
        add("PricingCurrencyListUnitPrice", list_price);
        const Consumption* used = row.consumption ? &*row.consumption : nullptr;
        add("ConsumedQuantity", used ? CsvValue(number(used->quantity)) : std::nullopt);
        add("ConsumedUnit", used ? guarded(used->unit) : std::nullopt);
        add("SkuId", pricing ? guarded(pricing->sku_id) : std::nullopt);
        add("SkuPriceId", pricing ? guarded(pricing->sku_price_id) : std::nullopt);
        add("SkuMeter", pricing ? guarded(pricing->sku_meter) : std::nullopt);
        add("SkuPriceDetails", pricing ? object(pricing->sku_details) : std::nullopt);
    }

    void add_service(const FocusRow& row) {
        const Named& resource = row.resource ? *row.resource : kNone;
        const Named& region = row.region ? *row.region : kNone;
        add("ServiceName", guarded(row.service_name));
        add("ServiceCategory", guarded(row.service_category));
        add("ServiceSubcategory", guarded(row.service_subcategory));
        add("ResourceId", guarded(resource.id));
        add("ResourceName", guarded(resource.name));
        add("ResourceType", guarded(resource.type));
        add("RegionId", guarded(region.id));
        add("RegionName", guarded(region.name));
        add("AvailabilityZone", guarded(row.availability_zone));
        CsvValue status;
        if (row.reservation)
            status = row.reservation->status == ReservationStatus::used ? "Used" : "Unused";
        add("CapacityReservationId", row.reservation ? guarded(row.reservation->id) : std::nullopt);
        add("CapacityReservationStatus", status);
        add("Tags", object(row.tags));
    }

    static inline const Named kNone;

    std::vector<CsvValue> columns_;
    std::vector<CsvValue> values_;
};

}  // namespace

Result<std::string> focus_csv(std::span<const FocusRow> rows) {
    std::string text;
    format::append_csv_record(text, Cells(FocusRow{}).columns());
    for (std::size_t i = 0; i < rows.size(); ++i) {
        TRY(check_row(rows[i], i));
        format::append_csv_record(text, Cells(rows[i]).values());
    }
    return text;
}

Result<FocusTotals> focus_totals(std::span<const FocusRow> rows) {
    FocusTotals totals;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        if (rows[i].billing_currency != rows.front().billing_currency)
            return reject(kFocusRowInvalid, "billing_currency",
                          "row " + std::to_string(i) + " has another currency than row 0.");
        auto& billed = totals.billed_cost.micros;
        auto& effective = totals.effective_cost.micros;
        if (__builtin_add_overflow(billed, rows[i].billed_cost.micros, &billed) ||
            __builtin_add_overflow(effective, rows[i].effective_cost.micros, &effective))
            return reject(kFocusRowInvalid, "billed_cost",
                          "the sum up to row " + std::to_string(i) + " does not fit.");
    }
    return totals;
}

}  // namespace penstock::focus
