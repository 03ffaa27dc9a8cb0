#include "shell/telemetry/telemetry.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include "log/output.h"
#include "shell/sequencer/error.h"

namespace penstock::shell {
namespace {

using std::chrono::milliseconds;
using testing::HasSubstr;
using testing::Not;
using transport::HttpExchange;

HttpExchange exchange_of(const transport::Trace& trace, std::string_view route, unsigned status,
                         milliseconds duration = milliseconds(3)) {
    return {.verb = "POST",
            .route = route,
            .caller = {},
            .reason = {},
            .trace = trace,
            .status = status,
            .duration = duration};
}

TEST(Telemetry, counts_requests_by_method_and_code) {
    Telemetry telemetry({});
    const auto trace = transport::Trace::begin();
    telemetry.on_exchange(exchange_of(trace, "A/B", 200));
    telemetry.on_exchange(exchange_of(trace, "A/B", 200));
    telemetry.on_exchange(exchange_of(trace, "A/B", 503));
    telemetry.on_exchange(exchange_of(trace, {}, 400));
    const std::string text = telemetry.text({});
    EXPECT_THAT(text, HasSubstr("penstock_http_requests_total{code=\"200\",method=\"A/B\"} 2\n"));
    EXPECT_THAT(text, HasSubstr("penstock_http_requests_total{code=\"503\",method=\"A/B\"} 1\n"));
    EXPECT_THAT(text, HasSubstr("penstock_http_requests_total{code=\"400\",method=\"none\"} 1\n"));
    EXPECT_THAT(text,
                HasSubstr("penstock_http_request_duration_seconds_count{method=\"A/B\"} 3\n"));
}

TEST(Telemetry, times_neither_streams_nor_what_is_held) {
    Telemetry telemetry({});
    const auto trace = transport::Trace::begin();
    HttpExchange stream = exchange_of(trace, "A/Watch", 200, milliseconds(60'000));
    stream.is_stream = true;
    telemetry.on_exchange(stream);
    telemetry.on_exchange(exchange_of(trace, "TaskService/PullWork", 200));
    telemetry.on_exchange(exchange_of(trace, "artifacts", 200));
    telemetry.on_exchange(exchange_of(trace, "A/CallerLeft", 499, milliseconds(0)));
    EXPECT_THAT(telemetry.text({}), Not(HasSubstr("request_duration_seconds_count")));
}

TEST(Telemetry, counts_what_the_sequencer_does) {
    Telemetry telemetry({});
    telemetry.on_round(
        {.commands = 3, .rejected = 2, .repeated = 1, .questions = 4, .applying = milliseconds(2)});
    telemetry.on_round({.questions = 1});
    telemetry.on_append({.commands = 3, .bytes = 700, .took = milliseconds(4)}, {});
    telemetry.on_append({.commands = 3, .bytes = 700, .took = milliseconds(4)}, reject(kReadOnly));
    telemetry.on_replies(5, milliseconds(1));
    telemetry.on_refusals(Error(kQueueFull), 7);
    telemetry.on_snapshot({.saved = true, .pause = milliseconds(5), .took = milliseconds(50)});
    const std::string text = telemetry.text({});
    for (const char* line :
         {"penstock_commands_total{outcome=\"done\"} 3\n",
          "penstock_commands_total{outcome=\"rejected\"} 2\n",
          "penstock_commands_total{outcome=\"repeated\"} 1\n", "penstock_questions_total 5\n",
          "penstock_batch_commands_count 1\n", "penstock_batch_commands_sum 3\n",
          "penstock_round_apply_seconds_sum 0.002\n", "penstock_journal_batches_total 1\n",
          "penstock_journal_bytes_total 700\n", "penstock_journal_append_seconds_count 2\n",
          "penstock_journal_failures_total{reason=\"READ_ONLY\"} 1\n", "penstock_replies_total 5\n",
          "penstock_refusals_total{reason=\"QUEUE_FULL\"} 7\n",
          "penstock_snapshots_total{result=\"saved\"} 1\n",
          "penstock_snapshot_pause_seconds_sum 0.005\n"})
        EXPECT_THAT(text, HasSubstr(line));
}

TEST(Telemetry, shows_vitals_and_money_in_whole_micros) {
    Vitals vitals;
    vitals.version = "1.2.3";
    vitals.name = "east";
    vitals.status.epoch = 4;
    vitals.status.last_sequence = 1'000;
    vitals.tables_sequence = 990;
    vitals.evidence_sequence = 1'001;  // Read a moment later.
    vitals.evidence_records = 7;
    vitals.sample.feeds.evidence_signed = 5;
    vitals.sample.feeds.grants_fault = "SQLITE_FAULT";
    vitals.calls_admitted = 70;
    vitals.limited[limits::index_of(limits::Limit::sign_in)] = 3;
    exchange::Overview& overview = vitals.sample.overview.emplace();
    overview.agents_lost = 2;
    overview.money.push_back(
        {.currency = *Currency::parse("CNY"), .escrow = 123'456'789'012, .top_ups_awaited = 5});
    const std::string text = Telemetry({}).text(vitals);
    for (const char* line :
         {"penstock_server_info{version=\"1.2.3\",name=\"east\"} 1\n", "penstock_epoch 4\n",
          "penstock_leads 1\n", "penstock_tables_lag_commands 10\n", "penstock_tables_fault 0\n",
          "penstock_grants_fault 1\n", "penstock_evidence_lag_commands 0\n",
          "penstock_evidence_unsigned_records 2\n", "penstock_agents{state=\"lost\"} 2\n",
          "penstock_money_micros{currency=\"CNY\",account=\"escrow\"} 123456789012\n",
          "penstock_top_ups_awaited_micros{currency=\"CNY\"} 5\n",
          "penstock_calls_admitted_total 70\n", "penstock_limited_total{limit=\"sign-in\"} 3\n",
          "penstock_limited_total{limit=\"poll\"} 0\n", "penstock_ready{check=\"disk\"} 0\n"})
        EXPECT_THAT(text, HasSubstr(line));
}

TEST(Telemetry, writes_one_line_for_each_request_at_the_level_it_deserves) {
    std::ostringstream text;
    {
        const log::Output output({.format = log::Format::json, .into = &text});
        Telemetry telemetry({.slow_after = milliseconds(500)});
        const auto trace = transport::Trace::begin();
        HttpExchange good = exchange_of(trace, "A/Good", 200);
        good.caller = "party_1/key_2";
        telemetry.on_exchange(good);
        telemetry.on_exchange(exchange_of(trace, "A/Slow", 200, milliseconds(501)));
        telemetry.on_exchange(exchange_of(trace, "TaskService/PullWork", 200, milliseconds(3000)));
        HttpExchange busy = exchange_of(trace, "A/Busy", 503);
        busy.reason = "NOT_LEADING";
        telemetry.on_exchange(busy);
        telemetry.on_exchange(exchange_of(trace, "A/Broken", 500));
        telemetry.on_exchange(exchange_of(trace, "metrics", 200));
        telemetry.on_exchange(exchange_of(trace, "readyz", 503));
        HttpExchange flood = exchange_of(trace, {}, 503);
        flood.is_turned_away = true;
        telemetry.on_exchange(flood);
        HttpExchange strange = exchange_of(trace, {}, 404);
        strange.verb = "psk_1_secret";
        telemetry.on_exchange(strange);
    }
    std::vector<std::string> lines;
    std::istringstream reader(text.str());
    for (std::string line; std::getline(reader, line);) lines.push_back(line);
    ASSERT_EQ(lines.size(), 6u) << text.str();
    EXPECT_THAT(lines[0], HasSubstr(R"("level":"info","event":"request","trace_id":")"));
    EXPECT_THAT(
        lines[0],
        HasSubstr(
            R"("method":"A/Good","verb":"POST","status":200,"duration_us":3000,"caller":"party_1/key_2"})"));
    EXPECT_THAT(lines[1], HasSubstr(R"("level":"warning")"));
    EXPECT_THAT(lines[1], HasSubstr(R"("slow":true)"));
    EXPECT_THAT(lines[2], HasSubstr(R"("level":"info")"));
    EXPECT_THAT(lines[3], HasSubstr(R"("level":"warning")"));
    EXPECT_THAT(lines[3], HasSubstr(R"("reason":"NOT_LEADING")"));
    EXPECT_THAT(lines[4], HasSubstr(R"("level":"error")"));
    EXPECT_THAT(lines[5], HasSubstr(R"("method":"none","verb":"other","status":404)"));
}

TEST(Telemetry, counts_from_many_threads_while_it_is_read) {
    Telemetry telemetry({});
    constexpr int kEach = 2'000;
    {
        std::vector<std::jthread> threads;
        for (int i = 0; i < 4; ++i)
            threads.emplace_back([&] {
                const auto trace = transport::Trace::begin();
                for (int j = 0; j < kEach; ++j)
                    telemetry.on_exchange(exchange_of(trace, j % 2 == 0 ? "A/B" : "C/D", 200));
            });
        for (int i = 0; i < 20; ++i) EXPECT_FALSE(telemetry.text({}).empty());
    }
    EXPECT_THAT(telemetry.text({}),
                HasSubstr("penstock_http_requests_total{code=\"200\",method=\"A/B\"} 4000\n"));
}

}  // namespace
}  // namespace penstock::shell
