#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>

namespace penstock::transport {

/// What connections hold of a server's memory, in all and by the address that they come from, so
/// that one address cannot take all of it. Thread-safe.
class Occupancy {
  public:
    /// An IPv4 address in the form of IPv6; of any other IPv6 address the first 64 bits, which is
    /// what one customer has.
    using Address = std::array<std::uint8_t, 16>;
    struct Bounds {
        std::size_t connections_max = 0;  ///< Of one address.
        std::size_t bytes_max = 0;        ///< In all.
        std::size_t address_bytes_max = 0;
    };

    /// One connection's place and what it holds; given back when this goes. Must not outlive the
    /// occupancy. One thread at a time.
    class Place {
      public:
        Place(Occupancy& occupancy, const Address& address);
        ~Place();
        Place(const Place&) = delete;
        Place& operator=(const Place&) = delete;

        /// Says how much the connection holds now. The first kBytesFree are free.
        /// @return False when that is too much; what it holds is then as before.
        bool hold(std::size_t bytes);

      private:
        Occupancy& occupancy_;
        const Address address_;
        std::size_t held_ = 0;
    };

    explicit Occupancy(const Bounds& bounds) : bounds_(bounds) {}
    /// A place for one more connection; null when the address has as many as it may.
    std::unique_ptr<Place> enter(const Address& address);
    std::size_t bytes() const;

    static constexpr std::size_t kBytesFree = 32u << 10;

  private:
    struct Share {
        std::size_t connections = 0;
        std::size_t bytes = 0;
    };
    bool change(const Address& address, std::size_t from, std::size_t to);
    void leave(const Address& address, std::size_t held);

    const Bounds bounds_;
    mutable std::mutex mutex_;
    std::map<Address, Share> shares_;  ///< Of addresses with connections.
    std::size_t bytes_ = 0;
};

}  // namespace penstock::transport
