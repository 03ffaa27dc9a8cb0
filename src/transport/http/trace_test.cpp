#include "transport/http/trace.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

#include "transport/http/message.h"

namespace penstock::transport {
namespace {

constexpr std::string_view kExample = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

Headers with(std::initializer_list<std::string_view> values) {
    Headers headers;
    for (const auto value : values) headers.add("Traceparent", value);
    return headers;
}

TEST(Trace, reads_what_the_standard_shows) {
    const auto trace = Trace::parse(kExample);
    ASSERT_TRUE(trace);
    EXPECT_EQ(trace->id(), "4bf92f3577b34da6a3ce929d0e0e4736");
    EXPECT_EQ(trace->step(), "00f067aa0ba902b7");
    EXPECT_EQ(trace->text(), kExample);
}

TEST(Trace, refuses_everything_malformed) {
    const std::string good(kExample);
    std::vector<std::string> bad{
        "",
        "00",
        good.substr(0, 54),
        good + "-",
        good + "-more",
        " " + good,
        "ff" + good.substr(2),
        "0g" + good.substr(2),
        "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
        "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-0x",
        "00_4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        "01" + good.substr(2) + "more",
    };
    for (const std::string& text : bad) EXPECT_FALSE(Trace::parse(text)) << text;
}

TEST(Trace, reads_of_later_versions_what_it_knows) {
    const std::string later = "cc" + std::string(kExample.substr(2));
    for (const std::string& text : {later, later + "-what-the-future-will-be"}) {
        const auto trace = Trace::parse(text);
        ASSERT_TRUE(trace) << text;
        EXPECT_EQ(trace->text(), kExample);
    }
}

TEST(Trace, keeps_of_the_flags_the_one_it_knows) {
    EXPECT_TRUE(Trace::parse("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-fe")
                    ->text()
                    .ends_with("-00"));
    EXPECT_TRUE(Trace::parse("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-03")
                    ->text()
                    .ends_with("-01"));
}

TEST(Trace, continues_the_callers_with_a_step_of_its_own) {
    const Trace trace = Trace::continue_from(with({kExample}));
    EXPECT_EQ(trace.id(), Trace::parse(kExample)->id());
    EXPECT_NE(trace.step(), Trace::parse(kExample)->step());
    EXPECT_TRUE(Trace::parse(trace.text()));
}

TEST(Trace, begins_anew_when_the_callers_cannot_be_read_or_stands_twice) {
    const auto old = Trace::parse(kExample)->id();
    for (const Headers& headers :
         {with({}), with({"garbage"}), with({kExample, kExample}), with({"", kExample})}) {
        const Trace trace = Trace::continue_from(headers);
        EXPECT_TRUE(Trace::parse(trace.text())) << trace.text();
        EXPECT_NE(trace.id(), old);
    }
}

TEST(Trace, draws_ids_that_differ) {
    std::set<std::string> ids;
    for (int i = 0; i < 1000; ++i) ids.emplace(Trace::begin().id());
    EXPECT_EQ(ids.size(), 1000u);
}

TEST(Trace, has_a_none) {
    EXPECT_FALSE(Trace());
    EXPECT_EQ(Trace().text(), "");
    EXPECT_EQ(Trace().id(), "");
    EXPECT_TRUE(Trace().next());
}

}  // namespace
}  // namespace penstock::transport
