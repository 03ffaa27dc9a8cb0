#include "format/bank/csv_statement.h"

#include <set>

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
        Wrong{"B20261102-0002", "B20261102-0001", kBankEntryTwice, "stood at 8:1 already"},
        Wrong{",15.50,,", ",-15.50,,", kBankFileValue, "below zero"},
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
