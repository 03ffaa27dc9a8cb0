#pragma once

#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "core/ledger/types.h"
#include "format/focus/focus_row.h"
#include "penstock/v1/billing.pb.h"
#include "scenario/venue.h"

namespace penstock::scenario {

/// What became of the month on paper: every settlement bill and credit note, composed and checked
/// as its buyer gets it, and all of them as one FOCUS file; held against each other and the ledger.
class Papers {
  public:
    explicit Papers(Venue& venue);

    /// @param folder  Where focus.csv and a sample bill are written.
    /// @param rules   The official FOCUS files.
    /// @return What is wrong; empty when bills, FOCUS and ledger agree to the last unit.
    std::vector<std::string> check(const std::filesystem::path& folder,
                                   const std::filesystem::path& rules);
    /// What was found, a line each.
    std::vector<std::string> summary() const { return summary_; }
    /// Whether the official FOCUS files were there.
    bool has_rules() const { return has_rules_; }

  private:
    struct Sums {
        std::int64_t charged = 0;
        std::int64_t payable = 0;
        std::int64_t paid = 0;
        std::int64_t paid_outside = 0;  ///< Of it, to suppliers' own bank accounts.
        std::int64_t given_back = 0;
        std::int64_t credited = 0;  ///< By credit notes; below zero.
    };

    bool is_of(const std::string& account, ledger::AccountKind kind) const;
    void check_issued();
    void check_ledger();
    void compose_all(const std::filesystem::path& folder);
    void check_energy(const std::vector<focus::FocusRow>& rows);
    void check_statements();
    void check_focus(const std::filesystem::path& folder, const std::filesystem::path& rules);
    void wrong(const std::string& what);

    Venue& venue_;
    std::map<std::uint64_t, v1::IssuedBill> issued_;  ///< As they stand last, by number.
    std::set<std::string> contracts_;
    bool has_rules_ = false;
    std::map<std::string, std::int64_t> moved_;  ///< By purpose; rounding into its account.
    std::int64_t fees_owed_ = 0;                 ///< By suppliers, ever.
    Sums sums_;
    std::vector<v1::SettlementBill> bills_;
    std::vector<std::string> wrong_;
    std::vector<std::string> summary_;
};

}  // namespace penstock::scenario
