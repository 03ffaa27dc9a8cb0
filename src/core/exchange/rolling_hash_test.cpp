#include "core/exchange/rolling_hash.h"

#include <gtest/gtest.h>

#include "base/archive.h"

namespace penstock::exchange {
namespace {

/// Commands of different lengths, enough to fold several times.
void run(RollingHash& rolling, int from, int to) {
    for (int i = from; i < to; ++i) {
        rolling.add(static_cast<std::uint64_t>(i));
        rolling.add(std::string(static_cast<std::size_t>(i * 37 % 500), 'x'));
        rolling.end_command();
    }
}

TEST(RollingHash, does_not_depend_on_when_it_was_asked) {
    RollingHash asked;
    for (int i = 0; i < 100; ++i) {
        run(asked, i, i + 1);
        (void)asked.value();
    }
    RollingHash plain;
    run(plain, 0, 100);
    EXPECT_EQ(asked.value(), plain.value());
}

TEST(RollingHash, changes_with_every_command) {
    RollingHash rolling;
    Digest before = rolling.value();
    for (int i = 0; i < 100; ++i) {
        run(rolling, i, i + 1);
        EXPECT_NE(rolling.value(), before);
        before = rolling.value();
    }
}

TEST(RollingHash, never_forgets_an_early_difference) {
    RollingHash one;
    RollingHash other;
    one.add("a");
    other.add("b");
    run(one, 0, 100);
    run(other, 0, 100);
    EXPECT_NE(one.value(), other.value());
}

TEST(RollingHash, tells_pieces_apart) {
    RollingHash one;
    RollingHash other;
    one.add("ab");
    one.add("c");
    other.add("a");
    other.add("bc");
    EXPECT_NE(one.value(), other.value());
}

TEST(RollingHash, goes_on_from_where_it_was_kept) {
    RollingHash rolling;
    run(rolling, 0, 50);
    std::string bytes;
    ArchiveWriter writer(bytes);
    rolling.visit(writer);
    RollingHash restored;
    ArchiveReader reader(bytes);
    restored.visit(reader);
    ASSERT_TRUE(reader.finished());
    run(rolling, 50, 100);
    run(restored, 50, 100);
    EXPECT_EQ(restored.value(), rolling.value());
}

}  // namespace
}  // namespace penstock::exchange
