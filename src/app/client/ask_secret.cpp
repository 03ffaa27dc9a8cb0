#include "app/client/ask_secret.h"

#include <termios.h>
#include <unistd.h>

#include <cstdio>
#include <iostream>

#include "app/client/error.h"
#include "base/try.h"

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

Result<std::string> ask_new_secret(const char* prompt) {
    TRY_ASSIGN(std::string typed, ask_secret(prompt));
    if (::isatty(STDIN_FILENO) == 0) return typed;
    TRY_ASSIGN(const std::string again, ask_secret("The same again: "));
    if (again != typed)
        return reject(kUsage, {}, "The two are not the same; nothing was changed. Try again.");
    return typed;
}

}  // namespace penstock::client
