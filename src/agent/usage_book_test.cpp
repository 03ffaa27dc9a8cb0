#include "agent/usage_book.h"

#include <gtest/gtest.h>

#include <thread>

#include "agent/test_doubles.h"
#include "format/statement.h"
#include "penstock/v1/meter.pb.h"

namespace penstock::agent {
namespace {

constexpr const char* kSubmit = "MeterService/SubmitUsage";
constexpr const char* kReport = "TaskService/ReportAttempt";

class UsageBookTest : public testing::Test {
  protected:
    UsageBookTest() {
        identity_.agent = "agent_7";
        identity_.key_epoch = 1;
    }
    std::unique_ptr<UsageBook> open() {
        return std::move(UsageBook::open(exchange_, identity_, folder_.path() + "/usage")).value();
    }
    static v1::UsageRecord record(const std::string& attempt) {
        v1::UsageRecord item;
        item.set_attempt(attempt);
        return item;
    }
    static Answer<void> submit(UsageBook& book, const std::string& attempt = "att_1",
                               std::stop_token stop = {}) {
        return book.submit([&] { return std::vector{record(attempt)}; }, stop);
    }
    v1::UsageStatement opened(const v1::SignedStatement& statement) {
        EXPECT_TRUE(format::verify_statement(statement, format::kUsageStatement,
                                             identity_.key.public_key()));
        v1::UsageStatement usage;
        EXPECT_TRUE(usage.ParseFromString(statement.body()));
        return usage;
    }
    std::vector<std::uint64_t> numbers_sent() {
        std::vector<std::uint64_t> numbers;
        for (const auto& request : exchange_.requests<v1::SubmitUsageRequest>(kSubmit))
            numbers.push_back(opened(request.usage()).number());
        return numbers;
    }

