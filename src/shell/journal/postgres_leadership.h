#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "shell/journal/leadership.h"
#include "shell/postgres/connection.h"

namespace penstock::shell {

struct PostgresLeadershipOptions {
    std::string url;
    std::string name;  ///< Of this server, for people; need not differ from others'.
    /// A leader that could not renew for so long leads no more, and another may take over.
    std::chrono::milliseconds lease{3'000};
};

/// Leadership by a row in PostgreSQL, on a thread and a connection of its own: takes the lead when
/// it is free, renews it, and looks who has it.
///
/// Each renewal changes the row. A lease has run out for those who have seen the same row for as
/// long as it lasts, by their own clocks, which no one sets; the leader counts from before it
/// asked, and so stops earlier. What time the database or a server thinks it is does not matter.
class PostgresLeadership final : public Leadership {
  public:
    /// @retval kJournalForeign, kJournalFault  The database could not be asked even once.
    static Result<std::unique_ptr<PostgresLeadership>> open(PostgresLeadershipOptions options);
    /// Withdraws.
    ~PostgresLeadership() override;

    std::uint64_t epoch() const override;
    Leader leader() const override;
    void announce(const std::string& address) override;
    void stand() override;
    void withdraw() override;

  private:
    explicit PostgresLeadership(PostgresLeadershipOptions options);
    Result<void> connect();
    void run();
    /// One step: renews, or looks and takes. On the thread.
    Result<void> attend();
    Result<void> renew(std::uint64_t epoch, const std::string& address);
    /// @return Whether nobody leads any more.
    Result<bool> look();
    Result<void> take(const std::string& address);
    void give_up(std::uint64_t epoch);

    const PostgresLeadershipOptions options_;
    const std::string holder_;  ///< Differs from every other's.
    postgres::Connection connection_;
    std::int64_t seen_renewal_ = -1;  ///< Of the row, when it was last looked at.
    std::int64_t seen_since_ns_ = 0;  ///< When it was first seen so.

    mutable std::mutex mutex_;  // Guards what follows.
    std::condition_variable changed_;
    std::string address_;
    std::uint64_t epoch_ = 0;
    std::int64_t held_until_ns_ = 0;  ///< By the clock that counts since the machine started.
    Leader leader_;
    bool stands_ = false;
    bool stopping_ = false;
    bool withdrawing_ = false;
    std::thread thread_;
};

}  // namespace penstock::shell
