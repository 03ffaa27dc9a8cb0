#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/money.h"
#include "base/time.h"
#include "format/words.h"

namespace penstock::format {

enum class Side : std::uint8_t { debit, credit };

/// One line (分录) of an accounting voucher. Empty texts may stay empty but for account and
/// summary.
struct VoucherLine {
    std::string account_code;    ///< 科目编码: 2241.01
    std::string account_name{};  ///< 科目名称
    Side side = Side::debit;
    Money amount;  ///< Above zero.
    std::string summary;
    std::string party{};      ///< 辅助核算: whose sub-account it is.
    std::string reference{};  ///< The transfer, bill or contract behind it.
};

/// 记账凭证: lines that are booked together, whose debits equal their credits.
struct Voucher {
    std::uint64_t number = 0;
    Instant at;
    Currency currency;
    std::vector<VoucherLine> lines{};  ///< Two or more.
};

/// Both sides of one transfer, as the ledger has it: debit one account, credit another.
struct LedgerTransfer {
    std::string debit_code;
    std::string credit_code;
    Money amount;
    std::string summary;
    std::string reference{};
};
void add_transfer(Voucher& voucher, const LedgerTransfer& transfer);

/// Refuses vouchers out of their numbers' order, incomplete, or unequal in debits and credits.
/// @param vouchers  Numbered one by one from wherever the first begins; their times never fall.
/// @retval kVoucherInvalid, kVoucherNotBalanced  With the path: vouchers[3].lines[1].amount.
/// O(lines).
Result<void> check_general_ledger(std::span<const Voucher> vouchers);

struct LedgerFileForm {
    Language language = Language::chinese;  ///< Of the header.
    std::int32_t utc_offset_minutes = 480;  ///< Of the days that vouchers are dated by.
};

/// A general-ledger journal (凭证) as CSV for accounting software: one row a line, amounts as plain
/// decimals on the debit or the credit side, UTF-8 with a byte-order mark, since spreadsheets would
/// take Chinese signs for another encoding. Texts that a spreadsheet would run as formulas are
/// guarded.
/// @retval What check_general_ledger() refuses.
Result<std::string> general_ledger_csv(std::span<const Voucher> vouchers,
                                       const LedgerFileForm& form);

}  // namespace penstock::format
