#pragma once

#include <filesystem>

#include "base/error.h"
#include "files/descriptor.h"

namespace penstock::backup {

/// Keeps every other backup out of a place for as long as it lives: a locked file beside it, which
/// goes with the lock.
class PlaceLock {
  public:
    /// @retval kBackupUnderWay, kFileFault
    static Result<PlaceLock> take(const std::filesystem::path& place);
    PlaceLock(PlaceLock&&) = default;
    PlaceLock& operator=(PlaceLock&&) = delete;
    ~PlaceLock();

  private:
    PlaceLock(std::filesystem::path path, files::Descriptor lock)
        : path_(std::move(path)), lock_(std::move(lock)) {}

    std::filesystem::path path_;
    files::Descriptor lock_;
};

}  // namespace penstock::backup
