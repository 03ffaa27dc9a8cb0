#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <string>

namespace penstock::postgres {

/// A real PostgreSQL of the tests' own: in a temporary folder, on a Unix socket in it, gone with
/// the object. Needs Debian's postgresql-15.
class PostgresInstance {
  public:
    /// On: as for work, with the memory that a machine of its own would give it.
    enum class Fsync : std::uint8_t { off, on };
    /// Starts it, or ends the program with the reason.
    explicit PostgresInstance(Fsync fsync = Fsync::off);
    ~PostgresInstance();
    PostgresInstance(const PostgresInstance&) = delete;
    PostgresInstance& operator=(const PostgresInstance&) = delete;

    /// The one that this program's tests share; started at the first call.
    static PostgresInstance& shared();

    /// Makes an empty database. @return Its URL.
    std::string create_database();
    std::string url(const std::string& database) const;

    /// SIGKILL for the postmaster and everything it started, as a power cut would.
    void kill();
    /// Starts it again after kill() or stop().
    void start();
    void stop();

  private:
    std::filesystem::path folder_;
    Fsync fsync_;
    pid_t postmaster_ = -1;
    int databases_ = 0;
};

}  // namespace penstock::postgres
