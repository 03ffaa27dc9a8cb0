#include "core/custody/bank_book.h"

#include <gtest/gtest.h>

#include "core/custody/error.h"
#include "core/custody/invariants.h"

namespace penstock::custody {
namespace {

Statement sample() {
    Statement statement;
    statement.account = "1100-22";
    statement.first_day = "2026-11-01";
    statement.last_day = "2026-11-02";
    statement.opening = Money{0};
    statement.closing = Money{40};
    statement.entries = {{"one", "2026-11-01", Money{50}, "B1", "PSK-TOPUP-1"},
                         {"two", "2026-11-02", Money{-10}, "B2", ""}};
    return statement;
}

Statement next() {
    Statement statement = sample();
    statement.first_day = "2026-11-03";
    statement.last_day = "2026-11-03";
    statement.opening = Money{40};
    statement.closing = Money{45};
    statement.entries = {{"three", "2026-11-03", Money{5}, "", ""}};
    return statement;
}

BankBook book_of(const char* account = "1100-22") {
    BankBook book;
    book.set_account(account);
    return book;
}

std::string refusal(const BankBook& book, const Statement& statement) {
    const auto checked = book.check(statement);
    if (checked) return "not refused";
    return std::string(checked.error().reason()) + " " + checked.error().field();
}

TEST(BankBook, takes_statements_that_follow_each_other) {
    BankBook book = book_of();
    ASSERT_TRUE(book.check(sample()));
    EXPECT_EQ(book.take(sample()).text(), "bst_1");
    EXPECT_EQ(book.closing(), Money{40});
    ASSERT_TRUE(book.check(next()));
    EXPECT_EQ(book.take(next()).text(), "bst_2");
    EXPECT_EQ(book.last_day(), "2026-11-03");
    EXPECT_EQ(broken_invariants(book), std::vector<std::string>{});
}

TEST(BankBook, refuses_a_statement_that_came_before_or_left_one_out) {
    BankBook book = book_of();
    book.take(sample());
    EXPECT_EQ(refusal(book, sample()), "STATEMENT_REPEATED first_day");
    Statement gap = next();
    gap.opening = Money{41};
    gap.closing = Money{46};
    EXPECT_EQ(refusal(book, gap), "STATEMENT_NOT_NEXT opening_micros");
    Statement again = next();
    again.entries[0].identity = "two";
    EXPECT_EQ(refusal(book, again), "BANK_ENTRY_REPEATED entries[0].identity");
}

TEST(BankBook, takes_what_a_day_or_month_has_brought_since) {
    BankBook book = book_of();
    Statement month = sample();
    month.last_day = "2026-11-30";  // Fetched on the second.
    book.take(month);
    EXPECT_EQ(refusal(book, month), "STATEMENT_REPEATED first_day");
    ASSERT_TRUE(book.check(next()));
    book.take(next());
    EXPECT_EQ(book.last_day(), "2026-11-30");
    EXPECT_EQ(refusal(book, next()), "STATEMENT_REPEATED first_day");
    Statement evening = next();
    evening.opening = Money{45};
    evening.closing = Money{45};
    evening.entries.clear();
    EXPECT_EQ(refusal(book, evening), "STATEMENT_REPEATED first_day") << "it brings nothing";
    evening.entries = {{"three", "2026-11-03", Money{5}, "", ""},
                       {"four", "2026-11-03", Money{-5}, "", ""}};
    EXPECT_EQ(refusal(book, evening), "STATEMENT_REPEATED first_day") << "one is known";
    evening.entries[0].identity = "five";
    EXPECT_TRUE(book.check(evening));
}

TEST(BankBook, refuses_what_a_statement_cannot_hold) {
    struct Case {
        const char* refusal;
        void (*change)(Statement&);
    };
    const Case cases[] = {
        {"STATEMENT_OF_ANOTHER_ACCOUNT account", [](Statement& s) { s.account = "9"; }},
        {"STATEMENT_INVALID first_day", [](Statement& s) { s.first_day = "1 November"; }},
        {"STATEMENT_INVALID last_day", [](Statement& s) { s.last_day = "2026-10-31"; }},
        {"STATEMENT_INVALID opening_micros", [](Statement& s) { s.opening = Money{-1}; }},
        {"STATEMENT_INVALID closing_micros", [](Statement& s) { s.closing = Money{-1}; }},
        {"STATEMENT_INVALID entries[1].identity", [](Statement& s) { s.entries[1].identity = ""; }},
        {"STATEMENT_INVALID entries[0].booking_day",
         [](Statement& s) { s.entries[0].day = "2026-11-03"; }},
        {"STATEMENT_INVALID entries[1].amount_micros",
         [](Statement& s) { s.entries[1].amount = Money{0}; }},
        {"STATEMENT_INVALID entries[0].bank_reference",
         [](Statement& s) { s.entries[0].bank_reference = "\x01"; }},
        {"STATEMENT_INVALID entries[0].reference",
         [](Statement& s) { s.entries[0].reference = std::string(65, 'x'); }},
        {"BANK_ENTRY_REPEATED entries[1].identity",
         [](Statement& s) { s.entries[1].identity = "one"; }},
        {"STATEMENT_SUM_WRONG closing_micros", [](Statement& s) { s.closing = Money{41}; }},
        {"STATEMENT_SUM_WRONG entries[1].amount_micros",
         [](Statement& s) { s.entries[1].amount = Money{-51}; }},
        {"BANK_STATEMENT_TOO_LONG entries",
         [](Statement& s) { s.entries.resize(kStatementEntriesMax + 1); }},
    };
    const BankBook book = book_of();
    for (const Case& wrong : cases) {
        Statement statement = sample();
        wrong.change(statement);
        EXPECT_EQ(refusal(book, statement), wrong.refusal);
    }
    EXPECT_EQ(refusal(BankBook(), sample()), "BANK_ACCOUNT_NOT_SET account");
}

TEST(BankBook, keeps_its_account_once_statements_have_come) {
    BankBook book = book_of("1");
    EXPECT_TRUE(book.check_account("1100-22"));
    for (const char* wrong : {"", "11 00", "11_00"})
        EXPECT_EQ(book.check_account(wrong).error().reason(), "CUSTODY_INVALID");
    book.set_account("1100-22");
    book.take(sample());
    EXPECT_TRUE(book.check_account("1100-22"));
    EXPECT_EQ(book.check_account("1100-23").error().reason(), "BANK_ACCOUNT_FIXED");
}

TEST(BankBook, knows_what_is_in_transit_and_what_is_unexplained) {
    BankBook book = book_of();
    book.note_transit("B1", {TransferId{1}, Money{50}});
    book.note_transit("B2", {TransferId{2}, Money{-20}});
    EXPECT_EQ(book.in_transit(), Money{30});
    ASSERT_NE(book.find_transit("B1"), nullptr);
    book.settle("B1");
    EXPECT_EQ(book.find_transit("B1"), nullptr);
    EXPECT_EQ(book.in_transit(), Money{-20});

    const BankEntryId id = book.queue(
        {StatementId{1}, "2026-11-01", Money{-9}, Money{-9}, Reason::reference_missing, "", ""});
    EXPECT_EQ(book.in_transit(), Money{-20}) << "the entry is booked";
    book.explain(id, Money{-4});
    EXPECT_EQ(book.find(id)->remaining, Money{-5});
    EXPECT_EQ(broken_invariants(book), std::vector<std::string>{});
    book.explain(id, Money{-5});
    EXPECT_EQ(book.find(id), nullptr);
}

TEST(BankBook, counts_an_entry_that_is_not_booked_as_the_banks_alone) {
    BankBook book = book_of();
    const BankEntryId id = book.queue({StatementId{1}, "2026-11-01", Money{-9}, Money{-9},
                                       Reason::reference_missing, "", "", false});
    EXPECT_EQ(book.in_transit(), Money{9});
    EXPECT_EQ(broken_invariants(book), std::vector<std::string>{});
    book.set_booked(id);
    EXPECT_EQ(book.in_transit(), Money{0});
}

}  // namespace
}  // namespace penstock::custody
