#include "app/client/confirm.h"

#include <fmt/core.h>
#include <unistd.h>

#include <cstdio>
#include <iostream>

namespace penstock::client {

bool is_confirmed(const Session& session, const std::string& question) {
    if (session.output() == Output::machines || ::isatty(STDIN_FILENO) != 1) return false;
    fmt::print("{} [y/N] ", question);
    std::fflush(stdout);
    std::string answer;
    std::getline(std::cin, answer);
    return answer == "y" || answer == "Y" || answer == "yes";
}

}  // namespace penstock::client
