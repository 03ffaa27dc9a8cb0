#include "files/descriptor.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <string>
#include <utility>

namespace penstock::files {
namespace {

bool is_open(int number) {
    return ::fcntl(number, F_GETFD) >= 0;
}

std::array<Descriptor, 2> make_pipe() {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) return {};
    return {Descriptor(ends[0]), Descriptor(ends[1])};
}

TEST(Descriptor, is_closed_once_and_by_its_last_owner) {
    auto [output, input] = make_pipe();
    const int number = output.number();
    {
        const Descriptor owner = std::move(output);
        EXPECT_FALSE(output.is_open());
        output.reset();
        EXPECT_TRUE(is_open(number));
    }
    EXPECT_FALSE(is_open(number));
    const int other = input.number();
    input = Descriptor();
    EXPECT_FALSE(is_open(other));
}

TEST(Descriptor, is_let_go_open) {
    auto [output, input] = make_pipe();
    const int number = input.release();
    EXPECT_FALSE(input.is_open());
    EXPECT_TRUE(is_open(number));
    ::close(number);
}

TEST(ReadAll, gathers_what_comes_in_pieces_until_the_buffer_is_full_or_the_end) {
    auto [output, input] = make_pipe();
    ASSERT_TRUE(write_all(input.number(), "one "));
    ASSERT_TRUE(write_all(input.number(), "two three"));
    input.reset();
    std::string buffer(7, '\0');
    EXPECT_EQ(read_all(output.number(), buffer), 7u);
    EXPECT_EQ(buffer, "one two");
    EXPECT_EQ(read_all(output.number(), buffer), 6u);
    EXPECT_EQ(buffer.substr(0, 6), " three");
    EXPECT_EQ(read_all(output.number(), buffer), 0u);
}

TEST(ReadAll, and_write_all_tell_of_a_descriptor_that_is_not_open) {
    std::string buffer(1, '\0');
    EXPECT_EQ(read_all(-1, buffer), std::nullopt);
    EXPECT_EQ(errno, EBADF);
    EXPECT_FALSE(write_all(-1, "x"));
    EXPECT_EQ(errno, EBADF);
}

}  // namespace
}  // namespace penstock::files
