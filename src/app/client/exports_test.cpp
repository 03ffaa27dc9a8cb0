// Journals and usage records as the client makes them of what the exchange tells.
#include <gtest/gtest.h>

#include <functional>

#include "app/client/error.h"
#include "app/client/journal_book.h"
#include "app/client/usage_record.h"

namespace penstock::client {
namespace {

constexpr std::int64_t kStart = 1'832'976'000'000'000'000;  // 2028-02-01

v1::JournalAccount account(const char* id, v1::AccountKind kind, const char* holder) {
    v1::JournalAccount made;
    made.set_id(id);
    made.set_kind(kind);
    made.set_holder_name(holder);
    return made;
}

/// Three transfers from the bank to a party's cash, which alone is the reader's.
v1::ListJournalResponse journal() {
    v1::ListJournalResponse page;
    *page.add_accounts() = account("acc_1", v1::ACCOUNT_BANK, "Exchange");
    *page.add_accounts() = account("acc_5", v1::ACCOUNT_CASH, "Buyer");
    std::int64_t credits = 1'000;
    for (int i = 1; i <= 3; ++i) {
        v1::JournalEntry& entry = *page.add_entries();
        v1::Transfer& transfer = *entry.mutable_transfer();
        transfer.set_id("tr_" + std::to_string(10 * i));
        transfer.set_debit_account("acc_1");
        transfer.set_credit_account("acc_5");
        transfer.mutable_amount()->set_micros(i * 1'000'000);
        transfer.mutable_amount()->set_currency("CNY");
        transfer.set_purpose("top_up");
        transfer.set_subject("topup_" + std::to_string(i));
        transfer.set_at_ns(kStart + i);
        credits += i * 1'000'000;
        entry.mutable_credit_after()->set_account("acc_5");
        entry.mutable_credit_after()->set_credits_posted(credits);
    }
    page.set_total(3);
    page.set_amount_micros(6'000'000);
    return page;
}

/// The reason why the pages are refused; empty when they are taken.
std::string refusal(const std::vector<v1::ListJournalResponse>& pages) {
    JournalBook book(format::Language::english);
    for (const v1::ListJournalResponse& page : pages)
        if (const auto taken = book.take(page); !taken) return taken.error().message();
    const auto whole = book.finish();
    return whole ? std::string() : whole.error().message();
}

TEST(JournalBook, makes_a_voucher_of_each_transfer) {
    JournalBook book(format::Language::english);
    ASSERT_TRUE(book.take(journal()));
    ASSERT_TRUE(book.finish());
    EXPECT_EQ(book.amount(), Money{6'000'000});
    ASSERT_EQ(book.vouchers().size(), 3u);
    EXPECT_TRUE(format::check_general_ledger(book.vouchers()));
    const format::Voucher& second = book.vouchers()[1];
    EXPECT_EQ(second.number, 2u);
    EXPECT_EQ(second.lines[0].side, format::Side::debit);
    EXPECT_EQ(second.lines[0].account_code, "1002") << "the exchange's own";
    EXPECT_EQ(second.lines[1].account_code, "2241.5");
    EXPECT_EQ(second.lines[1].account_name, "party cash");
    EXPECT_EQ(second.lines[1].party, "Buyer");
    EXPECT_EQ(second.lines[1].summary, "Top-up topup_2");
    EXPECT_EQ(second.lines[1].reference, "tr_20");
}

TEST(JournalBook, finds_what_is_missing_or_altered) {
    const v1::ListJournalResponse whole = journal();
    EXPECT_EQ(refusal({whole}), "");
    v1::ListJournalResponse rest;
    *rest.mutable_accounts() = whole.accounts();
    v1::ListJournalResponse first = whole;
    *rest.add_entries() = whole.entries(2);
    first.mutable_entries()->RemoveLast();
    EXPECT_EQ(refusal({first, rest}), "") << "two pages";

    using Page = v1::ListJournalResponse;
    const std::pair<const char*, std::function<void(Page&)>> spoilers[] = {
        {"the last", [](Page& page) { page.mutable_entries()->RemoveLast(); }},
        {"the first", [](Page& page) { page.mutable_entries()->DeleteSubrange(0, 1); }},
        {"one between", [](Page& page) { page.mutable_entries()->DeleteSubrange(1, 1); }},
        {"one twice", [](Page& page) { *page.add_entries() = page.entries(2); }},
        {"their order", [](Page& page) { page.mutable_entries()->SwapElements(0, 1); }},
        {"an amount",
         [](Page& page) {
             page.mutable_entries(1)->mutable_transfer()->mutable_amount()->set_micros(2'000'001);
         }},
        {"the first amount",
         [](Page& page) {
             page.mutable_entries(0)->mutable_transfer()->mutable_amount()->set_micros(1);
         }},
        {"an account", [](Page& page) { page.mutable_accounts()->RemoveLast(); }},
        {"a stranger's", [](Page& page) { page.mutable_entries(0)->clear_credit_after(); }},
        {"another's totals",
         [](Page& page) { page.mutable_entries(0)->mutable_credit_after()->set_account("acc_6"); }},
    };
    for (const auto& [what, spoil] : spoilers) {
        Page page = whole;
        spoil(page);
        EXPECT_NE(refusal({page}), "") << what;
    }
    Page page = whole;
    page.mutable_entries()->DeleteSubrange(1, 1);
    page.set_total(2);
    page.set_amount_micros(4'000'000);
    EXPECT_NE(refusal({page}), "") << "totals do not go on, though the sums fit";
}

v1::MeteredAttempt attempt(v1::AttemptState state) {
    v1::MeteredAttempt made;
    made.set_attempt("att_12");
    made.set_attempt_number(2);
    made.set_workload_name("render");
    made.set_contract("ctr_42");
    made.set_buyer("party_3");
    made.set_supplier_name("North");
    made.set_pool("pool_1");
    made.set_product("prod_1");
    made.set_state(state);
    made.set_exit_code(3);
    made.mutable_ran()->set_start_ns(kStart);
    made.mutable_ran()->set_end_ns(kStart + 5'000'000'000);
    made.mutable_usage()->set_cores(2);
    made.mutable_usage()->set_wall_ns(4'900'000'000);
    made.mutable_usage()->set_cpu_ns(8'000'000'000);
    return made;
}

TEST(UsageRecord, has_what_the_meter_knows_and_nothing_else) {
    const auto record = usage_record(attempt(v1::ATTEMPT_FAILED), "exchange.example/log");
    ASSERT_TRUE(record);
    EXPECT_EQ(record->record_id, "exchange.example/log/att_12/2");
    EXPECT_EQ(record->status, format::JobStatus::failed);
    EXPECT_EQ(record->exit_status, 3);
    EXPECT_EQ(record->processors, 2u);
    EXPECT_EQ(record->cpu, seconds(8));
    EXPECT_EQ(record->created_at, record->ran.end);
    EXPECT_FALSE(record->memory_used_bytes);
    EXPECT_TRUE(format::usage_records_xml({&*record, 1}));

    v1::MeteredAttempt lost = attempt(v1::ATTEMPT_LOST);
    lost.mutable_usage()->set_memory_peak_bytes(7);
    const auto aborted = usage_record(lost, "x");
    EXPECT_EQ(aborted->status, format::JobStatus::aborted);
    EXPECT_FALSE(aborted->exit_status);
    EXPECT_EQ(aborted->memory_used_bytes, 7u);

    lost.clear_usage();
    EXPECT_FALSE(usage_record(lost, "x")) << "the meter knows nothing of it";
}

}  // namespace
}  // namespace penstock::client
