#include "format/focus/focus_row_check.h"

#include <set>

#include "base/try.h"
#include "format/focus/error.h"
#include "format/focus/value_formats.h"

namespace penstock::focus {

namespace {

constexpr std::size_t kTextMax = 4'096;  ///< Bytes.
constexpr std::int64_t kSecond = 1'000'000'000;

struct Checker {
    std::size_t index;

    std::unexpected<Error> wrong(std::string_view field, std::string what) const {
        return reject(kFocusRowInvalid, field,
                      "row " + std::to_string(index) + ": " + std::move(what) + ".");
    }

    Result<void> text(std::string_view field, const std::string& value) const {
        if (!is_text(value) || !is_filled(value) || value.size() > kTextMax)
            return wrong(field, "must be text of 1 to 4096 bytes without control characters");
        return {};
    }

    Result<void> optional_text(std::string_view field, const std::string& value) const {
        return value.empty() ? Result<void>{} : text(field, value);
    }

    Result<void> period(std::string_view field, const Interval& value) const {
        if (value.start.ns < 0 || value.end > kLastInstant || value.is_empty())
            return wrong(field, "must start in 1970 or later and end after its start, up to 2200");
        return {};
    }

    Result<void> unit(std::string_view field, const std::string& value) const {
        if (!is_unit(value)) return wrong(field, "must be a unit such as Card-Hours");
        return {};
    }

    Result<void> keys(std::string_view field, const KeyValues& values) const {
        std::set<std::string_view> seen;
        for (const auto& [key, value] : values) {
            TRY(text(field, key));
            if (!seen.insert(key).second) return wrong(field, "has the key " + key + " twice");
            if (const auto* known = std::get_if<std::string>(&value)) TRY(text(field, *known));
        }
        return {};
    }

    Result<void> parties(const FocusRow& row) const {
        TRY(text("provider_name", row.provider_name));
        TRY(text("publisher_name", row.publisher_name));
        TRY(text("invoice_issuer_name", row.invoice_issuer_name));
        TRY(optional_text("invoice_id", row.invoice_id));
        TRY(named("billing_account", row.billing_account));
        if (row.sub_account) TRY(named("sub_account", *row.sub_account));
        if (!is_iso_4217(row.billing_currency.text()))
            return wrong("billing_currency", "must be a code of ISO 4217 that is in use");
        return {};
    }

    Result<void> named(std::string_view field, const Named& value) const {
        TRY(text(field, value.id));
        TRY(text(field, value.name));
        return text(field, value.type);
    }

    Result<void> pricing(const Pricing& value) const {
        TRY(unit("pricing.unit", value.unit));
        TRY(text("pricing.sku_id", value.sku_id));
        TRY(text("pricing.sku_price_id", value.sku_price_id));
        TRY(text("pricing.sku_meter", value.sku_meter));
        TRY(keys("pricing.sku_details", value.sku_details));
        if (value.list_unit_price.micros < 0 || value.contracted_unit_price.micros < 0)
            return wrong("pricing.list_unit_price", "unit prices must be zero or more");
        return {};
    }

    Result<void> charge(const FocusRow& row) const {
        TRY(period("charge_period", row.charge_period));
        TRY(period("billing_period", row.billing_period));
        if (row.billing_period.start.ns % kSecond != 0 || row.billing_period.end.ns % kSecond != 0)
            return wrong("billing_period", "must be of whole seconds");
        TRY(text("description", row.description));
        const bool is_usage = row.category == ChargeCategory::usage;
        const bool is_purchase = row.category == ChargeCategory::purchase;
        if (is_purchase && row.frequency == ChargeFrequency::usage_based)
            return wrong("frequency", "a purchase is one-time or recurring");
        if (is_purchase && row.effective_cost.micros != 0)
            return wrong("effective_cost", "must be zero for a purchase");
        if (row.pricing.has_value() && row.category == ChargeCategory::tax)
            return wrong("pricing", "a tax has no price");
        const bool corrects = row.charge_class == ChargeClass::correction;
        if (!row.pricing && (is_usage || is_purchase) && !corrects)
            return wrong("pricing", "usage and purchases need a price");
        if (row.consumption.has_value() && !is_usage)
            return wrong("consumption", "only usage consumes");
        if (!row.consumption && is_usage && !corrects)
            return wrong("consumption", "usage needs what was consumed");
        if (row.provider_name != row.invoice_issuer_name && row.billed_cost.micros != 0)
            return wrong("billed_cost",
                         "must be zero where another than the provider issues the invoice");
        return {};
    }

    Result<void> service(const FocusRow& row) const {
        TRY(text("service_name", row.service_name));
        TRY(text("service_category", row.service_category));
        TRY(text("service_subcategory", row.service_subcategory));
        if (row.resource) TRY(named("resource", *row.resource));
        if (row.region) {
            TRY(text("region", row.region->id));
            TRY(text("region", row.region->name));
        }
        TRY(optional_text("availability_zone", row.availability_zone));
        if (row.reservation) TRY(text("reservation.id", row.reservation->id));
        return keys("tags", row.tags);
    }
};

}  // namespace

Result<void> check_row(const FocusRow& row, std::size_t index) {
    const Checker checker{index};
    TRY(checker.parties(row));
    TRY(checker.charge(row));
    if (row.pricing) TRY(checker.pricing(*row.pricing));
    if (row.consumption) TRY(checker.unit("consumption.unit", row.consumption->unit));
    return checker.service(row);
}

}  // namespace penstock::focus
