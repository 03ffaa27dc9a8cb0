#include "advise/intent/names.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "advise/intent/shipped.h"
#include "advise/intent/table.h"

namespace penstock::intent {
namespace {

TEST(Names, stand_within_places_that_exist) {
    std::set<std::string> ids;
    for (const NamedPlace& place : places()) {
        EXPECT_TRUE(ids.insert(place.id).second) << place.id;
        if (place.kind != PlaceKind::country) {
            EXPECT_NE(find_place(place.within), nullptr) << place.id;
        }
        EXPECT_EQ(place.kind == PlaceKind::region, !place.members.empty()) << place.id;
        for (const auto& member : place.members)
            EXPECT_NE(find_place(member), nullptr) << place.id << " " << member;
    }
}

TEST(Names, know_every_city_of_the_table) {
    const Table cities(kCitiesCsv);
    std::set<std::string> ids;
    for (const CityPoint& city : city_points()) ids.insert(city.id);
    EXPECT_EQ(ids.size(), cities.rows());
}

TEST(Names, know_every_chip_of_the_table) {
    const Table facts(kChipFactsCsv);
    std::set<std::string> used;
    for (std::size_t row = 0; row < facts.rows(); ++row) {
        bool known = false;
        for (const NamedChip& chip : chips()) {
            if (chip.family ||
                !stands_for(chip, facts.text(row, "vendor"), facts.text(row, "model")))
                continue;
            // One chip, not two.
            EXPECT_FALSE(known) << facts.text(row, "model") << " " << chip.id;
            known = true;
            used.insert(chip.id);
        }
        EXPECT_TRUE(known) << facts.text(row, "model");
    }
    for (const NamedChip& chip : chips())
        EXPECT_TRUE(chip.family || used.contains(chip.id)) << chip.id << " is in no row";
}

TEST(Names, say_of_each_model_whether_its_architecture_is_known) {
    const Table table(kModelsCsv);
    for (std::size_t row = 0; row < table.rows(); ++row)
        EXPECT_NE(table.text(row, "architecture"), "") << table.text(row, "id");
}

TEST(Places, have_the_regions_that_buyers_name) {
    for (const char* name : {"长三角", "京津冀", "粤港澳", "成渝", "东部", "西部", "中部地区"}) {
        const auto id = place_id(name, "places");
        ASSERT_TRUE(id.has_value()) << name;
        const NamedPlace& region = *find_place(*id);
        EXPECT_EQ(region.kind, PlaceKind::region) << name;
        EXPECT_GE(region.members.size(), 2U) << name;
    }
}

/// What the table says, step by step: a city within a province, a province member of a region.
TEST(Places, lie_in_all_that_the_table_puts_around_them) {
    for (const NamedPlace& place : places()) {
        EXPECT_TRUE(lies_in(place.id, place.id)) << place.id;
        EXPECT_TRUE(lies_in(place.id, "china")) << place.id;
        EXPECT_EQ(lies_in("china", place.id), place.id == "china") << place.id;
        for (const NamedPlace& region : places()) {
            if (region.kind != PlaceKind::region || place.kind == PlaceKind::region) continue;
            const std::string& province = place.kind == PlaceKind::city ? place.within : place.id;
            const bool is_member =
                std::ranges::find(region.members, province) != region.members.end();
            EXPECT_EQ(lies_in(place.id, region.id), is_member) << place.id << " " << region.id;
        }
        if (place.kind == PlaceKind::city) {
            EXPECT_TRUE(lies_in(place.id, place.within)) << place.id;
            EXPECT_FALSE(lies_in(place.within, place.id)) << place.id;
        }
    }
    EXPECT_TRUE(lies_in("shenzhen", "eastern-region"));
    EXPECT_FALSE(lies_in("wuhan", "eastern-region"));
}

TEST(Places, lie_in_one_another) {
    EXPECT_TRUE(lies_in("suzhou", "jiangsu"));
    EXPECT_TRUE(lies_in("suzhou", "yangtze-river-delta"));
    EXPECT_TRUE(lies_in("jiangsu", "china"));
    EXPECT_TRUE(lies_in("qingpu", "shanghai"));
    EXPECT_TRUE(lies_in("jiang-zhe-hu", "yangtze-river-delta"));
    EXPECT_FALSE(lies_in("yangtze-river-delta", "jiang-zhe-hu"));
    EXPECT_FALSE(lies_in("jiangsu", "suzhou"));
    EXPECT_FALSE(lies_in("nowhere", "china"));
    EXPECT_TRUE(overlap("east-china", "yangtze-river-delta"));
    EXPECT_FALSE(overlap("nanjing", "suzhou"));
}

TEST(Places, are_found_by_any_of_their_names) {
    for (const char* name : {"yangtze-river-delta", "长三角", "Yangtze River Delta", "YRD"})
        EXPECT_EQ(place_id(name, "places"), "yangtze-river-delta") << name;
    EXPECT_EQ(place_id("Inner Mongolia", "places"), "inner-mongolia");
    EXPECT_EQ(place_id("内蒙古自治区", "places"), "inner-mongolia");
}

}  // namespace
}  // namespace penstock::intent
