// Every rule that is run can fail: a good file of ours is broken in each column in many ways.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "format/csv_text.h"
#include "format/focus/run.h"
#include "format/focus/test_rows.h"

namespace penstock::focus {
namespace {

using Cells = std::vector<std::vector<format::CsvValue>>;

class Mutation : public testing::Test {
  protected:
    void SetUp() override {
        const auto found = focus_data();
        if (!found) GTEST_SKIP() << "no official files; name their folder in PENSTOCK_DATA";
        auto rules = RuleTable::parse(official_files(*found));
        ASSERT_TRUE(rules.has_value()) << rules.error().message();
        rules_ = *std::move(rules);
        const std::vector rows{usage_row(), tax_row(), purchase_row(), correction_row(),
                               credit_row()};
        const auto table = read_table(focus_csv(rows).value());
        ASSERT_TRUE(table.has_value());
        header_ = table->columns();
        const Report report = run_rules(rules_, *table, {.criteria = rules_.criteria()});
        for (std::size_t place = 0; place < report.results.size(); ++place)
            if (report.results[place].outcome != Outcome::not_executable)
                executed_.push_back(rules_.rules()[place].id);
        for (std::size_t row = 0; row < table->rows(); ++row) {
            auto& cells = cells_.emplace_back();
            for (std::size_t column = 0; column < header_.size(); ++column) {
                const auto value = value_of(table->field(row, column));
                cells.push_back(value ? format::CsvValue(*value) : std::nullopt);
            }
        }
    }

    std::size_t column(std::string_view name) const {
        return static_cast<std::size_t>(std::ranges::find(header_, name) - header_.begin());
    }

    std::set<std::string> failing(const std::vector<std::string>& header,
                                  const Cells& cells) const {
        std::string text;
        format::append_csv_record(text, {header.begin(), header.end()});
        for (const auto& row : cells) format::append_csv_record(text, row);
        const auto table = read_table(text);
        EXPECT_TRUE(table.has_value());
        const Report report = run_rules(rules_, *table, {.criteria = rules_.criteria()});
        std::set<std::string> found;
        for (std::size_t place = 0; place < report.results.size(); ++place)
            if (report.results[place].outcome == Outcome::failed)
                found.insert(rules_.rules()[place].id);
        return found;
    }

    /// What fails when one field is replaced.
    std::set<std::string> with(std::size_t row, std::string_view name,
                               format::CsvValue value) const {
        Cells cells = cells_;
        cells[row][column(name)] = std::move(value);
        return failing(header_, cells);
    }

    std::set<std::string> without(std::size_t place) const {
        auto header = header_;
        header.erase(header.begin() + static_cast<std::ptrdiff_t>(place));
        Cells cells = cells_;
        for (auto& row : cells) row.erase(row.begin() + static_cast<std::ptrdiff_t>(place));
        return failing(header, cells);
    }

