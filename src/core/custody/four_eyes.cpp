#include "core/custody/four_eyes.h"

#include "core/custody/error.h"

namespace penstock::custody {

Result<FourEyes::Heard> FourEyes::hear(UserId officer, const Digest& said, Instant now) const {
    if (!officer) return reject(kOfficerNeeded);
    const auto found = proposals_.find(said);
    if (found == proposals_.end() || now >= found->second.ends) return Heard::first;
    if (found->second.officer == officer) return reject(kSecondOfficerNeeded);
    return Heard::second;
}

void FourEyes::forget(std::map<Digest, Proposal>::iterator proposal) {
    by_end_.erase({proposal->second.ends, proposal->first});
    proposals_.erase(proposal);
}

void FourEyes::note(UserId officer, const Digest& said, Instant now, Heard heard) {
    if (const auto found = proposals_.find(said); found != proposals_.end()) forget(found);
    if (heard == Heard::second) return;
    while (!by_end_.empty() &&
           (by_end_.begin()->first <= now || proposals_.size() >= kProposalsMax))
        forget(proposals_.find(by_end_.begin()->second));
    const Instant ends = now + kProposalWindow;
    proposals_.emplace(said, Proposal{officer, ends});
    by_end_.emplace(ends, said);
}

void FourEyes::forget(UserId officer) {
    for (auto at = proposals_.begin(); at != proposals_.end();) {
        const auto proposal = at++;
        if (proposal->second.officer == officer) forget(proposal);
    }
}

void FourEyes::order() {
    by_end_.clear();
    for (const auto& [said, proposal] : proposals_) by_end_.emplace(proposal.ends, said);
}

}  // namespace penstock::custody