    TestFolder folder_;
    FakeExchange exchange_;
    Identity identity_;
};

TEST_F(UsageBookTest, numbers_signed_batches_without_a_gap) {
    auto book = open();
    ASSERT_TRUE(submit(*book));
    ASSERT_TRUE(submit(*book));
    book = open();
    ASSERT_TRUE(submit(*book));
    EXPECT_EQ(numbers_sent(), (std::vector<std::uint64_t>{1, 2, 3}));
    const auto requests = exchange_.requests<v1::SubmitUsageRequest>(kSubmit);
    EXPECT_EQ(opened(requests[0].usage()).end_ns(), opened(requests[1].usage()).start_ns());
    EXPECT_EQ(opened(requests[0].usage()).agent(), "agent_7");
}

TEST_F(UsageBookTest, sends_nothing_when_nothing_runs) {
    ASSERT_TRUE(open()->submit([] { return std::vector<v1::UsageRecord>(); }, {}));
    EXPECT_TRUE(exchange_.calls(kSubmit).empty());
}

TEST_F(UsageBookTest, sends_the_same_batch_again_after_a_restart) {
    exchange_.on(kSubmit, [](auto&, auto&) -> Answer<void> {
        return std::unexpected(Fault{Code::unavailable, {}, "down", 0});
    });
    {
        const auto book = open();
        std::stop_source stop;
        stop.request_stop();  // The agent is stopped while the exchange is down.
        EXPECT_FALSE(submit(*book, "att_1", stop.get_token()));
    }
    exchange_.on(kSubmit, [](auto&, auto&) -> Answer<void> { return {}; });
    ASSERT_TRUE(submit(*open(), "att_2"));
    const auto calls = exchange_.calls(kSubmit);
    ASSERT_EQ(calls.size(), 3U);
    EXPECT_EQ(calls[0].key, calls[1].key);
    EXPECT_EQ(calls[0].request, calls[1].request);
    EXPECT_NE(calls[1].key, calls[2].key);
    EXPECT_EQ(numbers_sent(), (std::vector<std::uint64_t>{1, 1, 2}));
}

TEST_F(UsageBookTest, uses_the_number_of_a_refused_batch_again) {
    exchange_.on(kSubmit, [](auto&, auto&) -> Answer<void> {
        return std::unexpected(Fault{Code::permission_denied, "USAGE_FOREIGN", "no", 8004});
    });
    auto book = open();
    EXPECT_FALSE(submit(*book));
    exchange_.on(kSubmit, [](auto&, auto&) -> Answer<void> { return {}; });
    EXPECT_TRUE(submit(*book));
    EXPECT_EQ(numbers_sent(), (std::vector<std::uint64_t>{1, 1}));
}

TEST_F(UsageBookTest, takes_the_number_that_the_exchange_expects) {
    auto book = open();
    book->synchronise(41);
    ASSERT_TRUE(submit(*book));
    book->synchronise(41);  // An older answer that was under way.
    ASSERT_TRUE(submit(*book));
    EXPECT_EQ(numbers_sent(), (std::vector<std::uint64_t>{41, 42}));
    exchange_.on(kSubmit, [](auto&, auto&) -> Answer<void> {
        return std::unexpected(Fault{Code::out_of_range, "USAGE_GAP", "gap", 8002});
    });
    EXPECT_FALSE(submit(*book));
    book->synchronise(40);
    exchange_.on(kSubmit, [](auto&, auto&) -> Answer<void> { return {}; });
    ASSERT_TRUE(submit(*book));
    EXPECT_EQ(numbers_sent().back(), 40U);
}

TEST_F(UsageBookTest, reports_an_end_with_its_final_record_and_none_after) {
    auto book = open();
    v1::ReportAttemptRequest report;
    report.set_attempt("att_1");
    report.set_state(v1::ATTEMPT_SUCCEEDED);
    ASSERT_TRUE(book->report_end(report, record("att_1"), {}));
    const auto calls = exchange_.calls(kReport);
    ASSERT_EQ(calls.size(), 1U);
    EXPECT_EQ(calls[0].key, "att_1-ATTEMPT_SUCCEEDED");
    const auto sent = exchange_.requests<v1::ReportAttemptRequest>(kReport)[0];
    const auto usage = opened(sent.usage());
    EXPECT_TRUE(usage.records(0).final());
    EXPECT_EQ(usage.number(), 1U);
    // A batch that was gathered before the report is not sent after it.
    ASSERT_TRUE(submit(*book, "att_1"));
    EXPECT_TRUE(exchange_.calls(kSubmit).empty());
    ASSERT_TRUE(submit(*book, "att_2"));
    EXPECT_EQ(numbers_sent(), (std::vector<std::uint64_t>{2}));
}

TEST_F(UsageBookTest, never_claims_less_at_the_end_than_before) {
    auto book = open();
    v1::UsageRecord seen = record("att_1");
    seen.set_wall_ns(206);
    seen.set_cpu_ns(11);
    seen.set_results(7);
    seen.set_results_wall_ns(206);
    ASSERT_TRUE(book->submit([&] { return std::vector{seen}; }, {}));
    v1::ReportAttemptRequest report;
    report.set_attempt("att_1");
    report.set_state(v1::ATTEMPT_SUCCEEDED);
    v1::UsageRecord end = record("att_1");
    end.set_wall_ns(204);
    end.set_cpu_ns(12);
    end.set_results(6);
    end.set_results_wall_ns(203);
    ASSERT_TRUE(book->report_end(report, end, {}));
    const auto requests = exchange_.requests<v1::ReportAttemptRequest>(kReport);
    const v1::UsageRecord sent = opened(requests.front().usage()).records(0);
    EXPECT_EQ(sent.wall_ns(), 206);
    EXPECT_EQ(sent.cpu_ns(), 12);
    EXPECT_EQ(sent.results(), 7U);
    EXPECT_EQ(sent.results_wall_ns(), 206);
}

TEST_F(UsageBookTest, tells_no_result_later_than_the_time_it_claims) {
    auto book = open();
    v1::ReportAttemptRequest report;
    report.set_attempt("att_1");
    report.set_state(v1::ATTEMPT_SUCCEEDED);
    v1::UsageRecord end = record("att_1");
    end.set_wall_ns(204);
    end.set_results(1);
    end.set_results_wall_ns(206);
    ASSERT_TRUE(book->report_end(report, end, {}));
    const auto requests = exchange_.requests<v1::ReportAttemptRequest>(kReport);
    EXPECT_EQ(opened(requests.front().usage()).records(0).results_wall_ns(), 204);
}

TEST_F(UsageBookTest, tells_no_results_of_no_time) {
    auto book = open();
    v1::UsageRecord seen = record("att_1");
    seen.set_results(1);
    seen.set_results_wall_ns(206);
    ASSERT_TRUE(book->submit([&] { return std::vector{seen}; }, {}));
    const auto requests = exchange_.requests<v1::SubmitUsageRequest>(kSubmit);
    const v1::UsageRecord sent = opened(requests.front().usage()).records(0);
    EXPECT_EQ(sent.results(), 0U);
    EXPECT_EQ(sent.results_wall_ns(), 0);
}

TEST_F(UsageBookTest, keeps_its_order_under_many_threads) {
    auto book = open();
    {
        std::vector<std::jthread> threads;
        for (int thread = 0; thread < 4; ++thread)
            threads.emplace_back([&] {
                for (int batch = 0; batch < 5; ++batch) EXPECT_TRUE(submit(*book));
            });
    }
    std::vector<std::uint64_t> expected(20);
    for (std::uint64_t number = 1; number <= 20; ++number) expected[number - 1] = number;
    EXPECT_EQ(numbers_sent(), expected);
}

}  // namespace
}  // namespace penstock::agent
