#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/wide.h"
#include "format/exports/general_ledger.h"
#include "penstock/v1/account.pb.h"

namespace penstock::client {

/// Makes vouchers of the pages of a journal, one of each transfer, and finds what is missing.
///
/// The totals that each transfer left on an account go on from those of the transfer before; all
/// transfers together have the number and the sum that the first page tells.
class JournalBook {
  public:
    explicit JournalBook(format::Language language) : language_(language) {}

    /// Takes the next page.
    /// @retval kJournalNotWhole  A page is missing, stands twice, or is another journal's.
    Result<void> take(const v1::ListJournalResponse& page);
    /// After the last page.
    /// @retval kJournalNotWhole
    Result<void> finish() const;

    const std::vector<format::Voucher>& vouchers() const { return vouchers_; }
    /// Of all, on either side. After finish().
    Money amount() const { return Money{static_cast<std::int64_t>(amount_micros_)}; }

  private:
    Result<void> take_entry(const v1::JournalEntry& entry,
                            const std::map<std::string, v1::JournalAccount>& accounts);
    /// What an account has after a transfer, against what it had before.
    Result<void> go_on(const v1::AccountTotals& after, const v1::Transfer& transfer,
                       const std::string& account);

    format::Language language_;
    std::map<std::string, v1::AccountTotals> totals_;
    std::vector<format::Voucher> vouchers_;
    std::uint64_t last_number_ = 0;
    Wide amount_micros_ = 0;
    bool is_begun_ = false;
    std::uint64_t expected_total_ = 0;
    std::int64_t expected_micros_ = 0;
};

}  // namespace penstock::client
