#include "app/client/ask_secret.h"

#include <termios.h>
#include <unistd.h>

#include <cstdio>
#include <iostream>

#include "app/client/error.h"

namespace penstock::client {

namespace {

/// Keeps what is typed from the screen, for as long as it lives.
class Blind {
  public:
    Blind() {
        if (::tcgetattr(STDIN_FILENO, &before_) != 0) return;
        struct termios blind = before_;
        blind.c_lflag &= ~static_cast<tcflag_t>(ECHO);
        is_set_ = ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &blind) == 0;
    }
    ~Blind() {
        if (!is_set_) return;
        ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &before_);
        std::fputs("\n", stderr);
    }
    Blind(const Blind&) = delete;
    Blind& operator=(const Blind&) = delete;

  private:
    struct termios before_{};
    bool is_set_ = false;
};

}  // namespace

Result<std::string> ask_secret(const char* prompt) {
    std::string line;
    if (::isatty(STDIN_FILENO) != 0) {
        std::fputs(prompt, stderr);
        const Blind blind;
        std::getline(std::cin, line);
    } else {
        std::getline(std::cin, line);
    }
    if (!std::cin) return reject(kUsage, {}, "A secret was to come on the standard input.");
    return line;
}

}  // namespace penstock::client
