#include "advise/estimate/architecture.h"

#include <gtest/gtest.h>

#include <cmath>

#include "advise/estimate/error.h"
#include "advise/estimate/facts.h"
#include "advise/intent/names.h"

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

/// Each model of an intent has rows here, or is marked to have none.
TEST(ArchitectureTable, has_rows_for_every_model_that_an_intent_may_name_or_none_by_intent) {
    for (const intent::NamedModel& model : intent::models()) {
        const auto rows = table().architectures_of(model.id);
        EXPECT_EQ(rows.empty(), model.architecture.empty()) << model.id;
        for (const std::string& alias : model.aliases) {
            EXPECT_NE(intent::split_model_name(alias).model, nullptr) << alias;
            if (rows.size() == 1) {
                EXPECT_EQ(table().find(alias)->name, rows[0].name) << alias;
            }
        }
    }
    EXPECT_TRUE(table().architectures_of("no-such-model").empty());
}

TEST(ArchitectureTable, finds_models_by_the_names_of_intents_and_their_size) {
    const auto found = [](std::string_view name) {
        const auto row = table().find(name);
        return row ? row->name : row.error().detail();
    };
    EXPECT_EQ(found("llama3-70b"), "Llama-3 70B");
    EXPECT_EQ(found("llama3.1 405B"), "Llama-3.1 405B");
    EXPECT_EQ(found("llama 65B"), "Llama-1 65B");
    EXPECT_EQ(found("Llama 3.3 70B"), "Llama-3.1 70B");
    EXPECT_EQ(found("deepseek r1 671B"), "DeepSeek-V3");
    EXPECT_EQ(found("DeepSeek R1"), "DeepSeek-V3");
    EXPECT_EQ(found("gpt3"), "GPT-3 175B");
    EXPECT_EQ(found("Qwen2.5 72B"),
              "Given: 'Qwen2.5 72B'; of qwen2.5 the table has no layers and width.");
    // Several sizes, or another one: not for us to say.
    EXPECT_FALSE(table().find("llama 2"));
    EXPECT_FALSE(table().find("llama2 34b"));
    EXPECT_FALSE(table().find("llama 70b"));
    EXPECT_FALSE(table().find("llama2x"));
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
