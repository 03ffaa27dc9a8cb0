#include "format/focus/focus_row.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <functional>

#include "format/csv_table.h"
#include "format/focus/decimal.h"
#include "format/focus/test_rows.h"

namespace penstock::focus {
namespace {

std::string cell(const format::CsvTable& table, std::size_t row, std::string_view column) {
    return std::string(table.field(row, *table.find_column(column)).text);
}

Decimal number(const format::CsvTable& table, std::size_t row, std::string_view column) {
    return *Decimal::parse(cell(table, row, column));
}

TEST(FocusRow, writes_the_standards_formats) {
    const std::vector rows{usage_row(), tax_row(), correction_row()};
    const auto text = focus_csv(rows);
    ASSERT_TRUE(text.has_value()) << text.error().message();
    const auto table = read_table(*text);
    ASSERT_TRUE(table.has_value()) << table.error().message();
    ASSERT_EQ(table->rows(), 3U);
    EXPECT_EQ(table->columns().size(), 60U);
    const std::vector<std::pair<std::string, std::string>> expected{
        {"ProviderName", "上海算力交易中心"},
        {"BillingAccountName", "某某智能, \"AI\""},
        {"BillingPeriodStart", "2026-05-01T00:00:00Z"},
        {"BillingPeriodEnd", "2026-06-01T00:00:00Z"},
        {"ChargePeriodStart", "2026-05-01T01:00:00Z"},
        {"ChargePeriodEnd", "2026-05-01T02:00:01Z"},
        {"BilledCost", "57.616"},
        {"ListUnitPrice", "32"},
        {"PricingQuantity", "2.000555555"},
        {"ListCost", "64.01777776"},
        {"ContractedCost", "57.615999984"},
        {"ChargeClass", ""},
        {"SkuPriceDetails", R"({"GpuCount":2,"x_Precision":"FP16 dense"})"},
        {"CommitmentDiscountId", ""},
        {"CapacityReservationStatus", "Used"},
        {"x_PflopHours", "1.978549"},
        {"x_EnergyKwh", "2.45"},
        {"x_CarbonKg", "1.029"}};
    for (const auto& [column, value] : expected)
        EXPECT_EQ(cell(*table, 0, column), value) << column;
    EXPECT_EQ(cell(*table, 1, "ListUnitPrice"), "");
    EXPECT_EQ(cell(*table, 1, "ListCost"), "3.46");
    EXPECT_EQ(cell(*table, 1, "x_PflopHours"), "");
    EXPECT_EQ(cell(*table, 2, "BilledCost"), "-1.250001");
    EXPECT_EQ(cell(*table, 2, "ChargeClass"), "Correction");
}

TEST(FocusRow, lets_no_name_run_as_a_formula) {
    FocusRow row = correction_row();
    row.service_name = "=HYPERLINK(A1)";
    row.description = "-1 day";
    const auto table = read_table(focus_csv(std::vector{row}).value());
    EXPECT_EQ(cell(*table, 0, "ServiceName"), "'=HYPERLINK(A1)");
    EXPECT_EQ(cell(*table, 0, "ChargeDescription"), "'-1 day");
    EXPECT_EQ(cell(*table, 0, "BilledCost"), "-1.250001");
}

TEST(FocusRow, widens_charge_periods_to_whole_seconds) {
    FocusRow row = usage_row();
    row.charge_period = {kMay + Duration{1}, kMay + Duration{2}};
    const auto table = read_table(focus_csv(std::vector{row}).value());
    EXPECT_EQ(cell(*table, 0, "ChargePeriodStart"), "2026-05-01T00:00:00Z");
    EXPECT_EQ(cell(*table, 0, "ChargePeriodEnd"), "2026-05-01T00:00:01Z");
}

TEST(FocusRow, refuses_what_the_standard_does_not_have) {
    const std::vector<std::pair<std::string, std::function<void(FocusRow&)>>> cases{
        {"provider_name", [](FocusRow& row) { row.provider_name = "  "; }},
        {"publisher_name", [](FocusRow& row) { row.publisher_name = "a\x01"; }},
        {"billing_account", [](FocusRow& row) { row.billing_account.id.clear(); }},
        {"billing_currency", [](FocusRow& row) { row.billing_currency = *Currency::parse("RMB"); }},
        {"billing_period", [](FocusRow& row) { row.billing_period.start.ns += 1; }},
        {"charge_period", [](FocusRow& row) { row.charge_period.end = row.charge_period.start; }},
        {"charge_period", [](FocusRow& row) { row.charge_period.start.ns = -1; }},
        {"description", [](FocusRow& row) { row.description.assign(4'097, 'a'); }},
        {"pricing", [](FocusRow& row) { row.pricing.reset(); }},
        {"pricing", [](FocusRow& row) { row.category = ChargeCategory::tax; }},
        {"pricing.unit", [](FocusRow& row) { row.pricing->unit = "card hours"; }},
        {"pricing.list_unit_price",
         [](FocusRow& row) { row.pricing->list_unit_price = Money{-1}; }},
        {"pricing.sku_id", [](FocusRow& row) { row.pricing->sku_id.clear(); }},
        {"pricing.sku_details",
         [](FocusRow& row) { row.pricing->sku_details.emplace_back("GpuCount", "2"); }},
        {"consumption", [](FocusRow& row) { row.consumption.reset(); }},
        {"frequency", [](FocusRow& row) { row.category = ChargeCategory::purchase; }},
        {"billed_cost", [](FocusRow& row) { row.invoice_issuer_name = "Another"; }},
        {"resource", [](FocusRow& row) { row.resource->type.clear(); }},
        {"tags", [](FocusRow& row) { row.tags.emplace_back("team", "x"); }},
    };
    for (const auto& [field, break_row] : cases) {
        std::vector rows{usage_row(), usage_row()};
        break_row(rows[1]);
        const auto text = focus_csv(rows);
        ASSERT_FALSE(text.has_value()) << field;
        EXPECT_EQ(text.error().field(), field);
        EXPECT_THAT(text.error().detail(), testing::StartsWith("row 1: "));
    }
    FocusRow purchase = purchase_row();
    purchase.effective_cost = Money{1};
    EXPECT_EQ(focus_csv(std::vector{purchase}).error().field(), "effective_cost");
}

TEST(FocusTotals, refuse_mixed_currencies_and_sums_that_do_not_fit) {
    std::vector rows{usage_row(), usage_row()};
    rows[1].billing_currency = *Currency::parse("USD");
    EXPECT_EQ(focus_totals(rows).error().field(), "billing_currency");
    rows[1] = rows[0];
    rows[0].billed_cost = rows[1].billed_cost = Money{std::numeric_limits<std::int64_t>::max()};
    EXPECT_EQ(focus_totals(rows).error().field(), "billed_cost");
}

std::int64_t any_count() {
    const auto large = *rc::gen::arbitrary<std::int64_t>();
    return large >> *rc::gen::inRange(0, 63);
}

RC_GTEST_PROP(FocusProperty, costs_are_price_times_quantity_to_the_last_digit, ()) {
    std::vector<FocusRow> rows;
    const auto count = *rc::gen::inRange(1, 6);
    __extension__ __int128 billed = 0;
    for (int i = 0; i < count; ++i) {
        FocusRow row = usage_row();
        row.pricing->quantity.nanos = any_count();
        row.pricing->list_unit_price.micros =
            any_count() & std::numeric_limits<std::int64_t>::max();
        row.pricing->contracted_unit_price.micros = row.pricing->list_unit_price.micros / 3;
        row.billed_cost.micros = any_count() / 8;
        billed += row.billed_cost.micros;
        rows.push_back(row);
    }
    const auto table = read_table(focus_csv(rows).value());
    std::int64_t read = 0;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const auto quantity = number(*table, i, "PricingQuantity");
        RC_ASSERT(quantity == Decimal(rows[i].pricing->quantity.nanos, -9));
        RC_ASSERT(number(*table, i, "ListCost") == number(*table, i, "ListUnitPrice") * quantity);
        RC_ASSERT(number(*table, i, "ContractedCost") ==
                  number(*table, i, "ContractedUnitPrice") * quantity);
        // The product once more, in integers of 10^-15.
        const auto product =
            static_cast<std::int64_t>(rows[i].pricing->quantity.nanos % 1'000 *
                                      (rows[i].pricing->list_unit_price.micros % 1'000));
        FocusRow small = rows[i];
        small.pricing->quantity.nanos %= 1'000;
        small.pricing->list_unit_price.micros %= 1'000;
        const auto again = read_table(focus_csv(std::vector{small}).value());
        RC_ASSERT(number(*again, 0, "ListCost") == Decimal(product, -15));
        const auto cost = number(*table, i, "BilledCost") * Decimal(1, 6);
        read += std::stoll(cost.text());
    }
    RC_ASSERT(static_cast<std::int64_t>(billed) == read);
    RC_ASSERT(focus_totals(rows)->billed_cost.micros == read);
}

}  // namespace
}  // namespace penstock::focus
