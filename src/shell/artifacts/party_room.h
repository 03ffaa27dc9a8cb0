#pragma once

#include <cstdint>
#include <map>
#include <mutex>

#include "base/id.h"

namespace penstock::artifacts {

/// How many bytes of the store each party takes, with those arriving. Thread-safe.
class PartyRoom {
  public:
    PartyRoom(std::uint64_t bytes_max, std::map<PartyId, std::uint64_t> stored)
        : bytes_max_(bytes_max), taken_(std::move(stored)) {}

    /// @return False, and nothing taken, when that would be more than a party may have.
    bool take(PartyId party, std::uint64_t bytes) {
        const std::lock_guard lock(mutex_);
        std::uint64_t& taken = taken_[party];
        if (taken > bytes_max_ || bytes > bytes_max_ - taken) return false;
        taken += bytes;
        return true;
    }
    void give_back(PartyId party, std::uint64_t bytes) {
        const std::lock_guard lock(mutex_);
        taken_[party] -= bytes;
    }

  private:
    const std::uint64_t bytes_max_;
    std::mutex mutex_;
    std::map<PartyId, std::uint64_t> taken_;
};

/// What one upload takes of its party's room; given back unless it is kept. One thread at a time.
class RoomShare {
  public:
    explicit RoomShare(PartyRoom& room) : room_(room) {}
    ~RoomShare() { room_.give_back(party_, bytes_); }
    RoomShare(const RoomShare&) = delete;
    RoomShare& operator=(const RoomShare&) = delete;

    /// @param party  The same each time.
    bool grow_to(PartyId party, std::uint64_t bytes) {
        party_ = party;
        if (bytes > bytes_ && !room_.take(party, bytes - bytes_)) return false;
        bytes_ = bytes > bytes_ ? bytes : bytes_;
        return true;
    }
    void keep() { bytes_ = 0; }

  private:
    PartyRoom& room_;
    PartyId party_;
    std::uint64_t bytes_ = 0;
};

}  // namespace penstock::artifacts
