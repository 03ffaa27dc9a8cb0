#include "transport/http/occupancy.h"

namespace penstock::transport {

Occupancy::Place::Place(Occupancy& occupancy, const Address& address)
    : occupancy_(occupancy), address_(address) {}

Occupancy::Place::~Place() {
    occupancy_.leave(address_, held_);
}

bool Occupancy::Place::hold(std::size_t bytes) {
    // Whole pieces, so that a body that grows asks seldom.
    const std::size_t pieces = bytes <= kBytesFree ? 0 : (bytes + kBytesFree - 1) / kBytesFree;
    const std::size_t wanted = pieces * kBytesFree;
    if (wanted == held_) return true;
    if (!occupancy_.change(address_, held_, wanted)) return false;
    held_ = wanted;
    return true;
}

std::unique_ptr<Occupancy::Place> Occupancy::enter(const Address& address) {
    const std::scoped_lock lock(mutex_);
    Share& share = shares_[address];
    if (share.connections >= bounds_.connections_max) return nullptr;
    auto place = std::make_unique<Place>(*this, address);
    ++share.connections;
    return place;
}

bool Occupancy::change(const Address& address, std::size_t from, std::size_t to) {
    const std::scoped_lock lock(mutex_);
    Share& share = shares_[address];
    if (to > from && (bytes_ - from + to > bounds_.bytes_max ||
                      share.bytes - from + to > bounds_.address_bytes_max))
        return false;
    bytes_ = bytes_ - from + to;
    share.bytes = share.bytes - from + to;
    return true;
}

void Occupancy::leave(const Address& address, std::size_t held) {
    const std::scoped_lock lock(mutex_);
    bytes_ -= held;
    const auto share = shares_.find(address);
    share->second.bytes -= held;
    if (--share->second.connections == 0) shares_.erase(share);
}

std::size_t Occupancy::bytes() const {
    const std::scoped_lock lock(mutex_);
    return bytes_;
}

}  // namespace penstock::transport
