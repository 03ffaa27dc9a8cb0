#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <semaphore>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include "log/line.h"
#include "log/output.h"

namespace penstock::log {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::MatchesRegex;
using testing::Not;

/// What `say` leaves in the log.
template <class Say>
std::string written(OutputOptions options, Say say) {
    std::ostringstream text;
    options.into = &text;
    {
        const Output output(options);
        say();
    }
    return text.str();
}

TEST(Log, writes_an_event_as_one_json_object) {
    const std::string line = written({.format = Format::json}, [] {
        Line(Level::warning, "request").add("method", "A/B").add("status", 503).add("ok", false);
    });
    EXPECT_THAT(line,
                MatchesRegex("\\{\"time\":\"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}\\.[0-9]{6}Z\","
                             "\"level\":\"warning\",\"event\":\"request\",\"method\":\"A/B\","
                             "\"status\":503,\"ok\":false\\}\n"));
}

TEST(Log, writes_an_event_as_text) {
    const std::string line = written({}, [] {
        Line(Level::info, "started").add("name", "a b").add("port", 7480u).add("empty", "");
    });
    EXPECT_THAT(line, EndsWith("Z info    started name=\"a b\" port=7480 empty=\"\"\n"));
}

TEST(Log, lets_no_value_forge_a_line_or_a_field) {
    const std::string evil = "x\" ok=true\n{\"event\":\"forged\"}\r\x1b[2J\xff\xe2\x80\xae";
    for (const Format format : {Format::text, Format::json}) {
        const std::string line =
            written({.format = format}, [&] { Line(Level::info, "said").add("text", evil); });
        EXPECT_EQ(std::ranges::count(line, '\n'), 1);
        EXPECT_THAT(line, Not(HasSubstr("\x1b")));
        EXPECT_THAT(line, HasSubstr(R"(x\" ok=true\u000a{\"event\":\"forged\"}\u000d\u001b[2J)"));
        EXPECT_THAT(line, HasSubstr("\xEF\xBF\xBD\\u202e"));
    }
}

TEST(Log, takes_what_is_said_through_spdlog) {
    const std::string text = written({}, [] { spdlog::warn("it's \"here\"\nand {}", 2); });
    EXPECT_THAT(text, EndsWith("Z warning it's \"here\"\\u000aand 2\n"));
    const std::string json = written({.format = Format::json}, [] { spdlog::info("a \"b\""); });
    EXPECT_THAT(json, HasSubstr(R"("level":"info","event":"message","message":"a \"b\""})"));
}

TEST(Log, leaves_out_what_is_below_its_level) {
    EXPECT_FALSE(is_on(Level::error)) << "without an output nothing is said";
    const std::string text = written({.level = Level::warning}, [] {
        EXPECT_FALSE(is_on(Level::info));
        Line(Level::info, "quiet").add("value", 1);
        spdlog::info("quiet, too");
        Line(Level::error, "loud");
    });
    EXPECT_THAT(text, EndsWith(" error   loud\n"));
    EXPECT_THAT(text, Not(HasSubstr("quiet")));
}

/// A reader that takes nothing until it is told to.
class StuckReader final : public std::stringbuf {
  public:
    void go_on() { may_go_.release(1'000); }

  protected:
    std::streamsize xsputn(const char* text, std::streamsize size) override {
        may_go_.acquire();
        return std::stringbuf::xsputn(text, size);
    }

  private:
    std::counting_semaphore<> may_go_{0};
};

TEST(Log, drops_the_oldest_rather_than_wait) {
    const std::uint64_t before = lines_dropped();
    constexpr std::uint64_t kLines = 400;
    constexpr std::uint64_t kRoom = 8;
    StuckReader reader;
    std::ostream stream(&reader);
    {
        const Output output({.lines_max = kRoom, .into = &stream});
        {
            std::vector<std::jthread> threads;
            for (int thread = 0; thread < 4; ++thread)
                threads.emplace_back([] {
                    for (std::uint64_t i = 0; i < kLines / 4; ++i) Line(Level::info, "many");
                });
        }
        EXPECT_GE(lines_dropped() - before, kLines - kRoom - 1);
        Line(Level::info, "last");
        reader.go_on();
    }
    const std::string text = reader.str();
    const auto count = static_cast<std::uint64_t>(std::ranges::count(text, '\n'));
    EXPECT_EQ(count + lines_dropped() - before, kLines + 1);
    EXPECT_THAT(text, EndsWith("last\n"));
}

}  // namespace
}  // namespace penstock::log
