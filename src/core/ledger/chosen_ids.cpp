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
    if (is_forgotten(id)) return nullptr;
    // Most ids are later than all before; a look at the last spares them the way down the tree.
    if (uses_.empty() || uses_.rbegin()->first < id) return nullptr;
    const auto found = uses_.find(id);
    return found == uses_.end() ? nullptr : &found->second;
}

void ChosenIds::remember(const Transfer& asked, const Recorded& recorded) {
    uses_.try_emplace(uses_.end(), asked.id, Use{asked, recorded, Fate::done});
}

void ChosenIds::forget(Instant now) {
    constexpr int kAtOnce = 64;
    floor_ = std::max(floor_, now - kChosenIdWindow);
    // As many as came, a few or a long chain.
    while (uses_.size() > count_max_) {
        floor_ = std::max(floor_, uses_.begin()->first.time());
        uses_.erase(uses_.begin());
    }
    for (int i = 0; i < kAtOnce && !uses_.empty() && is_forgotten(uses_.begin()->first); ++i)
        uses_.erase(uses_.begin());
}

bool ChosenIds::is_plausible() const {
    return std::ranges::all_of(uses_, [](const auto& entry) {
        const auto& [id, use] = entry;
        return id == use.asked.id && use.asked.kind >= TransferKind::post &&
               use.asked.kind <= TransferKind::void_held && use.fate >= Fate::done &&
               use.fate <= Fate::expired && !use.recorded.existed;
    });
}

void ChosenIds::set_fate(const ChosenId& id, Fate fate) {
    if (const auto found = uses_.find(id); found != uses_.end()) found->second.fate = fate;
}

}  // namespace penstock::ledger
