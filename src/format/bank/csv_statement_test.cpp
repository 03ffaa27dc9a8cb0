#include "format/bank/csv_statement.h"

#include <set>

#include "format/bank/encoding.h"
#include "format/bank/error.h"
#include "format/bank/test_statements.h"
#include "format/error.h"

namespace penstock::format {
namespace {

TEST(CsvStatement, is_the_same_in_each_shipped_form) {
    for (const char* name : {"generic-signed", "debit-credit", "direction-gb18030"}) {
        const auto statement =
            read_csv_statement(example(std::string(name) + ".csv"), shipped_profile(name), name);
        ASSERT_TRUE(statement) << statement.error().message();
        expect_example(*statement);
    }
}

TEST(CsvStatement, gives_what_the_bank_says_of_an_entry) {
    const auto statement =
        read_csv_statement(example("debit-credit.csv"), shipped_profile("debit-credit"), "file");
    ASSERT_TRUE(statement) << statement.error().message();
    const v1::BankEntry& entry = statement->entries(0);
    EXPECT_EQ(entry.purpose(), "转账 ＰＳＫ－ＴＯＰＵＰ－１");
    EXPECT_EQ(entry.counterparty_name(), "湖畔机器人有限公司");
    EXPECT_EQ(entry.place(), "8:1");
    EXPECT_EQ(entry.identity().size(), 40U);
    EXPECT_EQ(statement->first_day(), "2026-11-01");
    EXPECT_EQ(statement->last_day(), "2026-11-30");
}

constexpr std::string_view kSmallProfile =
    "name: small\naccount: '1'\ncurrency: CNY\ncolumns: {booking_day: day, amount: amount, "
    "purpose: purpose}\n";

Result<v1::BankStatement> read_small(std::string_view rows) {
    const auto profile = parse_csv_profile(kSmallProfile, "small");
    return read_csv_statement("day,amount,purpose\n" + std::string(rows), *profile, "file");
}

TEST(CsvStatement, tells_equal_entries_apart_by_their_order_and_knows_them_again) {
    const auto first = read_small("2026-11-01,1.00,x\n2026-11-02,5.00,a\n2026-11-02,5.00,a\n");
    const auto second = read_small("2026-11-02,5.00,a\n2026-11-02,5.00,a\n2026-11-03,5.00,a\n");
    ASSERT_TRUE(first && second);
    std::set<std::string> identities;
    for (const v1::BankEntry& entry : first->entries()) identities.insert(entry.identity());
    EXPECT_EQ(identities.size(), 3U);
    EXPECT_EQ(first->entries(1).identity(), second->entries(0).identity());
    EXPECT_EQ(first->entries(2).identity(), second->entries(1).identity());
    EXPECT_FALSE(identities.contains(second->entries(2).identity()));
}

TEST(CsvStatement, has_a_hundred_thousand_entries_at_most) {
    std::string rows;
    for (int i = 0; i < 100'000; ++i) {
        rows += "2026-11-01,0.01,p" + std::to_string(i % 1'000) + "\n";
    }
    const auto statement = read_small(rows);
    ASSERT_TRUE(statement) << statement.error().message();
    EXPECT_EQ(statement->entries_size(), 100'000);
    const auto more = read_small(rows + "2026-11-01,0.01,x\n");
    ASSERT_FALSE(more);
    EXPECT_EQ(more.error().reason(), kBankFileTooLarge.reason);
}

TEST(CsvStatement, of_a_quiet_month_is_taken) {
    std::string text = example("debit-credit.csv");
    text.erase(text.find("2026-11-02,B"));
    text = altered(text, "总笔数:,4,借方合计:,\"20,015.50\",贷方合计:,\"6,200.00\"",
                   "总笔数:,0,借方合计:,0.00,贷方合计:,0.00");
    text = altered(text, "86,184.50", "100,000.00");
    const auto statement = read_csv_statement(text, shipped_profile("debit-credit"), "file");
    ASSERT_TRUE(statement) << statement.error().message();
    EXPECT_TRUE(statement->entries().empty());
    EXPECT_EQ(statement->opening_micros(), statement->closing_micros());
}

constexpr std::string_view kTwoColumns =
    "name: two\naccount: '1'\ncurrency: CNY\nsign: two-columns\ndates: YYYY/M/D\n"
    "columns: {booking_day: day, debit: out, credit: in, balance: left, reference: no, "
    "purpose: text}\n";

Result<v1::BankStatement> read_two_columns(const std::string& more, const std::string& rows) {
    const auto profile = parse_csv_profile(std::string(kTwoColumns) + more, "two");
    EXPECT_TRUE(profile) << profile.error().message();
    return read_csv_statement("day,no,out,in,left,text\n" + rows, *profile, "file");
}

std::vector<std::int64_t> units(const v1::BankStatement& statement) {
    std::vector<std::int64_t> all;
    for (const v1::BankEntry& entry : statement.entries()) {
        all.push_back(entry.amount_micros() / 1'000'000);
    }
    return all;
}

TEST(CsvStatement, takes_amounts_below_zero_as_its_profile_says) {
    const std::string rows = "2026/11/2,A,-15,,115,\n2026/11/2,B,,-5,110,\nout:-15\nin:-5\n";
    const std::string totals = "labels: {debits: out, credits: in}\n";
    const auto reversals = read_two_columns("below_zero: reversal\n" + totals, rows);
    ASSERT_TRUE(reversals) << reversals.error().message();
    EXPECT_EQ(units(*reversals), (std::vector<std::int64_t>{15, -5}));
    EXPECT_TRUE(reversals->entries(0).reversal() && reversals->entries(1).reversal());
    const auto sides = read_two_columns("below_zero: side\n" + totals,
                                        altered(altered(rows, ",115,", ",85,"), ",110,", ",90,"));
    ASSERT_TRUE(sides) << sides.error().message();
    EXPECT_EQ(units(*sides), (std::vector<std::int64_t>{-15, 5}));
    EXPECT_FALSE(sides->entries(0).reversal());
    // The balance gainsays a profile that takes the one for the other.
    expect_refusal(read_two_columns("below_zero: side\n" + totals, "2026/11/2,A,5,,115,\n" + rows),
                   {"", "", kBankSumWrong, "the profile's order or sign"});
}

TEST(CsvStatement, takes_words_for_no_reference_as_none) {
    for (const std::string word : {"NONREF", "notprovided", "0", "000000", "-", "N/A", "无"}) {
        const auto statement = read_two_columns(
            "", "2026/11/2," + word + ",,5,105,one\n2026/11/3," + word + ",,5,110,two\n");
        ASSERT_TRUE(statement) << word << statement.error().message();
        EXPECT_EQ(statement->entries(0).bank_reference(), "") << word;
        EXPECT_NE(statement->entries(0).identity(), statement->entries(1).identity()) << word;
    }
}

TEST(CsvStatement, knows_entries_apart_that_a_bank_gave_one_reference) {
    const auto fee = read_two_columns("", "2026/11/2,A,,100,200,\n2026/11/2,A,1,,199,fee\n");
    ASSERT_TRUE(fee) << fee.error().message();
    EXPECT_NE(fee->entries(0).identity(), fee->entries(1).identity());
    // A later entry of the same number is not taken for one that is known.
    const auto later = read_two_columns("", "2026/12/2,A,,100,299,\n");
    EXPECT_NE(later->entries(0).identity(), fee->entries(0).identity());
    // The balance proves that there are two.
    const auto equal = read_two_columns("", "2026/11/2,A,,5,105,\n2026/11/2,A,,5,110,\n");
    ASSERT_TRUE(equal) << equal.error().message();
    EXPECT_NE(equal->entries(0).identity(), equal->entries(1).identity());
    expect_refusal(read_two_columns("", "2026/11/2,A,,5,105,\n2026/11/2,A,,5,105,\n"),
                   {"", "", kBankSumWrong, "file:3:"});
}

TEST(CsvStatement, is_refused_when_it_has_an_entry_twice_that_no_balance_proves) {
    const auto profile = parse_csv_profile(
        "name: x\naccount: '1'\ncurrency: CNY\ncolumns: {booking_day: day, amount: amount, "
        "reference: no}\n",
        "x");
    expect_refusal(
        read_csv_statement("day,amount,no\n2026-11-02,5,A\n2026-11-02,5,A\n", *profile, "file"),
        {"", "", kBankEntryTwice, "file:3:1: the same amount and the bank's reference 'A' stood"});
}

TEST(CsvStatement, has_balances_where_the_bank_writes_them) {
    const auto daily = read_two_columns(
        "", "2026/11/2,A,,5,,\n2026/11/2,B,1,,104,\n2026/11/3,C,,3,,\n2026/11/3,D,,3,110,\n");
    ASSERT_TRUE(daily) << daily.error().message();
    EXPECT_EQ(daily->opening_micros(), 100'000'000);
    EXPECT_EQ(daily->closing_micros(), 110'000'000);
    expect_refusal(read_two_columns("",
                                    "2026/11/2,A,,5,105,\n2026/11/3,C,,3,,\n"
                                    "2026/11/3,D,,3,112,\n"),
                   {"", "", kBankSumWrong, "file:4:"});
    const auto open = read_two_columns("", "2026/11/2,A,,5,105,\n2026/11/3,C,,3,,\n");
    ASSERT_TRUE(open) << open.error().message();
    EXPECT_FALSE(open->has_closing_micros());
}

TEST(CsvStatement, has_labels_and_values_in_one_cell_and_texts_as_formulas) {
    const auto profile = parse_csv_profile(
        "name: x\ncurrency: CNY\nthousands: ','\ncolumns: {booking_day: day, amount: amount, "
        "counterparty_account: from}\n"
        "labels: {account: 账号, entries: 笔数, ignored: 打印时间}\n",
        "x");
    ASSERT_TRUE(profile) << profile.error().message();
    std::string text = "账号：1100 22,笔数: \"1,001\"\nday,amount,from\n";
    text = altered(text, "笔数: \"1,001\"", "\"笔数: 1,001\"");
    for (int i = 0; i < 1'001; ++i) text += "2026-11-02,1.00,=\"0012\"\n";
    const auto statement = read_csv_statement(text + "打印时间: 2026-12-01\n", *profile, "file");
    ASSERT_TRUE(statement) << statement.error().message();
    EXPECT_EQ(statement->account(), "110022");
    EXPECT_EQ(statement->entries(0).counterparty_account(), "0012");
    expect_refusal(read_csv_statement(altered(text, "0012\"", "0012\"0"), *profile, "file"),
                   {"", "", kCsvSyntax, "follows a closing quote"});
}

TEST(CsvStatement, is_refused_when_entries_stand_below_its_end) {
    const std::string first = "2026/11/2,A,,5,105,\nTotal,,,5,,\n";
    expect_refusal(read_two_columns("labels: {ignored: Total}\n", first + "2026/11/3,B,100,,5,\n"),
                   {"", "", kBankFileSyntax,
                    "file:4:1: an entry stands below the end of the table, which "
                    "'Total' marks on line 3"});
    // Nor may the row that ends the table be an entry itself.
    const auto profile = parse_csv_profile(
        "name: x\naccount: '1'\ncurrency: CNY\ncolumns: {booking_day: day, amount: amount, "
        "purpose: text}\nlabels: {ignored: Total}\n",
        "x");
    expect_refusal(read_csv_statement("text,day,amount\nTotal,2026-11-02,5\n", *profile, "file"),
                   {"", "", kBankFileSyntax, "an entry stands below"});
    EXPECT_TRUE(read_two_columns("labels: {ignored: Total}\n", first + "2026/11/30,,,,,\n"));
}

TEST(CsvStatement, is_not_kept_out_by_what_a_payer_writes) {
    const auto statement =
        read_two_columns("", "2026/11/2,A,,5,105,thank\u0092s\u202e \u200bPSK-TOPUP-1\u0085\n");
    ASSERT_TRUE(statement) << statement.error().message();
    EXPECT_EQ(statement->entries(0).purpose(), "thank s   PSK-TOPUP-1");
}

TEST(CsvStatement, in_utf8_with_its_mark_is_read_whatever_the_profile_says) {
    std::string text = example("direction-gb18030.csv");
    const auto profile = shipped_profile("direction-gb18030");
    const auto converted = utf8_of_gb18030(text);
    ASSERT_TRUE(converted);
    const auto statement = read_csv_statement("\xEF\xBB\xBF" + *converted, profile, "file");
    ASSERT_TRUE(statement) << statement.error().message();
    expect_example(*statement);
}

class WrongTwoColumns : public testing::TestWithParam<Wrong> {};

TEST_P(WrongTwoColumns, is_refused_with_its_place) {
    const Wrong& wrong = GetParam();
    expect_refusal(read_csv_statement(altered(example("debit-credit.csv"), wrong.from, wrong.to),
                                      shipped_profile("debit-credit"), "file"),
                   wrong);
}

INSTANTIATE_TEST_SUITE_P(
    All, WrongTwoColumns,
    testing::Values(
        Wrong{"5,000.00", "5,000.01", kBankSumWrong, "its entries make 6200.01"},
        Wrong{"106,200.00", "106,200.10", kBankSumWrong,
              "file:9:43: the balance before was 105000.00"},
        Wrong{"\"5,000.00\"", "5,000.00", kBankFileSyntax, "8:"},
        Wrong{"期末余额:,\"86,184.50", "期末余额:,\"86,184.51", kBankSumWrong,
              "make 86184.50, not the closing 86184.51"},
        Wrong{"期初余额:,\"100,000.00", "期初余额:,\"100,000.01", kBankSumWrong,
              "before the first"},
        Wrong{"总笔数:,4", "总笔数:,5", kBankSumWrong,
              "file:5:6: the file says 5 entries but has 4"},
        Wrong{"20,015.50", "20,015.40", kBankSumWrong, "its entries make 20015.50"},
        Wrong{"6,200.00", "6,200.10", kBankSumWrong, "its entries make 6200.00"},
        Wrong{"币种:,人民币", "币种:,日元", kBankCurrencyWrong, "file:2:"},
        Wrong{"2026-11-03,", "2026-12-03,", kBankDayOutside, "10:1: the entry is of 2026-12-03"},
        Wrong{"2026-11-03,", "2026-11-31,", kBankFileValue, "file:10:1: '2026-11-31' is no day"},
        Wrong{"截止日期:,2026-11-30", "截止日期:,2026-10-30", kBankFileValue, "before it begins"},
        Wrong{",15.50,,", ",-15.50,,", kBankFileValue, "say so with below_zero"},
        Wrong{",15.50,,", ",15.50,1.00,", kBankFileValue, "just one of debit and credit"},
        Wrong{",15.50,,", ",,,", kBankFileValue, "just one of debit and credit"},
        Wrong{",15.50,,", ",15.5O,,", kBankFileValue, "'15.5O' is no amount"},
        Wrong{"手续费,", "手续费", kBankFileSyntax, "cut off"},
        Wrong{"手续费,", "手续费,,", kBankFileSyntax, "has 10 cells, not 9"},
        Wrong{"借方发生额", "借方", kBankFileMissing, "'借方发生额'"},
        Wrong{"借方发生额", "贷方发生额", kBankFileMissing, "'借方发生额'"},
        Wrong{"附言\n", "附言,附言\n", kBankFileSyntax, "the title '附言' stands twice"},
        Wrong{"期末余额", "余额", kBankFileMissing, "the label '期末余额'"},
        Wrong{"币种:", "账号:", kBankFileSyntax, "'账号' stands twice"},
        Wrong{"1100 2200", "1100_2200", kBankFileValue, "letters, digits, hyphens"},
        Wrong{"十月结算款", "\"十月", kCsvSyntax, "never closed"},
        Wrong{"十月结算款", std::string(1'001, 'a'), kBankFileValue, "over 1000 characters"},
        Wrong{"B20261102-0002", std::string(129, 'a'), kBankFileValue, "over 128 bytes"}));

class WrongRows : public testing::TestWithParam<Wrong> {};

TEST_P(WrongRows, are_refused) {
    expect_refusal(read_small(GetParam().to), GetParam());
}

INSTANTIATE_TEST_SUITE_P(
    All, WrongRows,
    testing::Values(Wrong{"", "", kBankFileMissing, "which days"},
                    Wrong{"", "2026-11-01,0.00,x\n", kBankFileValue, "cannot be zero"},
                    Wrong{"", "2026-11-01,1000000000000,x\n", kBankFileValue, "no amount"},
                    Wrong{"", "2026-11-01,999999999999,x\n2026-11-01,999999999999,y\n",
                          kBankFileValue, "file:3:1: the sum"}));

TEST(CsvStatement, is_refused_when_it_is_of_two_accounts_or_currencies) {
    const std::string text = example("generic-signed.csv");
    const auto profile = shipped_profile("generic-signed");
    const std::size_t second = text.find("1100220033004400", text.find("0001,PSK"));
    std::string other = text;
    other[second] = '2';
    expect_refusal(read_csv_statement(other, profile, "file"),
                   {"", "", kBankFileValue, "file:3:1: the row is of account"});
    other = text;
    other.replace(text.find("CNY", second), 3, "USD");
    expect_refusal(read_csv_statement(other, profile, "file"),
                   {"", "", kBankCurrencyWrong, "file:3:18: 'USD' is not CNY"});
}

TEST(CsvStatement, is_refused_in_another_encoding_than_its_profile_says) {
    expect_refusal(read_csv_statement("\xFF\xFF", shipped_profile("direction-gb18030"), "file"),
                   {"", "", kBankFileSyntax, "not GB 18030"});
    expect_refusal(read_csv_statement(example("direction-gb18030.csv"),
                                      shipped_profile("debit-credit"), "file"),
                   {"", "", kCsvSyntax, "not UTF-8"});
    expect_refusal(
        read_csv_statement(std::string(16'000'001, 'a'), shipped_profile("debit-credit"), "file"),
        {"", "", kBankFileTooLarge, "16 MB"});
}

TEST(CsvStatement, cut_off_anywhere_is_never_taken_for_whole) {
    const std::string text = example("debit-credit.csv");
    const auto profile = shipped_profile("debit-credit");
    // The last entry's purpose may lose its end unseen: no figure depends on it.
    const std::size_t last = text.rfind(',');
    for (std::size_t length = 0; length <= last; ++length) {
        EXPECT_FALSE(read_csv_statement(text.substr(0, length), profile, "file")) << length;
    }
}

}  // namespace
}  // namespace penstock::format
