#include "advise/estimate/architecture.h"

#include <gtest/gtest.h>

#include <cmath>

#include "advise/estimate/error.h"
#include "advise/estimate/facts.h"

namespace penstock::estimate {
namespace {

const ArchitectureTable& table() {
    static const ArchitectureTable kTable =
        *ArchitectureTable::read(architectures_csv(), "llm_architectures.csv");
    return kTable;
}

/// 12·layers·width² are a dense transformer's parameters but for what its family adds: vocabulary,
/// and gated or grouped parts.
TEST(ArchitectureTable, has_shapes_that_give_about_the_parameters) {
    for (const Architecture& row : table().rows()) {
        EXPECT_FALSE(row.source.empty()) << row.name;
        if (row.is_mixture()) continue;
        const double body = 12 * row.layers * row.width * row.width;
        EXPECT_GT(body / row.parameters, 0.6) << row.name;
        EXPECT_LT(body / row.parameters, 1.15) << row.name;
    }
}

TEST(ArchitectureTable, finds_names_and_refuses_others_with_the_nearest) {
    EXPECT_EQ(table().find("llama-2 70b")->layers, 80);
    EXPECT_EQ(table().find("Llama 2 70B")->parameters, 68.98e9);
    EXPECT_EQ(table().find("DeepSeek V3")->active_parameters, 37e9);
    const auto unknown = table().find("Llama-2 71B");
    ASSERT_FALSE(unknown);
    EXPECT_EQ(unknown.error().number(), kModelUnknown.number);
    EXPECT_NE(unknown.error().detail().find("Llama-2 70B"), std::string::npos);
    EXPECT_EQ(table().find_beginning_of("TinyLlama 1.1B (300B tok)")->name, "TinyLlama 1.1B");
    EXPECT_EQ(table().find_beginning_of("Tiny"), nullptr);
}

TEST(Architecture, is_assumed_from_the_nearest_size_and_says_so) {
    const Architecture shape = table().assumed(64e9, 64e9);
    EXPECT_TRUE(shape.assumed);
    EXPECT_EQ(shape.layers, 80);
    EXPECT_NEAR(shape.width, 8192, 300);
    EXPECT_NE(shape.source.find("assumed"), std::string::npos);
    for (double size = 1e6; size < 1e14; size *= 3) {
        const Architecture any = table().assumed(size, size);
        const double body = 12 * any.layers * any.width * any.width;
        EXPECT_GT(body / size, 0.5) << size;
        EXPECT_LT(body / size, 1.2) << size;
    }
    EXPECT_EQ(table().assumed(600e9, 37e9).active_parameters, 37e9);
}

}  // namespace
}  // namespace penstock::estimate
