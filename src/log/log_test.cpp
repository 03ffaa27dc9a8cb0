#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <signal.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <semaphore>
#include <sstream>
#include <string>
#include <thread>
#include <utility>
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

/// Has standard error be a pipe for as long as it lives.
class ErrorPipe {
  public:
    explicit ErrorPipe(int flags = 0) : before_(::dup(STDERR_FILENO)) {
        std::array<int, 2> ends{};
        EXPECT_EQ(::pipe2(ends.data(), flags | O_CLOEXEC), 0);
        reader_ = ends[0];
        ::dup2(ends[1], STDERR_FILENO);
        ::close(ends[1]);
    }
    ~ErrorPipe() {
        restore();
        ::close(reader_);
    }
    ErrorPipe(const ErrorPipe&) = delete;
    ErrorPipe& operator=(const ErrorPipe&) = delete;

    /// Ends the pipe.
    void restore() {
        if (before_ < 0) return;
        ::dup2(before_, STDERR_FILENO);
        ::close(std::exchange(before_, -1));
    }
    static bool has_room() {
        pollfd polled{.fd = STDERR_FILENO, .events = POLLOUT, .revents = 0};
        return ::poll(&polled, 1, 0) != 0;
    }
    /// Whether something comes.
    bool wait() const {
        pollfd polled{.fd = reader_, .events = POLLIN, .revents = 0};
        return ::poll(&polled, 1, 60'000) > 0;
    }
    /// All that comes until the pipe's end.
    std::string read_to_end() const {
        std::string text;
        std::array<char, 4096> buffer;
        while (wait()) {
            const ssize_t count = ::read(reader_, buffer.data(), buffer.size());
            if (count <= 0) break;
            text.append(buffer.data(), static_cast<std::size_t>(count));
        }
        return text;
    }

  private:
    int before_;
    int reader_ = -1;
};

constexpr int kMoreThanAPipeHolds = 3'000;

void say_much() {
    for (int i = 0; i < kMoreThanAPipeHolds; ++i)
        Line(Level::info, "many").add("padding", std::string(50, 'x'));
}

auto whole_lines(const std::string& text) {
    std::istringstream stream(text);
    std::ptrdiff_t count = 0;
    for (std::string line; std::getline(stream, line);)
        if (line.ends_with("Z info    many padding=" + std::string(50, 'x'))) ++count;
    return count;
}

TEST(Log, ends_though_nobody_reads) {
    ErrorPipe pipe;
    const std::uint64_t before = lines_dropped();
    std::mutex mutex;
    std::condition_variable changed;
    bool ended = false;
    std::string drained;
    std::jthread rescuer([&] {
        std::unique_lock lock(mutex);
        if (changed.wait_for(lock, std::chrono::seconds(30), [&] { return ended; })) return;
        drained = pipe.read_to_end();
    });
    {
        const Output output({.end_patience = std::chrono::milliseconds(20)});
        say_much();
    }
    pipe.restore();
    {
        const std::scoped_lock lock(mutex);
        ended = true;
    }
    changed.notify_all();
    rescuer.join();
    EXPECT_EQ(drained, "") << "it waited for a reader";
    const std::string text = pipe.read_to_end();
    const auto dropped = static_cast<std::ptrdiff_t>(lines_dropped() - before);
    EXPECT_GT(dropped, 0);
    EXPECT_EQ(whole_lines(text) + dropped, kMoreThanAPipeHolds);
    EXPECT_EQ(whole_lines(text), std::ranges::count(text, '\n'));
}

TEST(Log, waits_for_a_slow_reader_of_a_pipe_that_does_not_block) {
    ErrorPipe pipe(O_NONBLOCK);
    const std::uint64_t before = lines_dropped();
    std::string text;
    std::jthread reader([&] {
        const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(60);
        while (ErrorPipe::has_room() && std::chrono::steady_clock::now() < deadline)
            std::this_thread::yield();
        text = pipe.read_to_end();
    });
    {
        const Output output({.end_patience = std::chrono::seconds(60)});
        say_much();
    }
    pipe.restore();
    reader.join();
    EXPECT_EQ(whole_lines(text), kMoreThanAPipeHolds);
    EXPECT_EQ(lines_dropped(), before);
}

TEST(Log, leaves_signals_to_the_thread_that_waits_for_them) {
    const ErrorPipe pipe;
    sigset_t before;
    sigset_t after;
    ::pthread_sigmask(SIG_BLOCK, nullptr, &before);
    const Output output({});
    ::pthread_sigmask(SIG_BLOCK, nullptr, &after);
    for (int signal = 1; signal < SIGRTMIN; ++signal)
        EXPECT_EQ(::sigismember(&before, signal), ::sigismember(&after, signal)) << signal;
    Line(Level::info, "running");
    ASSERT_TRUE(pipe.wait()) << "a thread that has just begun takes no signal either";
    // As the agent does, with the log's thread there already.
    sigset_t endings;
    ::sigemptyset(&endings);
    ::sigaddset(&endings, SIGTERM);
    ::pthread_sigmask(SIG_BLOCK, &endings, nullptr);
    ::kill(::getpid(), SIGTERM);  // Ends this program at once if any thread takes it.
    const timespec patience{60, 0};
    EXPECT_EQ(::sigtimedwait(&endings, nullptr, &patience), SIGTERM);
    ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

}  // namespace
}  // namespace penstock::log
