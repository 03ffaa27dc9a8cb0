// Connections that are there to be held.
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <thread>
#include <vector>

#include "hostile.h"

namespace penstock::hostile {
namespace {

/// Loopback addresses other than the honest clients'.
std::string stranger(std::size_t number) {
    return "127.0." + std::to_string(1 + number / 200) + "." + std::to_string(2 + number % 200);
}

class Connections : public HostileTest {
  protected:
    using Held = std::vector<std::unique_ptr<RawClient>>;

    /// Connects as one stranger. @return Whether the kernel connected it.
    RawClient& connect(Held& held, const std::string& from) const {
        return *held.emplace_back(std::make_unique<RawClient>(server_->port(), from.c_str()));
    }
};

/// How many descriptors this process may open from now on.
std::size_t allow_descriptors(std::size_t wanted) {
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return 0;
    limit.rlim_cur = std::min<rlim_t>(limit.rlim_max, std::max<rlim_t>(limit.rlim_cur, wanted));
    ::setrlimit(RLIMIT_NOFILE, &limit);
    return limit.rlim_cur;
}

TEST_F(Connections, five_thousand_that_say_nothing_are_held_and_others_served) {
    // Both ends are in this process.
    const std::size_t descriptors = allow_descriptors(11'000);
    const std::size_t count = std::min<std::size_t>(5'000, descriptors / 2 - 200);
    ASSERT_GE(count, 100u) << "the limit of open files is too low for this test";
    RecordProperty("connections", std::to_string(count));
    start();
    expect_served();
    const std::size_t before = resident_bytes();
    Held held;
    for (std::size_t i = 0; i < count; ++i)
        ASSERT_TRUE(connect(held, stranger(i % 10)).connected()) << i;
    // Served after all of them were accepted, for they stand in one line.
    expect_served();
    const std::size_t after = resident_bytes();  // Less than before, should others give back more.
    RecordProperty("kib_per_connection",
                   std::to_string((std::max(after, before) - before) / 1'024 / count));
    EXPECT_LT(after, before + count * 20 * 1'024 + 20 * kMiB);
    // They are connections, not only promises of the kernel's: each is answered still.
    for (std::size_t i = 0; i < count; i += count / 10) {
        ASSERT_TRUE(held[i]->send("GET /healthz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"));
        EXPECT_TRUE(held[i]->read_to_end().starts_with("HTTP/1.1 200 ")) << i;
    }
    held.clear();
    expect_served();
}

TEST_F(Connections, of_one_address_are_so_many_and_no_more) {
    options_.address_connections_max = 20;
    start();
    Held held;
    for (int i = 0; i < 40; ++i) connect(held, "127.0.0.2");
    int refused = 0;
    for (std::size_t i = 20; i < held.size(); ++i)
        refused += held[i]->read_to_end().starts_with("HTTP/1.1 429 ") ? 1 : 0;
    EXPECT_EQ(refused, 20);
    EXPECT_TRUE(held[0]->send("GET /healthz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"));
    EXPECT_TRUE(held[0]->read_to_end().starts_with("HTTP/1.1 200 "));
    expect_served();
}

TEST_F(Connections, that_are_idle_make_room_when_it_becomes_narrow) {
    options_.connections_max = 40;
    start();
    Held held;
    for (std::size_t i = 0; i < 40; ++i) connect(held, stranger(i));
    expect_soon([&] {
        RawClient honest(server_->port());
        honest.send("GET /healthz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
        return honest.read_to_end().starts_with("HTTP/1.1 200 ");
    });
    expect_served();
}

TEST_F(Connections, that_send_a_byte_at_a_time_hold_nobody_up) {
    start();
    const std::size_t before = resident_bytes();
    Held heads;
    Held bodies;
    for (std::size_t i = 0; i < 150; ++i) {
        EXPECT_TRUE(connect(heads, stranger(i)).send("GET /healthz HTTP/1.1\r\nHost: a\r\nX: "));
        EXPECT_TRUE(
            connect(bodies, stranger(i))
                .send("POST /v1/parties HTTP/1.1\r\nHost: a\r\nContent-Length: 4000000\r\n\r\n"));
    }
    for (int turn = 0; turn < 20; ++turn) {
        for (auto* senders : {&heads, &bodies})
            for (auto& raw : *senders) EXPECT_TRUE(raw->send("x"));
        if (turn % 10 == 0) expect_served();
    }
    EXPECT_LT(resident_bytes(), before + 64 * kMiB);
    for (auto& raw : heads) raw->send("\r\nConnection: close\r\n\r\n");
    for (auto& raw : heads) EXPECT_TRUE(raw->read_to_end().starts_with("HTTP/1.1 200 "));
}

TEST_F(Connections, that_ask_and_do_not_read_cost_what_is_under_way) {
    start();
    const std::size_t before = resident_bytes();
    // Each asks for more than any buffer of the kernel's holds, and reads none of it.
    std::string asking;
    for (int i = 0; i < 200; ++i) asking.append("GET /openapi.json HTTP/1.1\r\nHost: a\r\n\r\n");
    Held held;
    for (std::size_t i = 0; i < 50; ++i) connect(held, "127.0.0.2").send(asking);
    expect_served();
    EXPECT_LT(resident_bytes(), before + 96 * kMiB);
    held.clear();
    expect_served();
}

TEST_F(Connections, that_leave_in_the_middle_leave_nothing_behind) {
    start();
    for (int i = 0; i < 300; ++i) {
        RawClient raw(server_->port(), "127.0.0.2");
        switch (i % 4) {
            case 0:
                break;
            case 1:
                raw.send("GET /v1/sta");
                break;
            case 2:
                raw.send("POST /v1/parties HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nabc");
                break;
            default:
                raw.send("GET /v1/status HTTP/1.1\r\nHost: a\r\n\r\n");
        }
    }
    expect_served();
}

}  // namespace
}  // namespace penstock::hostile
