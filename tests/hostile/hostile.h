#pragma once

#include <sys/resource.h>
#include <unistd.h>

#include <cstddef>
#include <cstdio>
#include <string>

#include "shell/server/server_fixture.h"
#include "transport/http/test_support.h"

namespace penstock::hostile {

using transport::RawClient;

/// Resident memory of this process, in which server and clients are; 0 where it cannot be told.
inline std::size_t resident_bytes() {
    std::FILE* file = std::fopen("/proc/self/statm", "r");
    if (file == nullptr) return 0;
    unsigned long all = 0;
    unsigned long resident = 0;
    const int read = std::fscanf(file, "%lu %lu", &all, &resident);
    std::fclose(file);
    return read == 2 ? resident * static_cast<std::size_t>(::sysconf(_SC_PAGESIZE)) : 0;
}

inline constexpr std::size_t kMiB = std::size_t{1} << 20;

/// A server, and what its honest clients expect of it.
class HostileTest : public shell::ServerFixture {
  protected:
    /// Whether the server answers somebody else, by a question and by a command.
    void expect_served() {
        transport::RawClient honest(server_->port());
        ASSERT_TRUE(honest.connected());
        ASSERT_TRUE(honest.send("GET /healthz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"));
        EXPECT_TRUE(honest.read_to_end().starts_with("HTTP/1.1 200 "));
        const auto party = sign_up("Honest " + std::to_string(++honest_), v1::ROLE_BUYER);
        EXPECT_TRUE(party) << (party ? "" : party.error().message);
    }
    /// The whole answer to bytes that end the connection, or after which no more come.
    std::string answer_to(const std::string& bytes) {
        RawClient raw(server_->port());
        EXPECT_TRUE(raw.connected());
        raw.send(bytes);
        raw.end_sending();
        return raw.read_to_end();
    }

  private:
    int honest_ = 0;
};

}  // namespace penstock::hostile
