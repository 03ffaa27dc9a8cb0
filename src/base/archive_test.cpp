#include "base/archive.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "base/id.h"

namespace penstock {
namespace {

using testing::ElementsAre;

enum class Colour : std::uint16_t { red = 1, green = 2 };

/// One of each thing that can be archived.
struct Sample {
    bool flag = false;
    std::int32_t number = 0;
    Colour colour = Colour::red;
    Instant at;
    Duration length;
    Money amount;
    Interval interval;
    PoolId pool;
    std::string name;
    std::array<std::uint8_t, 3> digest{};
    std::optional<std::string> note;
    std::vector<std::int64_t> list;
    std::deque<std::string> queue;
    std::set<std::string> names;
    std::map<std::uint32_t, std::vector<std::string>> groups;
    std::pair<std::uint8_t, bool> couple;

    bool operator==(const Sample&) const = default;
    template <class Archive>
    void visit(Archive& archive) {
        archive(flag, number, colour, at, length, amount, interval, pool, name, digest, note, list);
        archive(queue, names, groups, couple);
    }
};

Sample some_sample() {
    Sample sample;
    sample.flag = *rc::gen::arbitrary<bool>();
    sample.number = *rc::gen::arbitrary<std::int32_t>();
    sample.colour = *rc::gen::element(Colour::red, Colour::green);
    sample.at = {*rc::gen::arbitrary<std::int64_t>()};
    sample.length = {*rc::gen::arbitrary<std::int64_t>()};
    sample.amount = Money{*rc::gen::arbitrary<std::int64_t>()};
    sample.interval = {{*rc::gen::arbitrary<std::int64_t>()},
                       {*rc::gen::arbitrary<std::int64_t>()}};
    sample.pool = {*rc::gen::arbitrary<std::uint64_t>()};
    sample.name = *rc::gen::arbitrary<std::string>();
    sample.digest = *rc::gen::arbitrary<std::array<std::uint8_t, 3>>();
    if (*rc::gen::arbitrary<bool>()) sample.note = *rc::gen::arbitrary<std::string>();
    sample.list = *rc::gen::arbitrary<std::vector<std::int64_t>>();
    sample.queue = *rc::gen::arbitrary<std::deque<std::string>>();
    sample.names = *rc::gen::arbitrary<std::set<std::string>>();
    sample.groups = *rc::gen::arbitrary<std::map<std::uint32_t, std::vector<std::string>>>();
    sample.couple = *rc::gen::arbitrary<std::pair<std::uint8_t, bool>>();
    return sample;
}

template <class T>
std::string bytes_of(const T& value) {
    std::string bytes;
    ArchiveWriter{bytes}(value);
    return bytes;
}

template <class T>
bool can_read(std::string_view bytes) {
    T value{};
    ArchiveReader reader(bytes);
    reader(value);
    return reader.finished();
}

TEST(Archive, writes_numbers_little_endian_and_lengths_in_64_bits) {
    EXPECT_EQ(bytes_of(std::uint32_t{0x01020304}), std::string("\x04\x03\x02\x01", 4));
    EXPECT_EQ(bytes_of(true), std::string("\x01", 1));
    EXPECT_EQ(bytes_of(std::string("ab")), std::string("\x02\0\0\0\0\0\0\0ab", 10));
    EXPECT_EQ(bytes_of(Colour::green), std::string("\x02\0", 2));
}

TEST(Archive, refuses_a_length_beyond_the_input) {
    EXPECT_FALSE(can_read<std::string>(bytes_of(std::uint64_t{1})));
    EXPECT_FALSE(can_read<std::vector<std::int64_t>>(bytes_of(UINT64_MAX)));
    EXPECT_FALSE((can_read<std::map<int, int>>(bytes_of(std::uint64_t{1} << 40))));
}

TEST(Archive, refuses_a_truth_value_that_is_neither) {
    EXPECT_TRUE(can_read<bool>(std::string("\x01", 1)));
    EXPECT_FALSE(can_read<bool>(std::string("\x02", 1)));
    EXPECT_FALSE(can_read<std::optional<bool>>(std::string("\xff\x01", 2)));
}

TEST(Archive, refuses_keys_that_do_not_rise) {
    using Keys = std::vector<std::uint32_t>;
    using Entries = std::vector<std::pair<std::uint32_t, std::uint32_t>>;
    EXPECT_TRUE(can_read<std::set<std::uint32_t>>(bytes_of(Keys{1, 2})));
    EXPECT_FALSE(can_read<std::set<std::uint32_t>>(bytes_of(Keys{2, 1})));
    EXPECT_FALSE(can_read<std::set<std::uint32_t>>(bytes_of(Keys{2, 2})));
    using Map = std::map<std::uint32_t, std::uint32_t>;
    EXPECT_TRUE(can_read<Map>(bytes_of(Entries{{1, 9}, {2, 8}})));
    EXPECT_FALSE(can_read<Map>(bytes_of(Entries{{2, 9}, {1, 8}})));
    EXPECT_FALSE(can_read<Map>(bytes_of(Entries{{1, 9}, {1, 9}})));
}

TEST(Archive, refuses_a_currency_that_is_none) {
    EXPECT_TRUE(can_read<Currency>("CNY"));
    EXPECT_FALSE(can_read<Currency>("CN1"));
}

TEST(Archive, does_nothing_after_a_failure) {
    const std::string bytes("\x02\x01", 2);
    ArchiveReader reader(bytes);
    bool first = false;
    bool second = false;
    reader(first, second);
    EXPECT_FALSE(reader.ok());
    EXPECT_FALSE(second);
}

RC_GTEST_PROP(ArchiveProperty, reads_what_was_written, ()) {
    const Sample sample = some_sample();
    const std::string bytes = bytes_of(sample);
    Sample read;
    ArchiveReader reader(bytes);
    reader(read);
    RC_ASSERT(reader.finished());
    RC_ASSERT(read == sample);
}

RC_GTEST_PROP(ArchiveProperty, refuses_every_cut_and_every_tail, ()) {
    const std::string bytes = bytes_of(some_sample());
    const auto length = *rc::gen::inRange<std::size_t>(0, bytes.size());
    RC_ASSERT(!can_read<Sample>(std::string_view(bytes).substr(0, length)));
    RC_ASSERT(!can_read<Sample>(bytes + '\0'));
}

RC_GTEST_PROP(ArchiveProperty, accepts_only_bytes_it_would_write_itself, ()) {
    std::string bytes = bytes_of(some_sample());
    for (int i = *rc::gen::inRange(1, 4); i > 0; --i) {
        const auto place = *rc::gen::inRange<std::size_t>(0, bytes.size());
        bytes[place] = *rc::gen::arbitrary<char>();
    }
    Sample read;
    ArchiveReader reader(bytes);
    reader(read);
    if (reader.finished()) RC_ASSERT(bytes_of(read) == bytes);
}

}  // namespace
}  // namespace penstock
