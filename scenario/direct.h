#pragma once

#include <map>
#include <set>
#include <string>

#include "penstock/v1/billing.pb.h"
#include "scenario/claims.h"

namespace penstock::scenario {

/// Bills that are paid to the supplier's own bank account: buyers declare, in time or late;
/// suppliers answer, deny, say nothing, or say it before they are asked; officers decide about some
/// of what was denied.
class Direct {
  public:
    Direct(Venue& venue, const Cast& cast, Claims& claims);

    Tally& tally() { return tally_; }

  private:
    void on_bill(const v1::IssuedBill& bill);
    /// Somebody does the next thing about a bill in a while; whoever it is then.
    void plan(const std::string& id, Duration wait);
    void act(const std::string& id);
    void declare(const v1::IssuedBill& bill);
    void answer(const v1::IssuedBill& bill, bool received);
    void decide(const v1::IssuedBill& bill);
    void err_in(const v1::IssuedBill& bill);

    Venue& venue_;
    const Cast& cast_;
    Claims& claims_;
    Dice dice_{31};  ///< Of its own, so that all else goes as it would.
    std::map<std::string, v1::IssuedBill> open_;
    std::set<std::string> planned_;
    std::uint64_t references_ = 0;
    Tally tally_;
};

}  // namespace penstock::scenario
