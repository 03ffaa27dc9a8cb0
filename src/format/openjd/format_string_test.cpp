#include "format/openjd/format_string.h"

#include <gtest/gtest.h>

namespace penstock::openjd {
namespace {

const Names kNames{"Param.Frames", "Task.Param.Frame"};

TEST(OpenJdFormatString, puts_values_in) {
    const auto text = FormatString::parse("a {{ Param.Frames }}-{{Task.Param.Frame}}}", kNames);
    ASSERT_TRUE(text);
    EXPECT_TRUE(text->refers_to("Param.Frames"));
    EXPECT_FALSE(text->refers_to("Param"));
    EXPECT_EQ(text->resolve([](const std::string& name) { return "<" + name + ">"; }),
              "a <Param.Frames>-<Task.Param.Frame>}");
    EXPECT_FALSE(FormatString::parse("}} { {", kNames)->has_references());
}

TEST(OpenJdFormatString, is_refused_with_what_to_do) {
    EXPECT_NE(FormatString::parse("{{Param.Frame}}", kNames).error().find("mean 'Param.Frames'"),
              std::string::npos);
    for (const char* text : {"{{", "{{}}", "{{a..b}}", "{{1}}", "{{Param.Frames", "{{a b}}"})
        EXPECT_FALSE(FormatString::parse(text, kNames)) << text;
}

}  // namespace
}  // namespace penstock::openjd
