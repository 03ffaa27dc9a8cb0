#pragma once

#include <cstdint>
#include <filesystem>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/id.h"
#include "shell/api/api.h"

namespace penstock::shell {

/// What tasks have written, as their agents sent it. Not journaled: a log may be lost with its
/// disk.
///
/// A task's log is that of its attempts, one after another; only the newest attempt's grows.
/// Thread-safe; may wait for the disk.
class TaskLogs {
  public:
    struct Options {
        std::filesystem::path folder;
        std::uint64_t attempt_bytes_max = 8u << 20;  ///< What comes after is dropped.
        std::uint64_t free_bytes_min = 64u << 20;    ///< Below, nothing is taken.
    };
    /// Whose log it is.
    struct Origin {
        TaskId task;
        PartyId buyer;
        AgentId agent;
    };
    struct Piece {
        std::string text;
        std::uint64_t next_offset = 0;
    };

    explicit TaskLogs(Options options);

    /// @param origin  As the exchange knows it; nothing for an attempt that is over, whose log must
    ///                then have been begun, and by `caller`.
    /// @return The offset from which to go on.
    /// @retval kLogGap, kNotYourself, kDiskLow, kFileFault
    Result<std::uint64_t> append(AttemptId attempt, const std::optional<Origin>& origin,
                                 AgentId caller, std::uint64_t offset, std::string_view text);
    /// At most 64 KiB from `offset`; empty at the end, and for a task that has no log yet.
    Result<Piece> read(TaskId task, std::uint64_t offset) const;
    /// Whose task it is; nothing when it has no log yet.
    std::optional<PartyId> buyer(TaskId task) const;

  private:
    struct Index {
        PartyId buyer;
        std::vector<AttemptId> attempts;
    };
    std::filesystem::path text_file(AttemptId attempt) const;
    std::optional<Origin> read_origin(AttemptId attempt) const;
    std::optional<Index> read_index(TaskId task) const;
    Result<void> begin(AttemptId attempt, const Origin& origin);

    const Options options_;
    mutable std::mutex mutex_;
};

/// Has `api` serve TaskService/AppendLog and TaskService/ReadLog from `logs`, which outlives it.
void serve_task_logs(Api& api, TaskLogs& logs);

}  // namespace penstock::shell
