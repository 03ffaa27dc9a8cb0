#include "core/exchange/repeats.h"

#include <string>

namespace penstock::exchange {
namespace {

Repeats::Short shorten(const Digest& digest) {
    Repeats::Short result;
    std::memcpy(result.data(), digest.data(), result.size());
    return result;
}

}  // namespace

Repeats::Short Repeats::key_of(PartyId scope, std::string_view idempotency_key) {
    Hasher hasher;
    hasher.add(scope.value);
    hasher.add(idempotency_key);
    return shorten(hasher.digest());
}

Repeats::Short Repeats::body_of(std::string_view method, std::string_view request) {
    Hasher hasher;
    hasher.add(method);
    hasher.add(request);
    return shorten(hasher.digest());
}

const Repeats::Use* Repeats::find(const Short& key, Instant now) const {
    const auto found = uses_.find(key);
    if (found == uses_.end() || found->second.at + kRepeatWindow <= now) return nullptr;
    return &found->second.use;
}

void Repeats::remember(PartyId scope, const Short& key, const Use& use, Instant now) {
    std::deque<Entry>& window = windows_[scope];
    while (!window.empty() &&
           (window.size() >= kRepeatsPerParty || window.front().stored.at + kRepeatWindow <= now)) {
        uses_.erase(window.front().key);
        window.pop_front();
    }
    uses_[key] = {use, now};
    window.push_back({key, {use, now}});
}

}  // namespace penstock::exchange
