#include "format/exports/general_ledger.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <functional>
#include <string>
#include <vector>

#include "format/csv_table.h"
#include "format/exports/error.h"

namespace penstock::format {
namespace {

constexpr Instant kNewYear{
    1'830'268'800'000'000'000};  // 2028-01-01 in Beijing, 2027-12-31 16:00 UTC

Voucher good_voucher(std::uint64_t number) {
    Voucher voucher{.number = number, .at = kNewYear, .currency = *Currency::parse("CNY")};
    add_transfer(voucher, {.debit_code = "2241.01",
                           .credit_code = "2202",
                           .amount = Money{12'340'000},
                           .summary = "结算 ctr_42",
                           .reference = "trf_1"});
    add_transfer(voucher, {.debit_code = "2241.01",
                           .credit_code = "6051",
                           .amount = Money{100'001},
                           .summary = "服务费",
                           .reference = "trf_2"});
    return voucher;
}

CsvTable table_of(const std::vector<Voucher>& vouchers, Language language) {
    const auto csv = general_ledger_csv(vouchers, {.language = language});
    EXPECT_TRUE(csv.has_value()) << csv.error().message();
    auto table = CsvTable::read(*csv, {}, "journal.csv");
    EXPECT_TRUE(table.has_value()) << table.error().message();
    return *std::move(table);
}

TEST(GeneralLedger, has_a_row_for_each_line_and_dates_of_the_offset) {
    const CsvTable table = table_of({good_voucher(7), good_voucher(8)}, Language::chinese);
    ASSERT_EQ(table.rows(), 8U);
    EXPECT_EQ(table.columns().front(), "日期");
    const char* const first[] = {"2028-01-01", "7",   "1", "结算 ctr_42", "2241.01", "", "12.34",
                                 "",           "CNY", "",  "trf_1"};
    for (std::size_t i = 0; i < 11; ++i) EXPECT_EQ(table.field(0, i).text, first[i]) << i;
    EXPECT_EQ(table.field(1, 7).text, "12.34");
    EXPECT_EQ(table.field(3, 7).text, "0.100001");
    EXPECT_EQ(table.field(4, 1).text, "8");
    EXPECT_EQ(table_of({good_voucher(1)}, Language::english).columns().front(), "Date");
}

TEST(GeneralLedger, formulas_are_guarded) {
    Voucher voucher = good_voucher(1);
    voucher.lines[0].summary = "=HYPERLINK(\"http://x\")";
    voucher.lines[1].summary = "+1";
    voucher.lines[2].party = "@SUM(A1)";
    voucher.lines[3].reference = "-2+3|cmd";
    voucher.lines[3].summary = "a=b";
    const CsvTable table = table_of({voucher}, Language::english);
    EXPECT_EQ(table.field(0, 3).text, "'=HYPERLINK(\"http://x\")");
    EXPECT_EQ(table.field(1, 3).text, "'+1");
    EXPECT_EQ(table.field(2, 9).text, "'@SUM(A1)");
    EXPECT_EQ(table.field(3, 10).text, "'-2+3|cmd");
    EXPECT_EQ(table.field(3, 3).text, "a=b");
}

TEST(GeneralLedger, what_is_wrong_is_named) {
    using Vouchers = std::vector<Voucher>;
    struct Wrong {
        std::string field;
        std::string reason;
        std::function<void(Vouchers&)> spoil;
    };
    constexpr const char* kField = "VOUCHER_INVALID";
    constexpr const char* kSum = "VOUCHER_NOT_BALANCED";
    const Wrong wrongs[] = {
        {"vouchers[1]", kSum, [](Vouchers& v) { v[1].lines[0].amount += Money{1}; }},
        {"vouchers[1]", kSum, [](Vouchers& v) { v[1].lines[0].side = Side::credit; }},
        {"vouchers[1]", kSum, [](Vouchers& v) { v[1].lines.pop_back(); }},
        {"vouchers[1].lines", kField, [](Vouchers& v) { v[1].lines.resize(1); }},
        {"vouchers[1].lines[3].amount", kField,
         [](Vouchers& v) { v[1].lines[3].amount = Money{0}; }},
        {"vouchers[1].lines[0].account_code", kField,
         [](Vouchers& v) { v[1].lines[0].account_code.clear(); }},
        {"vouchers[1].lines[2].summary", kField,
         [](Vouchers& v) { v[1].lines[2].summary = "a\tb"; }},
        {"vouchers[1].number", kField, [](Vouchers& v) { v[1].number = 9; }},
        {"vouchers[0].number", kField, [](Vouchers& v) { v[0].number = 0; }},
        {"vouchers[1].at", kField, [](Vouchers& v) { v[1].at = kNewYear - seconds(1); }},
        {"vouchers[0].at", kField, [](Vouchers& v) { v[0].at = {}; }},
    };
    for (const Wrong& wrong : wrongs) {
        Vouchers vouchers = {good_voucher(7), good_voucher(8)};
        wrong.spoil(vouchers);
        const auto csv = general_ledger_csv(vouchers, {});
        ASSERT_FALSE(csv.has_value()) << wrong.field;
        EXPECT_EQ(csv.error().field(), wrong.field);
        EXPECT_EQ(csv.error().reason(), wrong.reason) << wrong.field;
    }
}

std::int64_t in_range(std::int64_t low, std::int64_t high) {
    return *rc::gen::resize(1'000, rc::gen::inRange(low, high));
}

std::int64_t micros_of(std::string_view decimal) {
    if (decimal.empty()) return 0;
    const std::size_t point = decimal.find('.');
    std::string digits(decimal.substr(0, point));
    std::string fraction(decimal.substr(point + 1));
    fraction.resize(6, '0');
    return std::stoll(digits + fraction);
}

RC_GTEST_PROP(GeneralLedgerProperty, both_columns_of_the_file_have_the_transfers_sum, ()) {
    std::vector<Voucher> vouchers;
    std::int64_t sum = 0;
    const std::int64_t count = in_range(1, 6);
    for (std::int64_t i = 0; i < count; ++i) {
        Voucher voucher{.number = static_cast<std::uint64_t>(i) + 1,
                        .at = kNewYear,
                        .currency = *Currency::parse("CNY")};
        const std::int64_t transfers = in_range(1, 8);
        for (std::int64_t k = 0; k < transfers; ++k) {
            const std::int64_t amount = in_range(1, 1'000'000'000'000);
            sum += amount;
            add_transfer(voucher, {"1002", "2241", Money{amount}, "充值"});
        }
        vouchers.push_back(std::move(voucher));
    }
    const CsvTable table = table_of(vouchers, Language::english);
    std::int64_t debits = 0;
    std::int64_t credits = 0;
    for (std::size_t row = 0; row < table.rows(); ++row) {
        debits += micros_of(table.field(row, 6).text);
        credits += micros_of(table.field(row, 7).text);
    }
    RC_ASSERT(debits == sum);
    RC_ASSERT(credits == sum);
}

RC_GTEST_PROP(GeneralLedgerProperty, a_line_split_in_two_keeps_the_balance, ()) {
    Voucher voucher = good_voucher(1);
    const std::size_t at = static_cast<std::size_t>(in_range(0, 4));
    const std::int64_t amount = voucher.lines[at].amount.micros;
    const std::int64_t part = in_range(1, amount);
    VoucherLine rest = voucher.lines[at];
    rest.amount = Money{amount - part};
    voucher.lines[at].amount = Money{part};
    voucher.lines.push_back(rest);
    RC_ASSERT(check_general_ledger({&voucher, 1}).has_value());
    voucher.lines.back().amount += Money{1};
    RC_ASSERT(!check_general_ledger({&voucher, 1}).has_value());
}

}  // namespace
}  // namespace penstock::format
