#include <google/protobuf/util/json_util.h>
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "core/pricing/read_plan.h"
#include "core/pricing/test_plan.h"

namespace penstock::pricing {
namespace {

std::vector<std::string> examples() {
    std::ifstream file(PENSTOCK_PRICING_GUIDE);
    std::stringstream text;
    text << file.rdbuf();
    const std::string guide = text.str();
    const std::string opening = "```json\n";
    std::vector<std::string> blocks;
    for (auto from = guide.find(opening); from != std::string::npos;
         from = guide.find(opening, from)) {
        from += opening.size();
        blocks.push_back(guide.substr(from, guide.find("```", from) - from));
    }
    return blocks;
}

TEST(PricingGuide, has_examples_that_are_plans) {
    const std::vector<std::string> blocks = examples();
    ASSERT_EQ(blocks.size(), 7u) << PENSTOCK_PRICING_GUIDE;
    v1::PricePlan plan;
    ASSERT_TRUE(google::protobuf::util::JsonStringToMessage(blocks[0], &plan).ok());
    EXPECT_TRUE(read_plan(plan));
    for (std::size_t i = 1; i < blocks.size(); ++i) {
        plan.clear_components();
        plan.clear_energy();
        ASSERT_TRUE(
            google::protobuf::util::JsonStringToMessage(blocks[i], plan.add_components()).ok())
            << blocks[i];
        const auto read = read_plan(plan);
        ASSERT_TRUE(read) << read.error().field() << " of " << blocks[i];
    }
    EXPECT_EQ(plan.components(0).commitment().units(), 10'000);
}

}  // namespace
}  // namespace penstock::pricing
