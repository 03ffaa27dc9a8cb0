#include "format/bank/camt.h"

#include "format/bank/csv_statement.h"
#include "format/bank/error.h"
#include "format/bank/test_statements.h"

namespace penstock::format {
namespace {

TEST(Camt, gives_the_statement_of_both_versions) {
    for (const char* name : {"camt.053.001.02.xml", "camt.053.001.08.xml"}) {
        const auto statements = read_camt(example(name), name);
        ASSERT_TRUE(statements) << statements.error().message();
        ASSERT_EQ(statements->size(), 1U);
        const v1::BankStatement& statement = statements->front();
        expect_example(statement);
        EXPECT_EQ(statement.statement(), "S-2026-11");
        EXPECT_EQ(statement.sequence(), 11U);
        EXPECT_EQ(statement.first_day(), "2026-11-01");
        EXPECT_EQ(statement.last_day(), "2026-11-30");
        EXPECT_EQ(statement.entries(0).end_to_end_reference(), "PSK-TOPUP-1");
        EXPECT_EQ(statement.entries(1).end_to_end_reference(), "");
        EXPECT_EQ(statement.entries(1).purpose(), "psk-topup-2 for rendering");
        EXPECT_EQ(statement.entries(3).counterparty_name(), "Kiln Compute");
        EXPECT_EQ(statement.entries(0).identity(),
                  read_camt(example("camt.053.001.02.xml"), "x")->front().entries(0).identity());
    }
}

TEST(Camt, entry_has_the_same_identity_as_in_csv) {
    const auto camt = read_camt(example("camt.053.001.08.xml"), "file");
    const auto csv = read_csv_statement(example("generic-signed.csv"),
                                        shipped_profile("generic-signed"), "f.csv");
    ASSERT_TRUE(camt && csv);
    for (int i = 0; i < csv->entries_size(); ++i) {
        EXPECT_EQ(camt->front().entries(i).identity(), csv->entries(i).identity());
    }
}

constexpr std::string_view kTwoPayments =
    R"(<NtryDtls><TxDtls><Refs><EndToEndId>PSK-TOPUP-7</EndToEndId></Refs>)"
    R"(<Amt Ccy="CNY">3000.00</Amt></TxDtls><TxDtls><AmtDtls><TxAmt><Amt Ccy="CNY">2000.00</Amt>)"
    R"(</TxAmt></AmtDtls><RmtInf><Ustrd>PSK-TOPUP-8</Ustrd></RmtInf></TxDtls></NtryDtls>)";

/// The example with the payments of its first entry replaced.
std::string with_payments(std::string_view payments) {
    std::string text = example("camt.053.001.02.xml");
    const std::size_t from = text.find("<NtryDtls>");
    const std::size_t to = text.find("</NtryDtls>") + std::string_view("</NtryDtls>").size();
    return text.replace(from, to - from, payments);
}

TEST(Camt, splits_an_entry_of_several_payments) {
    const auto statements = read_camt(with_payments(kTwoPayments), "file");
    ASSERT_TRUE(statements) << statements.error().message();
    const v1::BankStatement& statement = statements->front();
    ASSERT_EQ(statement.entries_size(), 5);
    EXPECT_EQ(statement.entries(0).amount_micros(), 3'000'000'000);
    EXPECT_EQ(statement.entries(0).end_to_end_reference(), "PSK-TOPUP-7");
    EXPECT_EQ(statement.entries(0).bank_reference(), "B20261102-0001/1");
    EXPECT_EQ(statement.entries(1).amount_micros(), 2'000'000'000);
    EXPECT_EQ(statement.entries(1).purpose(), "PSK-TOPUP-8");
}

TEST(Camt, gives_no_payment_what_is_said_of_the_whole_entry) {
    const std::string text =
        with_payments(altered(std::string(kTwoPayments), "</NtryDtls>",
                              "</NtryDtls><AddtlNtryInf>PSK-TOPUP-7 and others</AddtlNtryInf>"));
    const auto statements = read_camt(text, "file");
    ASSERT_TRUE(statements) << statements.error().message();
    EXPECT_EQ(statements->front().entries(0).purpose(), "");
    EXPECT_EQ(statements->front().entries(1).purpose(), "PSK-TOPUP-8");
    const auto untold =
        read_camt(with_payments("<NtryDtls><Btch><NbOfTxs>2</NbOfTxs></Btch></NtryDtls>"
                                "<AddtlNtryInf>PSK-TOPUP-7</AddtlNtryInf>"),
                  "file");
    ASSERT_TRUE(untold) << untold.error().message();
    EXPECT_EQ(untold->front().entries(0).purpose(), "");
    const auto one =
        read_camt(with_payments("<NtryDtls><Btch><NbOfTxs>1</NbOfTxs></Btch></NtryDtls>"
                                "<AddtlNtryInf>PSK-TOPUP-7</AddtlNtryInf>"),
                  "file");
    ASSERT_TRUE(one) << one.error().message();
    EXPECT_EQ(one->front().entries(0).purpose(), "PSK-TOPUP-7");
}

class WrongCamt : public testing::TestWithParam<Wrong> {};

TEST_P(WrongCamt, is_refused_with_place_and_path) {
    const Wrong& wrong = GetParam();
    expect_refusal(read_camt(altered(example("camt.053.001.02.xml"), wrong.from, wrong.to), "file"),
                   wrong);
}

INSTANTIATE_TEST_SUITE_P(
    Sums, WrongCamt,
    testing::Values(
        Wrong{"5000.00", "5000.01", kBankSumWrong, "/Sum: the entries make 26215.51"},
        Wrong{"86184.50", "86184.51", kBankSumWrong, "not the closing 86184.51"},
        Wrong{"100000.00", "100000.01", kBankSumWrong, "make 86184.51"},
        Wrong{"100000.00</Amt>\n        <CdtDbtInd>CRDT",
              "100000.00</Amt>\n        <CdtDbtInd>DBIT", kBankSumWrong, "opening -100000.00"},
        Wrong{"<NbOfNtries>4", "<NbOfNtries>3", kBankSumWrong,
              "/Document/BkToCstmrStmt/Stmt/TxsSummry/TtlNtries/NbOfNtries: the statement has 4"},
        Wrong{"<Sum>26215.50", "<Sum>26215.49", kBankSumWrong, "TtlNtries/Sum"},
        Wrong{"13815.50", "13815.51", kBankSumWrong, "the entries make -13815.50"},
        Wrong{"13815.50</TtlNetNtryAmt><CdtDbtInd>DBIT", "13815.50</TtlNetNtryAmt><CdtDbtInd>CRDT",
              kBankSumWrong, "TtlNetNtryAmt"},
        Wrong{"<Sum>6200.00", "<Sum>6200.01", kBankSumWrong, "TtlCdtNtries/Sum"},
        Wrong{"<NbOfNtries>2</NbOfNtries><Sum>20015.50", "<NbOfNtries>1</NbOfNtries><Sum>20015.50",
              kBankSumWrong, "TtlDbtNtries/NbOfNtries"}));

INSTANTIATE_TEST_SUITE_P(
    Values, WrongCamt,
    testing::Values(
        Wrong{"Ccy=\"CNY\">5000", "Ccy=\"USD\">5000", kBankCurrencyWrong,
              "Ntry[1]/Amt: the amount is in USD, the account in CNY"},
        Wrong{"Ccy=\"CNY\">5000", "Cur=\"CNY\">5000", kBankCurrencyWrong, "attribute Ccy"},
        Wrong{">5000.00", ">-5000.00", kBankFileValue, "Ntry[1]/Amt: this must be an amount"},
        Wrong{">5000.00", ">0.00", kBankFileValue, "Ntry[1]: the amount of an entry"},
        Wrong{">5000.00", ">9999999999999.00", kBankFileValue, "at most 12 digits"},
        Wrong{">5000.00", ">5e3", kBankFileValue, "Amt"},
        Wrong{"<CdtDbtInd>CRDT</CdtDbtInd>\n        <Sts>",
              "<CdtDbtInd>IN</CdtDbtInd>\n        <Sts>", kBankFileValue,
              "CdtDbtInd: this must be CRDT or DBIT"},
        Wrong{"<CdtDbtInd>CRDT</CdtDbtInd>\n        <Sts>", "<Sts>", kBankFileMissing,
              "Ntry[1]: has no CdtDbtInd"},
        Wrong{"<Sts>BOOK", "<Sts>PDNG", kBankStatementNotWhole, "not booked but 'PDNG'"},
        Wrong{"<BookgDt><Dt>2026-11-03", "<BookgDt><Dt>2026-12-03", kBankDayOutside,
              "the entry is of 2026-12-03"},
        Wrong{"<BookgDt><Dt>2026-11-03", "<BookgDt><Dt>2026-11-3x", kBankFileValue,
              "BookgDt/Dt: this must be a day"},
        Wrong{"<Id>S-2026-11</Id>", "<Id>S</Id><Id>T</Id>", kBankFileValue,
              "Stmt/Id[2]: this stands"},
        Wrong{"<Cd>CLBD", "<Cd>ITBD", kBankFileMissing, "no closing balance"},
        Wrong{"<Cd>CLBD", "<Cd>OPBD", kBankStatementNotWhole, "stood above already"},
        Wrong{"top-up<", std::string(1'001, 'a') + "<", kBankFileValue, "over 1000 characters"},
        Wrong{"top-up<", std::string(10'001, 'a') + "<", kBankFileTooLarge, "10,000 bytes"},
        Wrong{"<Id>1100220033004400", "<Id>", kBankFileMissing, "number is empty"},
        Wrong{"<MsgId>", "<MsgPgntn><PgNb>1</PgNb><LastPgInd>false</LastPgInd></MsgPgntn><MsgId>",
              kBankStatementNotWhole, "one page of several"}));

INSTANTIATE_TEST_SUITE_P(
    Xml, WrongCamt,
    testing::Values(
        Wrong{"camt.053.001.02\"", "camt.052.001.02\"", kBankFileSyntax, "/Document: the document"},
        Wrong{"</Stmt>", "</Statement>", kBankFileSyntax, "mismatched tag"},
        Wrong{"<Document", "<!DOCTYPE Document [<!ENTITY a \"b\">]>\n<Document", kBankFileSyntax,
              "document type declarations"},
        Wrong{"<Document", "<!DOCTYPE d SYSTEM \"file:///etc/passwd\">\n<Document", kBankFileSyntax,
              "document type declarations"},
        Wrong{"<Stmt>", "stray<Stmt>", kBankFileSyntax, "text stands beside elements"},
        Wrong{"</Stmt>", "stray</Stmt>", kBankFileSyntax, "text stands beside elements"},
        Wrong{"top-up<", "&secret;<", kBankFileSyntax, "undefined entity"},
        Wrong{"encoding=\"UTF-8\"", "encoding=\"GB18030\"", kBankFileSyntax, "must be UTF-8"},
        Wrong{"top-up<", "\xFF<", kBankFileSyntax, "not well-formed"},
        Wrong{"<Stmt>", "<Other/><!-- ", kBankFileSyntax, "not well-formed"},
        Wrong{"<Document xmlns", "<Document x='1' x='2' xmlns", kBankFileSyntax, "duplicate"}));

TEST(Camt, does_not_take_pieces_of_other_namespaces_for_its_own) {
    const std::string text = altered(example("camt.053.001.02.xml"), "<Stmt>",
                                     "<Stmt><x:Id xmlns:x=\"urn:other\">S-9</x:Id>");
    const auto statements = read_camt(text, "file");
    ASSERT_TRUE(statements) << statements.error().message();
    EXPECT_EQ(statements->front().statement(), "S-2026-11");
}

TEST(Camt, without_a_period_takes_it_from_balances_and_entries) {
    std::string text = example("camt.053.001.02.xml");
    const std::size_t from = text.find("<FrToDt>");
    text.erase(from, text.find("</FrToDt>") + 9 - from);
    const auto opened = read_camt(text, "file");
    ASSERT_TRUE(opened) << opened.error().message();
    EXPECT_EQ(opened->front().first_day(), "2026-11-01");
    EXPECT_EQ(opened->front().last_day(), "2026-11-30");
    // The close before is dated by its own day, which is not one of the statement's.
    const auto closed = read_camt(altered(text, "<Cd>OPBD", "<Cd>PRCD"), "file");
    ASSERT_TRUE(closed) << closed.error().message();
    EXPECT_EQ(closed->front().first_day(), "2026-11-02");
}

/// The example with one payment under its first entry, and with what stands before it.
Result<std::vector<v1::BankStatement>> read_one_payment(std::string_view batch,
                                                        std::string_view amount) {
    return read_camt(
        with_payments(std::string("<NtryDtls>")
                          .append(batch)
                          .append("<TxDtls><Refs><EndToEndId>PSK-TOPUP-7</EndToEndId></Refs>")
                          .append(amount)
                          .append("</TxDtls></NtryDtls>")),
        "file");
}

TEST(Camt, gives_a_payment_only_the_entry_that_it_is_all_of) {
    const auto reference = [](std::string_view batch, std::string_view amount) -> std::string {
        const auto read = read_one_payment(batch, amount);
        EXPECT_TRUE(read) << read.error().message();
        EXPECT_EQ(read->front().entries(0).amount_micros(), 5'000'000'000);
        EXPECT_EQ(read->front().entries(0).bank_reference(), "B20261102-0001");
        return read->front().entries(0).end_to_end_reference();
    };
    EXPECT_EQ(reference("", ""), "PSK-TOPUP-7");
    EXPECT_EQ(reference("<Btch><NbOfTxs>1</NbOfTxs></Btch>", ""), "PSK-TOPUP-7");
    EXPECT_EQ(reference("", R"(<Amt Ccy="CNY">5000.00</Amt>)"), "PSK-TOPUP-7");
    EXPECT_EQ(reference("", R"(<Amt Ccy="USD">700.00</Amt>)"), "PSK-TOPUP-7");
    EXPECT_EQ(reference("", R"(<Amt Ccy="CNY">5005.00</Amt><Chrgs/><Chrgs/>)"), "PSK-TOPUP-7");
    // Two thousand of it came from somebody else.
    EXPECT_EQ(reference("", R"(<Amt Ccy="CNY">3000.00</Amt>)"), "");
    EXPECT_EQ(reference("", "<AmtDtls><TxAmt><Amt Ccy=\"CNY\">3000</Amt></TxAmt></AmtDtls>"), "");
    EXPECT_EQ(reference("<Btch><NbOfTxs>2</NbOfTxs></Btch>", ""), "");
}

TEST(Camt, leaves_a_batch_whole_of_which_not_all_is_told) {
    const std::string batch = altered(std::string(kTwoPayments), "<NtryDtls>",
                                      "<NtryDtls><Btch><NbOfTxs>0003</NbOfTxs></Btch>");
    const auto statements = read_camt(with_payments(altered(batch, "2000", "1000")), "file");
    ASSERT_TRUE(statements) << statements.error().message();
    ASSERT_EQ(statements->front().entries_size(), 4);
    EXPECT_EQ(statements->front().entries(0).end_to_end_reference(), "");
}

TEST(Camt, takes_what_banks_write_for_one_page_and_no_reference) {
    std::string text = altered(example("camt.053.001.02.xml"), "<MsgId>",
                               "<MsgPgntn><PgNb>00001</PgNb><LastPgInd>true</LastPgInd></MsgPgntn>"
                               "<MsgId>");
    text = altered(text, "<NbOfNtries>4", "<NbOfNtries>0004");
    text = altered(altered(text, "B20261102-0001", "NONREF"), "B20261102-0002", "NONREF");
    text = altered(text, "PSK-TOPUP-1<", "PSK\u200b-TOPUP-1\u0092<");
    const auto statements = read_camt(text, "file");
    ASSERT_TRUE(statements) << statements.error().message();
    EXPECT_EQ(statements->front().entries(0).bank_reference(), "");
    EXPECT_EQ(statements->front().entries(0).end_to_end_reference(), "PSK -TOPUP-1");
}

TEST(Camt, leaves_out_a_day_that_its_period_only_touches) {
    const std::string text = altered(example("camt.053.001.02.xml"), "2026-11-30T23:59:59+08:00",
                                     "2026-12-01T00:00:00+08:00");
    const auto touched = read_camt(text, "file");
    ASSERT_TRUE(touched) << touched.error().message();
    EXPECT_EQ(touched->front().last_day(), "2026-11-30");
    const auto later =
        read_camt(altered(text, "2026-12-01T00:00:00", "2026-12-01T00:00:01"), "file");
    ASSERT_TRUE(later) << later.error().message();
    EXPECT_EQ(later->front().last_day(), "2026-12-01");
}

TEST(Camt, payments_must_sum_up_to_their_entry) {
    const auto statements =
        read_camt(with_payments(altered(std::string(kTwoPayments), "2000.00", "1999.99")), "file");
    ASSERT_FALSE(statements);
    EXPECT_EQ(statements.error().reason(), kBankSumWrong.reason);
    EXPECT_NE(statements.error().detail().find("make 4999.99, not the entry's 5000.00"),
              std::string::npos);
}

TEST(Camt, takes_many_entries_in_one_statement) {
    // The example without its entries and their sums, and with entries that cancel each other out.
    std::string text = example("camt.053.001.02.xml");
    text.erase(text.find("<TxsSummry>"), text.find("</TxsSummry>") + 12 - text.find("<TxsSummry>"));
    text.erase(text.find("<Ntry>"), text.rfind("</Ntry>") + 7 - text.find("<Ntry>"));
    text = altered(text, "86184.50", "100000.00");
    constexpr int kEntries = 20'000;
    std::string entries;
    for (int i = 0; i < kEntries; ++i) {
        entries += "<Ntry><Amt Ccy=\"CNY\">1.00</Amt><CdtDbtInd>";
        entries += i % 2 == 0 ? "CRDT" : "DBIT";
        entries +=
            "</CdtDbtInd><Sts>BOOK</Sts><BookgDt><Dt>2026-11-02</Dt></BookgDt><AcctSvcrRef>R";
        entries += std::to_string(i) + "</AcctSvcrRef><NtryDtls><TxDtls><Refs><EndToEndId>E" +
                   std::to_string(i) + "</EndToEndId></Refs></TxDtls></NtryDtls></Ntry>\n      ";
    }
    text.insert(text.find("</Stmt>"), entries);
    const auto statements = read_camt(text, "file");
    ASSERT_TRUE(statements) << statements.error().message();
    EXPECT_EQ(statements->front().entries_size(), kEntries);
}

TEST(Camt, is_refused_when_it_is_nested_too_deep) {
    std::string text;
    for (int i = 0; i < 100'000; ++i) text += "<a>";
    const auto statements = read_camt(text, "file");
    ASSERT_FALSE(statements);
    EXPECT_EQ(statements.error().reason(), kBankFileTooLarge.reason);
}

TEST(Camt, cut_off_anywhere_is_refused) {
    const std::string text = example("camt.053.001.08.xml");
    for (std::size_t length = 0; length + 2 < text.size(); length += 7) {
        EXPECT_FALSE(read_camt(text.substr(0, length), "file")) << length;
    }
}

}  // namespace
}  // namespace penstock::format
