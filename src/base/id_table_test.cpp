#include "base/id_table.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <map>
#include <string>
#include <vector>

#include "base/archive.h"

namespace penstock {
namespace {

using Table = IdTable<OrderId, std::string>;
using testing::ElementsAre;
using testing::IsEmpty;

std::vector<std::uint64_t> ids_of(const Table& table) {
    std::vector<std::uint64_t> ids;
    table.for_each([&](OrderId id, const std::string&) { ids.push_back(id.value); });
    return ids;
}

std::string bytes_of(Table& table) {
    std::string bytes;
    ArchiveWriter{bytes}(table);
    return bytes;
}

bool can_read(const std::string& bytes) {
    Table table;
    ArchiveReader reader(bytes);
    reader(table);
    return reader.finished();
}

TEST(Id, prints_and_parses_its_prefix) {
    EXPECT_EQ(PoolId{7}.text(), "pool_7");
    EXPECT_EQ(PoolId::parse("pool_7"), PoolId{7});
    EXPECT_EQ(PoolId::parse("pool_18446744073709551615"), PoolId{UINT64_MAX});
    for (const char* text : {"", "pool", "pool_", "pool_0", "pool_07", "pool_-1", "pool_+1",
                             "pool_7 ", "prod_7", "pool7", "pool_18446744073709551616"}) {
        EXPECT_FALSE(PoolId::parse(text).has_value()) << text;
    }
}

TEST(IdTable, counts_from_one_and_never_gives_an_id_twice) {
    Table table;
    EXPECT_EQ(table.next_id(), OrderId{1});
    EXPECT_EQ(table.add("a").first, OrderId{1});
    table.erase(OrderId{1});
    EXPECT_EQ(table.find(OrderId{1}), nullptr);
    EXPECT_TRUE(table.was_issued(OrderId{1}));
    EXPECT_EQ(table.add("b").first, OrderId{2});
    EXPECT_EQ(table.at(OrderId{2}), "b");
    EXPECT_FALSE(table.was_issued(OrderId{0}));
    EXPECT_FALSE(table.was_issued(OrderId{3}));
}

TEST(IdTable, skips_ids_that_name_things_kept_elsewhere) {
    Table table;
    EXPECT_EQ(table.skip(), OrderId{1});
    EXPECT_EQ(table.add("a").first, OrderId{2});
    EXPECT_TRUE(table.was_issued(OrderId{1}));
    EXPECT_EQ(table.find(OrderId{1}), nullptr);
    EXPECT_EQ(table.size(), 1u);
}

TEST(IdTable, takes_back_what_was_done_last) {
    Table table;
    table.add("a");
    table.add("b");
    const std::string before = bytes_of(table);
    table.add("c");
    table.skip();
    table.erase(OrderId{1});
    table.erase(OrderId{3});
    table.put_back(OrderId{1}, "a");
    table.rewind(OrderId{3});
    EXPECT_EQ(bytes_of(table), before);
    EXPECT_EQ(table.add("d").first, OrderId{3});
}

TEST(IdTable, keeps_things_where_they_are) {
    Table table;
    const std::string* first = table.add("first").second;
    for (int i = 0; i < 100'000; ++i) table.add("more");
    EXPECT_EQ(table.find(OrderId{1}), first);
}

TEST(IdTable, iterates_while_the_function_erases_and_adds) {
    Table table;
    for (int i = 0; i < 600; ++i) table.add("x");
    table.for_each([&](OrderId id, const std::string&) {
        if (id.value == 1) table.add("late");
        if (id.value != 300 && id.value != 601) table.erase(id);
        if (id.value == 300) table.erase(OrderId{301});
    });
    EXPECT_THAT(ids_of(table), ElementsAre(300, 601));
}

TEST(IdTable, remembers_the_last_id_when_all_things_are_gone) {
    Table table;
    table.add("a");
    table.erase(OrderId{1});
    Table read;
    const std::string bytes = bytes_of(table);
    ArchiveReader reader(bytes);
    reader(read);
    EXPECT_TRUE(reader.finished());
    EXPECT_EQ(read.next_id(), OrderId{2});
    EXPECT_THAT(ids_of(read), IsEmpty());
}

TEST(IdTable, refuses_bytes_with_impossible_ids) {
    const auto bytes = [](std::uint64_t last, std::vector<std::uint64_t> ids) {
        std::string out;
        ArchiveWriter writer(out);
        std::uint64_t count = ids.size();
        writer(last, count);
        for (std::uint64_t id : ids) {
            std::string value = "x";
            writer(id, value);
        }
        return out;
    };
    EXPECT_TRUE(can_read(bytes(9, {1, 9})));
    EXPECT_FALSE(can_read(bytes(9, {0})));
    EXPECT_FALSE(can_read(bytes(9, {10})));
    EXPECT_FALSE(can_read(bytes(9, {2, 2})));
    EXPECT_FALSE(can_read(bytes(9, {2, 1})));
    EXPECT_FALSE(can_read(bytes(UINT64_MAX, {UINT64_MAX})));
    // A far gap costs no memory.
    EXPECT_TRUE(can_read(bytes(std::uint64_t{1} << 60, {1, std::uint64_t{1} << 60})));
}

TEST(IdTableDeathTest, stops_at_what_is_not_there) {
    Table table;
    EXPECT_DEATH(table.at(OrderId{1}), "broken invariant");
    EXPECT_DEATH(table.erase(OrderId{1}), "broken invariant");
}

RC_GTEST_PROP(IdTableProperty, agrees_with_a_map, ()) {
    Table table;
    std::map<std::uint64_t, std::string> expected;
    std::uint64_t last = 0;
    const int changes = *rc::gen::inRange(1, 60);
    for (int i = 0; i < changes; ++i) {
        switch (*rc::gen::weightedElement<int>({{4, 0}, {2, 1}, {3, 2}})) {
            case 0: {
                const auto value = std::to_string(i);
                RC_ASSERT(table.add(value).first == OrderId{++last});
                expected[last] = value;
                break;
            }
            case 1: {
                // Far enough to leave blocks and chapters behind.
                const int gap = *rc::gen::element(1, 255, 256, 65'536, 200'000);
                for (int j = 0; j < gap; ++j) table.skip();
                last += static_cast<std::uint64_t>(gap);
                break;
            }
            default:
                if (expected.empty()) break;
                auto victim = expected.begin();
                std::advance(victim, *rc::gen::inRange<std::size_t>(0, expected.size()));
                table.erase(OrderId{victim->first});
                expected.erase(victim);
        }
    }
    const auto matches = [&](const Table& checked) {
        RC_ASSERT(checked.size() == expected.size());
        RC_ASSERT(checked.next_id() == OrderId{last + 1});
        std::map<std::uint64_t, std::string> seen;
        checked.for_each([&](OrderId id, const std::string& value) {
            RC_ASSERT((seen.empty() || seen.rbegin()->first < id.value));
            seen.emplace(id.value, value);
        });
        RC_ASSERT(seen == expected);
        for (const auto& [id, value] : expected) RC_ASSERT(*checked.find(OrderId{id}) == value);
        RC_ASSERT(checked.find(OrderId{last + 1}) == nullptr);
    };
    matches(table);
    Table read;
    const std::string bytes = bytes_of(table);
    ArchiveReader reader(bytes);
    reader(read);
    RC_ASSERT(reader.finished());
    matches(read);
}

}  // namespace
}  // namespace penstock
