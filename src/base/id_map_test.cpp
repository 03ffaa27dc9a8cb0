#include "base/id_map.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "base/archive.h"

namespace penstock {
namespace {

TEST(IdMap, finds_what_was_put_and_nothing_else) {
    IdMap<AgentId, std::string> map;
    EXPECT_TRUE(map.find(AgentId{3}) == map.end());
    map[AgentId{3}] = "three";
    map[AgentId{1}] = "one";
    EXPECT_EQ(map.at(AgentId{3}), "three");
    EXPECT_EQ(map[AgentId{1}], "one");
    EXPECT_FALSE(map.contains(AgentId{2}));
    EXPECT_FALSE(map.contains(AgentId{4}));
    map.erase(AgentId{3});
    map.erase(AgentId{3});
    EXPECT_FALSE(map.contains(AgentId{3}));
    EXPECT_EQ(map.size(), 1u);
}

TEST(IdMap, iterates_in_the_order_of_ids) {
    IdMap<AgentId, int> map;
    for (const std::uint64_t id : {5u, 2u, 9u}) map[AgentId{id}] = 0;
    std::vector<std::uint64_t> ids;
    for (const auto& [id, value] : map) ids.push_back(id.value);
    EXPECT_EQ(ids, (std::vector<std::uint64_t>{2, 5, 9}));
}

TEST(IdMap, keeps_its_things_where_they_are_when_it_moves) {
    IdMap<AgentId, int> map;
    map[AgentId{7}] = 7;
    const int* before = &map.at(AgentId{7});
    const IdMap<AgentId, int> moved = std::move(map);
    EXPECT_EQ(&moved.at(AgentId{7}), before);
    EXPECT_TRUE(moved.find(AgentId{6}) == moved.end());
}

TEST(IdMap, copies_stand_for_themselves) {
    IdMap<AgentId, int> map;
    map[AgentId{7}] = 7;
    IdMap<AgentId, int> copy = map;
    copy.at(AgentId{7}) = 8;
    EXPECT_EQ(map.at(AgentId{7}), 7);
    EXPECT_EQ(copy.find(AgentId{7})->second, 8);
}

TEST(IdMap, comes_back_from_an_archive) {
    IdMap<AgentId, std::uint32_t> map;
    map[AgentId{2}] = 20;
    map[AgentId{8}] = 80;
    std::string bytes;
    ArchiveWriter writer(bytes);
    writer(map);
    IdMap<AgentId, std::uint32_t> read;
    ArchiveReader reader(bytes);
    reader(read);
    ASSERT_TRUE(reader.finished());
    EXPECT_EQ(read.at(AgentId{8}), 80u);
    EXPECT_EQ(read.size(), 2u);
}

}  // namespace
}  // namespace penstock
