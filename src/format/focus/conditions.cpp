#include "format/focus/conditions.h"

namespace penstock::focus {

namespace {

using Conditions = std::map<std::string, Check, std::less<>>;

Check is_tax() {
    return is("ChargeCategory", "Tax");
}

/// A charge for something used or bought.
Check is_charged() {
    return any_of({is("ChargeCategory", "Usage"), is("ChargeCategory", "Purchase")});
}

Check is_no_correction() {
    return is_not("ChargeClass", "Correction");
}

/// Null for taxes, and given for what is used or bought unless it corrects.
void add_pricing(Conditions& all, const std::string& null_rule, const std::string& given_rule) {
    all.emplace(null_rule, is_tax());
    all.emplace(given_rule, all_of({is_charged(), is_no_correction()}));
}

/// Null exactly when the column that it describes is null.
void add_companion(Conditions& all, const std::string& null_rule, const std::string& given_rule,
                   const std::string& leader) {
    all.emplace(null_rule, is_null(leader));
    all.emplace(given_rule, is_not_null(leader));
}

void add_products(Conditions& all) {
    const auto priced = [](const std::string& price) {
        return all_of({is_not_null(price), is_not_null("PricingQuantity"), is_no_correction()});
    };
    all.emplace("ListUnitPrice-C-010-C", priced("ListUnitPrice"));
    all.emplace("ListCost-C-009-C", priced("ListUnitPrice"));
    all.emplace("ContractedUnitPrice-C-011-C", priced("ContractedUnitPrice"));
}

void add_commitments(Conditions& all) {
    const auto used = all_of({is_not_null("CommitmentDiscountId"), is("ChargeCategory", "Usage")});
    const auto counted = all_of({is_charged(), is_not_null("CommitmentDiscountId")});
    all.emplace("CommitmentDiscountName-C-004-C", is_null("CommitmentDiscountId"));
    all.emplace("CommitmentDiscountStatus-C-003-C",
                any_of({is_null("CommitmentDiscountId"), is_not("ChargeCategory", "Usage")}));
    all.emplace("CommitmentDiscountStatus-C-004-C", used);
    all.emplace("CommitmentDiscountStatus-C-005-M", is_not_null("CommitmentDiscountStatus"));
    all.emplace("CommitmentDiscountCategory-C-005-M", is_not_null("CommitmentDiscountCategory"));
    all.emplace("CommitmentDiscountQuantity-C-005-C", all_of({counted, is_no_correction()}));
    all.emplace(
        "CommitmentDiscountQuantity-C-007-C",
        any_of({is_null("CommitmentDiscountId"), all_of({is_not("ChargeCategory", "Usage"),
                                                         is_not("ChargeCategory", "Purchase")})}));
    add_companion(all, "CommitmentDiscountCategory-C-003-C", "CommitmentDiscountCategory-C-004-C",
                  "CommitmentDiscountId");
    add_companion(all, "CommitmentDiscountType-C-004-C", "CommitmentDiscountType-C-005-C",
                  "CommitmentDiscountId");
    add_companion(all, "CommitmentDiscountUnit-C-005-C", "CommitmentDiscountUnit-C-006-C",
                  "CommitmentDiscountQuantity");
}

void add_consumption(Conditions& all) {
    const auto unused = is("CommitmentDiscountStatus", "Unused");
    all.emplace("ConsumedQuantity-C-004-C", any_of({is_not("ChargeCategory", "Usage"), unused}));
    all.emplace("ConsumedQuantity-C-006-C",
                all_of({is("ChargeCategory", "Usage"), is_not("CommitmentDiscountStatus", "Unused"),
                        is_no_correction()}));
    add_companion(all, "ConsumedUnit-C-005-C", "ConsumedUnit-C-006-C", "ConsumedQuantity");
}

void add_reservations(Conditions& all) {
    all.emplace("CapacityReservationId-C-005-C", is("CapacityReservationStatus", "Unused"));
    all.emplace("CapacityReservationStatus-C-003-C", is_null("CapacityReservationId"));
    all.emplace("CapacityReservationStatus-C-004-C",
                all_of({is_not_null("CapacityReservationId"), is("ChargeCategory", "Usage")}));
    all.emplace("CapacityReservationStatus-C-006-M", is_not_null("CapacityReservationStatus"));
}

void add_companions(Conditions& all) {
    add_companion(all, "SkuMeter-C-004-C", "SkuMeter-C-005-C", "SkuId");
    add_companion(all, "ResourceType-C-004-C", "ResourceType-C-005-C", "ResourceId");
    add_companion(all, "SubAccountType-C-004-C", "SubAccountType-C-005-C", "SubAccountId");
    add_companion(all, "SubAccountName-C-004-C", "SubAccountName-C-005-C", "SubAccountId");
    add_companion(all, "RegionName-C-004-C", "RegionName-C-005-C", "RegionId");
    add_companion(all, "PricingUnit-C-005-C", "PricingUnit-C-006-C", "PricingQuantity");
    add_companion(all, "BillingAccountType-C-004-C", "BillingAccountType-C-005-C",
                  "BillingAccountId");
    all.emplace("SkuPriceDetails-C-004-C", is_null("SkuPriceId"));
}

Conditions make_conditions() {
    Conditions all;
    add_pricing(all, "ListUnitPrice-C-004-C", "ListUnitPrice-C-005-C");
    add_pricing(all, "ContractedUnitPrice-C-005-C", "ContractedUnitPrice-C-006-C");
    add_pricing(all, "PricingQuantity-C-004-C", "PricingQuantity-C-005-C");
    add_pricing(all, "PricingCategory-C-003-C", "PricingCategory-C-004-C");
    add_pricing(all, "SkuId-C-004-C", "SkuId-C-005-C");
    add_pricing(all, "SkuPriceId-C-004-C", "SkuPriceId-C-005-C");
    add_pricing(all, "PricingCurrencyListUnitPrice-C-004-C",
                "PricingCurrencyListUnitPrice-C-005-C");
    add_products(all);
    add_commitments(all);
    add_consumption(all);
    add_reservations(all);
    add_companions(all);
    all.emplace("ListUnitPrice-C-008-M", is_not_null("ListUnitPrice"));
    all.emplace("ContractedUnitPrice-C-009-C", is_not_null("ContractedUnitPrice"));
    all.emplace("PricingCurrencyListUnitPrice-C-008-M",
                is_not_null("PricingCurrencyListUnitPrice"));
    all.emplace("PricingCategory-C-007-M", is_not_null("PricingCategory"));
    all.emplace("ChargeFrequency-C-004-C", is("ChargeCategory", "Purchase"));
    all.emplace("ChargeClass-C-005-C", is_not_null("ChargeClass"));
    // The text adds "intended to cover future charges"; the model's rule does not ask.
    all.emplace("EffectiveCost-C-005-C", is("ChargeCategory", "Purchase"));
    // Payments that a third party receives: the model tells them by the two names.
    all.emplace("BilledCost-C-005-C", differ("ProviderName", "InvoiceIssuerName"));
    all.emplace("ServiceName-C-005-C", all_of({}));
    all.emplace("ServiceName-C-008-C", all_of({}));
    return all;
}

}  // namespace

const std::map<std::string, Check, std::less<>>& row_conditions() {
    static const Conditions kAll = make_conditions();
    return kAll;
}

const std::map<std::string, Erratum, std::less<>>& errata() {
    static const std::map<std::string, Erratum, std::less<>> kAll{
        {"CommitmentDiscountStatus-C-003-C",
         {is_null("CommitmentDiscountStatus"),
          "printed as 'not null', but the standard has: null when CommitmentDiscountId is null or "
          "the charge is no usage"}},
        {"CommitmentDiscountStatus-C-005-M",
         {any_of(
              {is("CommitmentDiscountStatus", "Used"), is("CommitmentDiscountStatus", "Unused")}),
          "printed with Active, Expired and Pending, but the column's allowed values are Used and "
          "Unused"}},
        {"PricingCurrencyEffectiveCost-C-004-M",
         {{.kind = CheckKind::decimal_value, .column = "PricingCurrencyEffectiveCost"},
          "printed with PricingCurrencyListUnitPrice, not below zero, but the column's values are "
          "any valid decimals"}},
    };
    return kAll;
}

std::string_view why_not_executable(std::string_view rule_id) {
    if (rule_id == "PricingQuantity-C-008-M")
        return "it asks only that what is not null be not null, which nothing can break";
    if (rule_id == "InvoiceId-C-004-C" || rule_id == "InvoiceId-C-005-C")
        return "whether a charge belongs to an invoice is not in the file";
    return {};
}

}  // namespace penstock::focus
