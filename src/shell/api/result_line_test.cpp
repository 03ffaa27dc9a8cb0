#include "shell/api/result_line.h"

#include <gtest/gtest.h>

#include <string>

namespace penstock::shell {
namespace {

std::string refusal(const std::string& line) {
    v1::WorkloadSpec spec;
    spec.mutable_result_unit()->set_line(line);
    const auto checked = check_result_line(spec);
    return checked ? "" : std::string(checked.error().reason()) + " " + checked.error().field();
}

TEST(ResultLine, is_refused_before_anything_is_bought) {
    EXPECT_EQ(refusal("step ([0-9]+)/"), "");
    EXPECT_EQ(refusal("step (["), "RESULT_PATTERN_WRONG spec.result_unit.line");
    EXPECT_EQ(refusal("(a)(b)"), "RESULT_PATTERN_WRONG spec.result_unit.line");
    EXPECT_TRUE(check_result_line(v1::WorkloadSpec())) << "nothing is counted";
}

}  // namespace
}  // namespace penstock::shell
