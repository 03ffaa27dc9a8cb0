#include "core/exchange/rolling_hash.h"

#include <cstring>

namespace penstock::exchange {
namespace {

constexpr std::size_t kBlockBytes = 4'096;

}  // namespace

void RollingHash::add(std::string_view piece) {
    const std::uint64_t length = piece.size();
    char bytes[sizeof length];
    std::memcpy(bytes, &length, sizeof length);
    pending_.append(bytes, sizeof bytes);
    pending_.append(piece);
}

void RollingHash::add(std::uint64_t number) {
    char bytes[sizeof number];
    std::memcpy(bytes, &number, sizeof number);
    add(std::string_view(bytes, sizeof bytes));
}

void RollingHash::end_command() {
    if (pending_.size() < kBlockBytes) return;
    folded_ = value();
    pending_.clear();
}

Digest RollingHash::value() const {
    if (pending_.empty()) return folded_;
    Hasher hasher;
    hasher.add(folded_);
    hasher.add(pending_);
    return hasher.finish();
}

}  // namespace penstock::exchange
