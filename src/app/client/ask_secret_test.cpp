#include "app/client/ask_secret.h"

#include <gtest/gtest.h>
#include <poll.h>
#include <pty.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include <chrono>
#include <string>
#include <utility>

namespace penstock::client {
namespace {

/// A process with a terminal of its own that is asked for a new secret; it ends with 0 when it took
/// one.
class Typist {
  public:
    Typist() {
        process_ = ::forkpty(&terminal_, nullptr, nullptr, nullptr);
        if (process_ != 0) return;
        const auto asked = ask_new_secret("New: ");
        ::_exit(asked && *asked == "hush" ? 0 : 1);
    }
    ~Typist() {
        ::close(terminal_);  // Whoever still waits for a line finds the end.
        if (process_ > 0) ::waitpid(process_, nullptr, 0);
    }

    /// Types the line once the prompt is there and the screen is blind: before, it would be lost.
    void answer(const std::string& prompt, const std::string& line) {
        while (shown_.find(prompt) == std::string::npos && read_more()) continue;
        ASSERT_NE(shown_.find(prompt), std::string::npos) << shown_;
        shown_.clear();
        struct termios now{};
        do {
            ASSERT_EQ(::tcgetattr(terminal_, &now), 0);
            ASSERT_LT(std::chrono::steady_clock::now(), deadline_);
        } while ((now.c_lflag & ECHO) != 0);
        ASSERT_EQ(::write(terminal_, line.data(), line.size()), static_cast<ssize_t>(line.size()));
    }
    int end() {
        while (read_more()) continue;
        int status = 0;
        ::waitpid(std::exchange(process_, -1), &status, 0);
        return WEXITSTATUS(status);
    }
    const std::string& shown() const { return shown_; }

  private:
    bool read_more() {
        pollfd waiting{terminal_, POLLIN, 0};
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(
            deadline_ - std::chrono::steady_clock::now());
        if (left.count() <= 0 || ::poll(&waiting, 1, static_cast<int>(left.count())) <= 0)
            return false;
        char bytes[256];
        const auto count = ::read(terminal_, bytes, sizeof bytes);
        if (count > 0) shown_.append(bytes, static_cast<std::size_t>(count));
        return count > 0;
    }

    const std::chrono::steady_clock::time_point deadline_ =
        std::chrono::steady_clock::now() + std::chrono::seconds(60);
    int terminal_ = -1;
    pid_t process_ = -1;
    std::string shown_;
};

TEST(AskSecret, takes_a_new_secret_that_is_typed_twice_unseen) {
    Typist typist;
    typist.answer("New: ", "hush\n");
    typist.answer("The same again: ", "hush\n");
    EXPECT_EQ(typist.end(), 0);
    EXPECT_EQ(typist.shown().find("hush"), std::string::npos) << typist.shown();
}

TEST(AskSecret, takes_none_that_is_typed_otherwise_the_second_time) {
    Typist typist;
    typist.answer("New: ", "hush\n");
    typist.answer("The same again: ", "hussh\n");
    EXPECT_EQ(typist.end(), 1);
}

}  // namespace
}  // namespace penstock::client
