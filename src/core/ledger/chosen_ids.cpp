#include "core/ledger/chosen_ids.h"

#include <algorithm>

#include "core/ledger/error.h"

namespace penstock::ledger {

Instant ChosenId::time() const {
    constexpr std::int64_t kNanosPerMilli = 1'000'000;
    constexpr unsigned kBelowTime = 16;
    const auto millis = static_cast<std::int64_t>(high >> kBelowTime);
    return Instant{std::min(millis, kLastInstant.ns / kNanosPerMilli) * kNanosPerMilli};
}

Result<void> ChosenIds::check(const ChosenId& id, Instant now) const {
    const Instant time = id.time();
    if (time <= std::max(floor_, now - kChosenIdWindow)) return reject(kIdTooOld, "id");
    if (time > now + kChosenIdAhead) return reject(kIdFromTheFuture, "id");
    return {};
}

const ChosenIds::Use* ChosenIds::find(const ChosenId& id) const {
    const auto found = uses_.find(id);
    return found == uses_.end() ? nullptr : &found->second;
}

void ChosenIds::remember(const Transfer& asked, const Recorded& recorded) {
    // Most ids are later than all before.
    uses_.try_emplace(uses_.end(), asked.id, Use{asked, recorded, Fate::done});
}

void ChosenIds::forget(Instant now) {
    forget_up_to(now - kChosenIdWindow);
    while (uses_.size() > kChosenIdsMax) forget_up_to(uses_.begin()->first.time());
}

void ChosenIds::set_fate(const ChosenId& id, Fate fate) {
    if (const auto found = uses_.find(id); found != uses_.end()) found->second.fate = fate;
}

void ChosenIds::forget_up_to(Instant time) {
    floor_ = std::max(floor_, time);
    while (!uses_.empty() && uses_.begin()->first.time() <= floor_) uses_.erase(uses_.begin());
}

}  // namespace penstock::ledger
