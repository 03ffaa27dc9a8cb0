#include "fail.h"

#include <CLI/CLI.hpp>
#include <cstdio>
#include <string>

namespace penstock::app {

void fail(const Error& error) {
    const std::string in_field = error.field().empty() ? "" : " in " + error.field();
    std::fprintf(stderr, "penstock: %s%s: %s\n", std::string(error.reason()).c_str(),
                 in_field.c_str(), error.message().c_str());
    throw CLI::RuntimeError(1);
}

}  // namespace penstock::app