    RuleTable rules_;
    std::vector<std::string> header_;
    Cells cells_;
    /// Rules that are run; some speak of rows that only a mutation makes.
    std::vector<std::string> executed_;
};

constexpr std::size_t kUsage = 0;
constexpr std::size_t kTax = 1;
constexpr std::size_t kPurchase = 2;

TEST_F(Mutation, fails_the_rule_that_is_meant) {
    ASSERT_EQ(failing(header_, cells_), std::set<std::string>{});
    struct Case {
        std::size_t row;
        std::string column;
        format::CsvValue value;
        std::vector<std::string> rules;
    };
    const std::vector<Case> cases{
        {kUsage, "BilledCost", std::nullopt, {"BilledCost-C-003-M", "BilledCost-C-000-M"}},
        {kUsage, "BilledCost", "57,616", {"BilledCost-C-001-M", "BilledCost-C-004-M"}},
        {kUsage, "BilledCost", "+57.6", {"BilledCost-C-002-M"}},
        {kUsage, "BillingCurrency", "RMB", {"BillingCurrency-C-003-M", "BillingCurrency-C-006-M"}},
        {kUsage, "PricingCurrency", "cny", {"PricingCurrency-C-003-M"}},
        {kUsage, "BillingPeriodStart", "2026-05-01", {"BillingPeriodStart-C-002-M"}},
        {kUsage, "ChargePeriodEnd", "2026-02-30T00:00:00Z", {"ChargePeriodEnd-C-001-M"}},
        {kUsage, "ChargeCategory", "Rent", {"ChargeCategory-C-003-M"}},
        {kUsage, "ChargeClass", "Change", {"ChargeClass-C-005-C"}},
        {kUsage, "ChargeFrequency", "Often", {"ChargeFrequency-C-003-M"}},
        {kPurchase, "ChargeFrequency", "Usage-Based", {"ChargeFrequency-C-004-C"}},
        {kPurchase, "EffectiveCost", "1", {"EffectiveCost-C-005-C"}},
        {kUsage, "InvoiceIssuerName", "Another", {"BilledCost-C-005-C"}},
        {kUsage, "ListUnitPrice", "-32", {"ListUnitPrice-C-008-M"}},
        {kUsage, "ContractedUnitPrice", "-1", {"ContractedUnitPrice-C-009-C"}},
        {kUsage, "ListCost", "64.017777760000001", {"ListCost-C-009-C", "ListUnitPrice-C-010-C"}},
        {kUsage, "ContractedCost", "57.616", {"ContractedUnitPrice-C-011-C"}},
        {kTax, "PricingQuantity", "1", {"PricingQuantity-C-004-C", "PricingUnit-C-006-C"}},
        {kUsage, "PricingUnit", "card-hours", {"PricingUnit-C-003-O"}},
        {kUsage, "ConsumedQuantity", std::nullopt, {"ConsumedQuantity-C-006-C"}},
        {kTax, "ConsumedQuantity", "1", {"ConsumedQuantity-C-004-C"}},
        {kUsage, "ServiceCategory", "Cards", {"ServiceCategory-C-003-M", "ServiceName-C-005-C"}},
        {kUsage, "ServiceSubcategory", "Bots", {"ServiceName-C-008-C"}},
        {kPurchase, "ServiceSubcategory", "Bots", {"ServiceSubcategory-C-004-M"}},
        {kPurchase, "SkuPriceId", "plan_4_v2", {"SkuPriceId-C-008-M"}},
        {kUsage, "SkuPriceDetails", "{\"a\":[1]}", {"SkuPriceDetails-C-001-M"}},
        {kUsage, "Tags", "team=nlp", {"Tags-C-001-M"}},
        {kUsage, "RegionName", std::nullopt, {"RegionName-C-005-C"}},
        {kUsage, "ResourceType", std::nullopt, {"ResourceType-C-005-C"}},
        {kUsage, "CapacityReservationStatus", "Idle", {"CapacityReservationStatus-C-006-M"}},
        {kUsage, "ProviderName", "", {"ProviderName-C-002-M"}},
        {kUsage, "ProviderName", "a\xC2\x85", {"ProviderName-C-001-M"}},
        {kUsage, "CommitmentDiscountStatus", "Used", {"CommitmentDiscountStatus-C-003-C"}},
        {kUsage, "PricingCurrencyEffectiveCost", "abc", {"PricingCurrencyEffectiveCost-C-004-M"}},
    };
    for (const Case& one : cases) {
        const auto found = with(one.row, one.column, one.value);
        for (const auto& rule : one.rules)
            EXPECT_TRUE(found.contains(rule))
                << one.column << " = " << one.value.value_or("null") << " should break " << rule;
    }
}

TEST_F(Mutation, lets_a_cost_in_another_currency_be_below_zero) {
    EXPECT_FALSE(with(kUsage, "PricingCurrencyEffectiveCost", "-1")
                     .contains("PricingCurrencyEffectiveCost-C-004-M"));
    EXPECT_FALSE(with(kUsage, "PricingCurrencyListUnitPrice", "-1")
                     .contains("PricingCurrencyEffectiveCost-C-004-M"));
}

TEST_F(Mutation, passes_nothing_but_presence_on_a_file_without_rows) {
    std::string text;
    format::append_csv_record(text, {header_.begin(), header_.end()});
    const auto table = read_table(text);
    ASSERT_TRUE(table.has_value());
    const Report report = run_rules(rules_, *table, {.criteria = rules_.criteria()});
    EXPECT_EQ(report.count(Outcome::failed), 0U);
    for (std::size_t place = 0; place < report.results.size(); ++place) {
        const Rule& rule = rules_.rules()[place];
        if (report.results[place].outcome != Outcome::passed || is_composite(rule)) continue;
        EXPECT_EQ(rule.check.kind, CheckKind::column_present) << rule.id;
    }
}

TEST_F(Mutation, fails_the_presence_of_every_dropped_column) {
    for (std::size_t place = 0; place < header_.size(); ++place) {
        const auto found = without(place);
        bool told = header_[place].starts_with("x_");
        for (const Rule& rule : rules_.rules())
            told = told || (rule.check.kind == CheckKind::column_present &&
                            rule.check.column == header_[place] && found.contains(rule.id));
        EXPECT_TRUE(told) << header_[place];
    }
}

TEST_F(Mutation, reaches_every_rule_that_is_run) {
    const std::vector<format::CsvValue> values{
        std::nullopt, "",    " ",    "a\xC2\x85", "abc",        "-1",    "1.5",     "7",
        "Usage",      "Tax", "Used", "Unused",    "Correction", "Spend", "Purchase"};
    std::set<std::string> reached;
    const auto add = [&](const std::set<std::string>& found) {
        reached.insert(found.begin(), found.end());
    };
    for (std::size_t place = 0; place < header_.size(); ++place) {
        add(without(place));
        for (std::size_t row = 0; row < cells_.size(); ++row)
            for (const auto& value : values) add(with(row, header_[place], value));
    }
    // Some need two fields to be wrong at once.
    Cells cells = cells_;
    cells[kUsage][column("CommitmentDiscountId")] = "cmt_1";
    add(failing(header_, cells));
    cells = cells_;
    cells[kUsage][column("SubAccountType")] = std::nullopt;
    cells[kPurchase][column("SubAccountType")] = "Project";
    add(failing(header_, cells));
    for (const char* name : {"ServiceCategory", "ServiceName"}) add(with(kUsage, name, "Compute"));
    add(with(kPurchase, "SkuPriceId", "plan_4_v2"));
    add(with(kUsage, "SkuPriceDetails", "[]"));

    EXPECT_EQ(executed_.size(), 364U);
    for (const auto& rule : executed_)
        EXPECT_TRUE(reached.contains(rule)) << rule << " never failed";
}

}  // namespace
}  // namespace penstock::focus
