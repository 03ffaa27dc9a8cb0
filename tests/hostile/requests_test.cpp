// Requests that say two things at once, or ask for what is not there.
#include <gtest/gtest.h>

#include "hostile.h"

namespace penstock::hostile {
namespace {

class Requests : public HostileTest {};

/// In these a proxy before us might see one request where we see two, or the other way round.
TEST_F(Requests, that_could_be_read_in_two_ways_are_refused_and_end_the_connection) {
    start();
    const std::string smuggled = "GET /healthz HTTP/1.1\r\nHost: b\r\n\r\n";
    const std::string post = "POST /v1/parties HTTP/1.1\r\nHost: a\r\n";
    const std::string chunked = "Transfer-Encoding: chunked\r\n";
    const std::vector<std::pair<const char*, std::string>> rows{
        {"length and chunked", post + "Content-Length: 5\r\n" + chunked + "\r\n0\r\n\r\n"},
        {"chunked and length", post + chunked + "Content-Length: 5\r\n\r\n0\r\n\r\n"},
        {"two lengths", post + "Content-Length: 0\r\nContent-Length: 40\r\n\r\n"},
        {"two lengths in one", post + "Content-Length: 0, 40\r\n\r\n"},
        {"a length with a sign", post + "Content-Length: +5\r\n\r\nabcde"},
        {"a length in hex", post + "Content-Length: 0x5\r\n\r\nabcde"},
        {"a length too long", post + "Content-Length: 99999999999999999999999\r\n\r\n"},
        {"space before the colon", post + "Content-Length : 5\r\n\r\nabcde"},
        {"a tab before the colon", post + "Transfer-Encoding\t: chunked\r\n\r\n0\r\n\r\n"},
        {"a line that goes on", post + "X: a\r\n Content-Length: 5\r\n\r\n"},
        {"a line that goes on with chunked",
         post + "Transfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n"},
        {"another coding", post + "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n"},
        {"chunked before another", post + "Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n"},
        {"chunked twice", post + chunked + chunked + "\r\n0\r\n\r\n"},
        {"a coding in HTTP/1.0", "POST / HTTP/1.0\r\n" + chunked + "\r\n0\r\n\r\n"},
        {"line feeds alone", "GET /healthz HTTP/1.1\nHost: a\n\n"},
        {"a line feed alone in a header", "GET /healthz HTTP/1.1\r\nX: a\nY: b\r\n\r\n"},
        {"a carriage return alone", "GET /healthz HTTP/1.1\r\nX: a\rY: b\r\n\r\n"},
        {"NUL in a name", std::string("GET /healthz HTTP/1.1\r\nX\0: a\r\n\r\n", 34)},
        {"NUL in a value", std::string("GET /healthz HTTP/1.1\r\nX: a\0b\r\n\r\n", 35)},
        {"NUL in the target", std::string("GET /heal\0thz HTTP/1.1\r\n\r\n", 26)},
        {"a name of nothing", "GET /healthz HTTP/1.1\r\n: a\r\n\r\n"},
        {"no host", "GET /healthz HTTP/1.1\r\n\r\n"},
        {"two hosts", "GET /healthz HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"},
        {"a space in the target", "GET /healthz /x HTTP/1.1\r\nHost: a\r\n\r\n"},
        {"another protocol", "GET /healthz HTTP/3.7\r\nHost: a\r\n\r\n"},
        {"a chunk too large", post + chunked + "\r\nfffffffffffffffff\r\n"},
        {"a chunk in no number", post + chunked + "\r\n-1\r\n"},
        {"a chunk with a sign", post + chunked + "\r\n+0\r\n\r\n"},
    };
    for (const auto& [what, request] : rows) {
        const std::string answer = answer_to(request + smuggled);
        EXPECT_TRUE(answer.starts_with("HTTP/1.1 400 ") || answer.starts_with("HTTP/1.1 505 ") ||
                    answer.starts_with("HTTP/1.1 413 "))
            << what << "\n"
            << answer;
        EXPECT_EQ(transport::count_of(answer, "HTTP/1.1 "), 1u) << what << "\n" << answer;
        EXPECT_NE(answer.find("{\"code\":\""), std::string::npos) << what;
    }
    expect_served();
}

TEST_F(Requests, reach_no_file_by_a_path) {
    start();
    for (const char* path : {"/evidence/../../../../../../etc/passwd",
                             "/evidence/%2e%2e/%2e%2e/%2e%2e/etc/passwd",
                             "/evidence/..%2f..%2f..%2fetc/passwd",
                             "/evidence/tile/0/..%5c..%5cserver.secret",
                             "/evidence/%00",
                             "/evidence/checkpoint%00.txt",
                             "/evidence//etc/passwd",
                             "/evidence/./checkpoint/",
                             "/evidence/key",
                             "/evidence/../server.secret",
                             "/artifacts/sha256/../../server.secret",
                             "/artifacts/sha256/%2e%2e%2fserver.secret",
                             "/artifacts/sha256/",
                             "/artifacts/",
                             "//healthz",
                             "/./healthz",
                             "/healthz/",
                             "/healthz%00",
                             "/%68ealthz%2f..",
                             "/v1//parties",
                             "/v1/../healthz",
                             "/v1/parties/%2e%2e",
                             "/v1/parties/..%2f..",
                             "/V1/STATUS",
                             "/oidc/../healthz",
                             "http://a/healthz",
                             "https://elsewhere/healthz",
                             "elsewhere:443",
                             "*",
                             "healthz",
                             "?",
                             "/?/../healthz"}) {
        const std::string answer = answer_to(std::string("GET ") + path +
                                             " HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
        ASSERT_TRUE(answer.starts_with("HTTP/1.1 4")) << path << "\n" << answer;
        // The log's files are for tools of others, and say so in their way.
        EXPECT_TRUE(answer.find("{\"code\":\"") != std::string::npos ||
                    answer.find("No such file; see c2sp.org") != std::string::npos)
            << path << "\n"
            << answer;
        EXPECT_EQ(answer.find("root:"), std::string::npos) << path;
    }
    expect_served();
}

TEST_F(Requests, of_strange_verbs_and_sizes_are_refused) {
    start();
    const std::string host = " HTTP/1.1\r\nHost: a\r\nConnection: close\r\n";
    const std::string long_text(20'000, 'x');
    std::string many_headers;
    for (int i = 0; i < 5'000; ++i) many_headers.append("X: y\r\n");
    EXPECT_TRUE(answer_to("GET /" + long_text + host + "\r\n").starts_with("HTTP/1.1 431 "));
    EXPECT_TRUE(
        answer_to("GET /" + host + "X: " + long_text + "\r\n\r\n").starts_with("HTTP/1.1 431 "));
    EXPECT_TRUE(answer_to("GET /" + host + many_headers + "\r\n").starts_with("HTTP/1.1 431 "));
    EXPECT_TRUE(answer_to(long_text + long_text).starts_with("HTTP/1.1 4"));
    for (const char* verb : {"CONNECT", "TRACE", "OPTIONS", "DELETE", "PROPFIND", "get", "X"}) {
        const std::string answer = answer_to(verb + (" /v1/status" + host) + "\r\n");
        EXPECT_TRUE(answer.starts_with("HTTP/1.1 4")) << verb << "\n" << answer;
    }
    expect_served();
}

}  // namespace
}  // namespace penstock::hostile
