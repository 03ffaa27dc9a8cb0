#pragma once

#include <cstddef>
#include <map>
#include <set>
#include <string_view>
#include <utility>

#include "base/error.h"
#include "base/hash.h"
#include "base/id.h"
#include "base/time.h"

namespace penstock::custody {

/// How long the first officer's word counts.
inline constexpr Duration kProposalWindow = seconds(7 * 86'400);
/// How many proposals wait at most; the oldest one goes when another comes.
inline constexpr std::size_t kProposalsMax = 1'000;

/// What is done only when two persons say the same thing: the first proposes, the second does it.
class FourEyes {
  public:
    enum class Heard { first, second };

    /// Who says it, and whether that is the second one. Changes nothing.
    /// @param officer  0: no person.
    /// @param said     All that is to be done, bit for bit.
    /// @retval kOfficerNeeded, kSecondOfficerNeeded
    Result<Heard> hear(UserId officer, const Digest& said, Instant now) const;
    /// Remembers the first, or forgets what the second has agreed to. After hear().
    void note(UserId officer, const Digest& said, Instant now, Heard heard);

    /// The word of who is no officer any more does not count. O(proposals).
    void forget(UserId officer);

    std::size_t size() const { return proposals_.size(); }

    template <class Archive>
    void visit(Archive& archive) {
        archive(proposals_);
        if constexpr (Archive::kReads) order();
    }

  private:
    struct Proposal {
        UserId officer;
        Instant ends;
        template <class Archive>
        void visit(Archive& archive) {
            archive(officer, ends);
        }
    };

    /// Works by_end_ out.
    void order();
    void forget(std::map<Digest, Proposal>::iterator proposal);

    std::map<Digest, Proposal> proposals_;
    std::set<std::pair<Instant, Digest>> by_end_;
};

}  // namespace penstock::custody
