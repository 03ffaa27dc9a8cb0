#pragma once

#include <gtest/gtest.h>
#include <stdlib.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <string>
#include <vector>

#include "app/client/commands.h"

namespace penstock::client {

/// Runs verbs as the program does, beside a folder of their own.
class VerbFixture : public testing::Test {
  protected:
    VerbFixture() {
        std::string name = testing::TempDir() + "/penstock-verbs-XXXXXX";
        folder_ = mkdtemp(name.data());
    }
    ~VerbFixture() override { std::filesystem::remove_all(folder_); }

    /// Runs a verb; what it printed is in out_ and errors_.
    int run(std::vector<std::string> arguments) {
        CLI::App app;
        app.require_subcommand(1);
        add_client_commands(app, plan_intent_);
        std::reverse(arguments.begin(), arguments.end());
        testing::internal::CaptureStdout();
        testing::internal::CaptureStderr();
        int code = 0;
        try {
            app.parse(arguments);
        } catch (const CLI::ParseError& error) {
            code = exit_code(app, error);
        }
        std::fflush(stdout);
        out_ = testing::internal::GetCapturedStdout();
        errors_ = testing::internal::GetCapturedStderr();
        return code;
    }

    std::filesystem::path folder_;
    PlanIntent plan_intent_;  ///< Without it `plan` takes task files alone.
    std::string out_;
    std::string errors_;
};

}  // namespace penstock::client
