#include "advise/estimate/chip.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

#include "advise/estimate/chip_name.h"
#include "advise/estimate/error.h"
#include "advise/estimate/facts.h"
#include "advise/intent/names.h"

namespace penstock::estimate {
namespace {

const ChipTable& table() {
    static const ChipTable kTable = *ChipTable::read(chips_csv(), "chips.csv");
    return kTable;
}

std::string found(std::string_view name) {
    const auto chip = table().find(name);
    return chip ? chip->model : chip.error().detail();
}

TEST(ChipTable, finds_every_chip_by_its_own_name) {
    EXPECT_EQ(table().chips().size(), 71U);
    for (const Chip& chip : table().chips()) {
        EXPECT_EQ(found(chip.model), chip.model);
        EXPECT_FALSE(chip.source.empty()) << chip.model;
    }
}

TEST(ChipTable, finds_families_and_what_people_write) {
    EXPECT_EQ(found("A100"), "A100-SXM4-80GB");
    EXPECT_EQ(found("a100-40g"), "A100-SXM4-40GB");
    EXPECT_EQ(found("NVIDIA A100 PCIe"), "A100-PCIe-80GB");
    EXPECT_EQ(found("H100 SXM"), "H100-SXM5-80GB");
    EXPECT_EQ(found("V100"), "V100-SXM2-32GB");
    EXPECT_EQ(found("B200"), "B200-SXM-180GB");
    EXPECT_EQ(found("Ascend910B"), "Ascend 910B (generic)");
    EXPECT_EQ(found("昇腾910B"), "Ascend 910B (generic)");
    EXPECT_EQ(found("华为 昇腾 910B3"), "Ascend 910B3");
    EXPECT_EQ(found("寒武纪 思元590"), "MLU590");
    EXPECT_EQ(found("天垓100"), "天垓100 (BI-V100)");
    EXPECT_EQ(found("RTX4090"), "RTX 4090");
}

TEST(ChipTable, refuses_what_it_does_not_have_and_names_the_nearest) {
    const auto refused = table().find("H1000");
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().number(), kChipUnknown.number);
    EXPECT_EQ(refused.error().field(), "device");
    EXPECT_NE(refused.error().detail().find("H100"), std::string::npos) << refused.error().detail();
    EXPECT_NE(found("MI300").find("MI300"), std::string::npos);  // A or X: not for us to say.
    EXPECT_FALSE(table().find("MI300"));
    EXPECT_FALSE(table().find(""));
    EXPECT_FALSE(table().find("100"));
    for (const char* part : {"gb", "SXM", "SXM4", "80GB", "PCIe", "Ascend", "RTX", "TPU", "MLU"})
        EXPECT_FALSE(table().find(part)) << part;
    EXPECT_FALSE(table().find("\xff\xff"));
    EXPECT_FALSE(table().find(std::string(1000, 'a')));
}

/// Each id by which an intent asks for chips gives the rows that it means, and each of its names
/// one of them: the two tables of names are one.
TEST(ChipTable, has_rows_for_every_chip_that_an_intent_may_name) {
    std::set<std::string> met;
    for (const intent::NamedChip& named : intent::chips()) {
        const auto rows = table().chips_of(named.id);
        EXPECT_FALSE(rows.empty()) << named.id;
        std::set<std::string> models;
        for (const Chip& row : rows) {
            EXPECT_EQ(row.vendor, named.vendor) << named.id;
            models.insert(row.model);
        }
        if (named.family) continue;
        // No row is of two chips.
        for (const std::string& model : models) EXPECT_TRUE(met.insert(model).second) << model;
        EXPECT_TRUE(models.contains(found(named.id))) << named.id << ": " << found(named.id);
        for (const std::string& alias : named.aliases)
            EXPECT_TRUE(models.contains(found(alias))) << alias << ": " << found(alias);
    }
    EXPECT_EQ(met.size(), table().chips().size());
    EXPECT_TRUE(table().chips_of("no-such-chip").empty());
}

TEST(ChipTable, keeps_chips_apart_whose_names_begin_alike) {
    const auto models = [](std::string_view id) {
        std::string text;
        for (const Chip& chip : table().chips_of(id)) text += chip.model + "|";
        return text;
    };
    EXPECT_EQ(models("a10"), "A10|");
    EXPECT_EQ(models("l4"), "L4|");
    EXPECT_EQ(models("h20"), "H20-96GB|");
    EXPECT_EQ(models("ascend-310"), "Ascend 310|");
    EXPECT_EQ(models("hygon-k100"), "DCU K100|");
    EXPECT_EQ(models("a100"), "A100-SXM4-40GB|A100-SXM4-80GB|A100-PCIe-80GB|");
    EXPECT_EQ(models("ascend-910b"),
              "Ascend 910B1|Ascend 910B2|Ascend 910B3|Ascend 910B4|Ascend 910B (generic)|");
    EXPECT_EQ(models("gaudi"), "Gaudi2|Gaudi3|");
    EXPECT_EQ(found("寒武纪590"), "MLU590");
    EXPECT_EQ(found("昇腾910"), "Ascend 910A");
    EXPECT_FALSE(table().find("华为"));  // A family: not for us to say.
}

TEST(Chip, has_dense_peaks_and_says_at_which_precision) {
    const auto ascend = table().find("Ascend 910B2");
    ASSERT_TRUE(ascend);
    const auto other = peak(*ascend, Precision::bf16);
    ASSERT_TRUE(other);
    EXPECT_EQ(other->precision, Precision::fp16);
    EXPECT_EQ(other->flops_per_s, 376e12);
    EXPECT_EQ(peak(*table().find("H100"), Precision::bf16)->flops_per_s, 989e12);
    EXPECT_EQ(peak(*table().find("H100"), Precision::fp8)->flops_per_s, 1979e12);
    const auto missing = peak(*table().find("A100"), Precision::fp8);
    ASSERT_FALSE(missing);
    EXPECT_EQ(missing.error().number(), kFigureUnknown.number);
    EXPECT_FALSE(peak(*table().find("壁砺106"), Precision::bf16));
}

TEST(Chip, of_low_confidence_is_not_billed_on) {
    EXPECT_TRUE(table().find("H100")->may_be_billed_on());
    EXPECT_FALSE(table().find("Ascend 910B2")->may_be_billed_on());
    EXPECT_FALSE(table().find("MI300A")->may_be_billed_on());
}

TEST(ChipTable, refuses_a_broken_table) {
    EXPECT_FALSE(ChipTable::read("", "c.csv"));
    EXPECT_FALSE(ChipTable::read("vendor,model\nx,y\n", "c.csv"));
    const std::string header =
        "vendor,model,arch,fp16,bf16,fp8,mem_gib,mem_bw_gbps,tdp_w,confidence,source\n";
    EXPECT_TRUE(ChipTable::read(header + "v,m,a,1,1,,1,1,1,high,s\n", "c.csv"));
    const auto broken = ChipTable::read(header + "v,m,a,-1,1,,1,1,1,high,s\n", "c.csv");
    ASSERT_FALSE(broken);
    EXPECT_NE(broken.error().detail().find("c.csv:2: fp16"), std::string::npos);
    // A confidence that we do not know is none.
    const auto odd = ChipTable::read(header + "v,m1,a,1,1,,1,1,1,sure,s\n", "c.csv");
    ASSERT_TRUE(odd);
    EXPECT_FALSE(odd->chips()[0].may_be_billed_on());
}

}  // namespace
}  // namespace penstock::estimate
