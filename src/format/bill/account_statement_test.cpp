#include "format/bill/account_statement.h"

#include <gtest/gtest.h>

#include <functional>
#include <string>

#include "format/bill/error.h"
#include "format/bill/test_bill.h"

namespace penstock::format {
namespace {

void add_entry(v1::StatementOfAccount& statement, std::int64_t at_ns, std::int64_t amount) {
    const std::int64_t before = statement.closing_micros();
    v1::AccountEntry& entry = *statement.add_entries();
    entry.set_transfer("trf_" + std::to_string(statement.entries_size()));
    entry.set_at_ns(at_ns);
    entry.set_purpose("settlement");
    entry.set_amount_micros(amount);
    entry.set_balance_micros(before + amount);
    statement.set_closing_micros(before + amount);
}

v1::StatementOfAccount good_statement() {
    v1::StatementOfAccount statement;
    statement.set_account("acct_7");
    statement.set_kind(v1::ACCOUNT_CASH);
    statement.set_currency("CNY");
    statement.mutable_issuer()->set_name("Exchange");
    statement.mutable_holder()->set_name("Buyer");
    statement.mutable_period()->set_start_ns(kFebruary);
    statement.mutable_period()->set_end_ns(kMarch);
    statement.set_issued_at_ns(kMarch);
    statement.set_opening_micros(5'000'000);
    statement.set_closing_micros(5'000'000);
    add_entry(statement, kFebruary, 1'000'000);
    add_entry(statement, kFebruary, -2'500'001);
    add_entry(statement, kMarch - 1, 1);
    return statement;
}

TEST(AccountStatement, opening_and_entries_make_the_closing_balance) {
    EXPECT_TRUE(check_account_statement(good_statement()).has_value());
    v1::StatementOfAccount still = good_statement();
    still.clear_entries();
    still.set_closing_micros(still.opening_micros());
    EXPECT_TRUE(check_account_statement(still).has_value());
}

TEST(AccountStatement, what_is_wrong_is_named) {
    using Statement = v1::StatementOfAccount;
    struct Wrong {
        std::string field;
        std::string reason;
        std::function<void(Statement&)> spoil;
    };
    constexpr const char* kSum = "ACCOUNT_STATEMENT_SUM_WRONG";
    constexpr const char* kField = "ACCOUNT_STATEMENT_INVALID";
    const Wrong wrongs[] = {
        {"closing_micros", kSum, [](Statement& s) { s.set_closing_micros(3'500'001); }},
        {"entries[0].balance_micros", kSum, [](Statement& s) { s.set_opening_micros(4'999'999); }},
        {"entries[1].balance_micros", kSum,
         [](Statement& s) { s.mutable_entries(1)->set_amount_micros(-2'500'000); }},
        {"entries[1].amount_micros", kField,
         [](Statement& s) { s.mutable_entries(1)->set_amount_micros(0); }},
        {"entries[1].at_ns", kField, [](Statement& s) { s.mutable_entries(1)->set_at_ns(1); }},
        {"entries[2].at_ns", kField, [](Statement& s) { s.mutable_entries(2)->set_at_ns(kMarch); }},
        {"entries[2].transfer", kField,
         [](Statement& s) { s.mutable_entries(2)->set_transfer("trf_1"); }},
        {"entries[2].purpose", kField, [](Statement& s) { s.mutable_entries(2)->clear_purpose(); }},
        {"account", kField, [](Statement& s) { s.clear_account(); }},
        {"kind", kField, [](Statement& s) { s.clear_kind(); }},
        {"currency", kField, [](Statement& s) { s.clear_currency(); }},
        {"issuer.name", kField, [](Statement& s) { s.clear_issuer(); }},
        {"holder.name", kField, [](Statement& s) { s.clear_holder(); }},
        {"period.start_ns", kField, [](Statement& s) { s.clear_period(); }},
    };
    for (const Wrong& wrong : wrongs) {
        Statement statement = good_statement();
        wrong.spoil(statement);
        const auto checked = check_account_statement(statement);
        ASSERT_FALSE(checked.has_value()) << wrong.field;
        EXPECT_EQ(checked.error().field(), wrong.field);
        EXPECT_EQ(checked.error().reason(), wrong.reason) << wrong.field;
    }
}

}  // namespace
}  // namespace penstock::format
