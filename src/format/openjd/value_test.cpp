#include "format/openjd/value.h"

#include <gtest/gtest.h>

#include "format/openjd/error.h"

namespace penstock::openjd {
namespace {

TEST(OpenJdValue, names_place_and_path_of_what_is_wrong) {
    const auto root = format::parse_yaml("steps:\n  - nmae: x\n    n: 12\n", "t.yaml", 20);
    ASSERT_TRUE(root);
    const Value whole(*root, "", "t.yaml");
    const auto steps = whole.find("steps")->list(1, 5);
    ASSERT_TRUE(steps);
    const Value& step = steps->front();
    const auto unknown = step.require_fields({"name", "n"});
    EXPECT_EQ(unknown.error().reason(), kOpenJdUnknown.reason);
    EXPECT_EQ(unknown.error().detail(),
              "t.yaml:2:11: steps[0] has no field 'nmae'; did you mean 'name'?");
    EXPECT_EQ(step.need("name").error().reason(), kOpenJdMissing.reason);
    EXPECT_EQ(step.find("n")->integer(1, 12), 12);
    EXPECT_EQ(step.find("n")->integer(1, 11).error().field(), "steps[0].n");
    EXPECT_FALSE(step.find("n")->identifier());
    EXPECT_FALSE(whole.list(0, 0));
}

}  // namespace
}  // namespace penstock::openjd
