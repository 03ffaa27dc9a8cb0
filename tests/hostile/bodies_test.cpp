// Bodies that want more memory than they are worth.
#include <gtest/gtest.h>

#include <memory>
#include <vector>

#include "hostile.h"

namespace penstock::hostile {
namespace {

class Bodies : public HostileTest {
  protected:
    static std::string post(const std::string& path, const std::string& type,
                            const std::string& body) {
        return "POST " + path +
               " HTTP/1.1\r\nHost: a\r\nConnection: close\r\nIdempotency-Key: 0123456789abcdef\r\n"
               "Content-Type: " +
               type + "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
    }
    /// Expects 400 with a reason.
    void expect_refused(const std::string& request, const std::string& reason) {
        const std::string answer = answer_to(request);
        EXPECT_TRUE(answer.starts_with("HTTP/1.1 400 ")) << answer.substr(0, 400);
        EXPECT_NE(answer.find("\"" + reason + "\""), std::string::npos) << answer.substr(0, 800);
    }
};

TEST_F(Bodies, of_a_hundred_megabytes_are_refused_by_their_heads) {
    start();
    RawClient raw(server_->port());
    ASSERT_TRUE(
        raw.send("POST /v1/parties HTTP/1.1\r\nHost: a\r\nContent-Length: 104857600\r\n\r\n"));
    EXPECT_TRUE(raw.read_to_end().starts_with("HTTP/1.1 413 "));
    expect_served();
}

TEST_F(Bodies, of_a_hundred_megabytes_in_chunks_are_refused_on_the_way) {
    start();
    const std::size_t before = resident_bytes();
    RawClient raw(server_->port());
    ASSERT_TRUE(
        raw.send("POST /v1/parties HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"));
    const std::string chunk = "10000\r\n" + std::string(0x10000, 'x') + "\r\n";
    std::size_t sent = 0;
    while (sent < 100 * kMiB && raw.send(chunk)) sent += 0x10000;
    EXPECT_LT(sent, 40 * kMiB);  // The limit, what is read while lingering, and kernel buffers.
    EXPECT_LT(resident_bytes(), before + 48 * kMiB);
    expect_served();
}

TEST_F(Bodies, that_are_never_finished_hold_no_more_than_their_address_may) {
    start();
    const std::size_t before = resident_bytes();
    std::vector<std::unique_ptr<RawClient>> clients;
    const std::string piece(kMiB, 'x');
    for (int i = 0; i < 60; ++i) {
        auto& raw = clients.emplace_back(std::make_unique<RawClient>(server_->port(), "127.0.0.9"));
        raw->send("POST /v1/parties HTTP/1.1\r\nHost: a\r\nContent-Length: 4000000\r\n\r\n");
        for (int mega = 0; mega < 3; ++mega) raw->send(piece);
    }
    // Of 180 MiB that came; the clients have no more than their sockets.
    EXPECT_LT(resident_bytes(), before + 120 * kMiB);
    expect_served();
    int refused = 0;
    for (auto& raw : clients) {
        raw->end_sending();
        refused += raw->read_to_end().starts_with("HTTP/1.1 503 ") ? 1 : 0;
    }
    EXPECT_GE(refused, 20);
}

TEST_F(Bodies, that_nest_deeply_are_refused) {
    start();
    std::string lists(1'000'000, '[');
    std::string objects;
    for (int i = 0; i < 500'000; ++i) objects.append("{\"a\":");
    std::string known;
    for (int i = 0; i < 500'000; ++i) known.append(R"({"page":)");
    const std::string json = "application/json";
    EXPECT_TRUE(answer_to(post("/v1/parties", json, lists)).starts_with("HTTP/1.1 400 "));
    EXPECT_TRUE(answer_to(post("/v1/parties", json, objects)).starts_with("HTTP/1.1 400 "));
    EXPECT_TRUE(answer_to(post("/v1/parties", json, known)).starts_with("HTTP/1.1 400 "));
    // In binary: a message within a message within a message.
    std::string binary;
    for (int i = 0; i < 10'000 && binary.size() < 3'000'000; ++i) {
        std::string outer = "\x0a";
        for (std::size_t size = binary.size();; size >>= 7) {
            outer.push_back(static_cast<char>((size & 0x7f) | (size > 0x7f ? 0x80 : 0)));
            if (size <= 0x7f) break;
        }
        binary = outer + binary;
    }
    EXPECT_TRUE(
        answer_to(post("/penstock.v1.ContractService/PlanWorkload", "application/proto", binary))
            .starts_with("HTTP/1.1 400 "));
    expect_served();
}

TEST_F(Bodies, of_a_million_values_are_refused_before_they_become_messages) {
    start();
    std::string binary;
    while (binary.size() < 4'000'000) binary.append("\x0a\x00", 2);
    std::string json = R"({"lines":[{})";
    while (json.size() < 4'000'000) json.append(",{}");
    json.append("]}");
    std::string numbers = R"({"roles":[1)";
    while (numbers.size() < 4'000'000) numbers.append(",1");
    numbers.append("]}");
    const std::size_t before = resident_bytes();
    const std::string place = "/penstock.v1.ContractService/PlaceOrder";
    for (int i = 0; i < 5; ++i) {
        expect_refused(post(place, "application/proto", binary), "TOO_MANY_VALUES");
        expect_refused(post(place, "application/json", json), "TOO_MANY_VALUES");
        expect_refused(post("/v1/parties", "application/json", numbers), "TOO_MANY_VALUES");
    }
    EXPECT_LT(resident_bytes(), before + 64 * kMiB);
    expect_served();
}

TEST_F(Bodies, that_are_no_text_are_refused) {
    start();
    const std::string json = "application/json";
    for (const char* bad : {"\xff\xfe", "\xc0\xaf", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xe2\x82",
                            "\\ud800", "\\u0000\xff"}) {
        const std::string body = std::string(R"({"name":")") + bad + R"(","roles":["ROLE_BUYER"]})";
        const std::string answer = answer_to(post("/v1/parties", json, body));
        EXPECT_TRUE(answer.starts_with("HTTP/1.1 400 ")) << bad << "\n" << answer;
        // Nothing of it comes back unescaped.
        EXPECT_EQ(answer.find('\xff'), std::string::npos);
    }
    std::string binary("\x0a\x02\xff\xfe\x12\x01\x02", 7);
    EXPECT_TRUE(
        answer_to(post("/penstock.v1.PartyService/RegisterParty", "application/proto", binary))
            .starts_with("HTTP/1.1 400 "));
    expect_served();
}

TEST_F(Bodies, that_are_packed_are_refused_unpacked) {
    start();
    const std::string answer = answer_to(
        "POST /v1/parties HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Type: "
        "application/json\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\n\x1f\x8b\x08\x01");
    EXPECT_TRUE(answer.starts_with("HTTP/1.1 501 ") || answer.starts_with("HTTP/1.1 4")) << answer;
    EXPECT_NE(answer.find("{\"code\":\""), std::string::npos);
    expect_served();
}

}  // namespace
}  // namespace penstock::hostile
