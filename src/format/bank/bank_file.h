#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "format/place.h"
#include "penstock/v1/bank.pb.h"

namespace penstock::format {

inline constexpr std::size_t kBankFileBytesMax = 16'000'000;
inline constexpr std::size_t kBankEntriesMax = 100'000;

/// A file of a bank, as messages call it.
class BankFile {
  public:
    explicit BankFile(std::string_view name) : name_(name) {}
    std::string_view name() const { return name_; }
    /// An error whose detail is "<file>:<line>:<column>: <what>."
    std::unexpected<Error> fail(const Rejection& rejection, Place place,
                                std::string_view what) const;
    /// The same, at the place of an entry.
    std::unexpected<Error> fail(const Rejection& rejection, const v1::BankEntry& entry,
                                std::string_view what) const;

    /// What people wrote, or a name: without blanks at its ends, at most 1,000 characters of UTF-8.
    /// Line ends and whatever cannot be seen become blanks: a payer's stray sign must not keep the
    /// statement out.
    /// @retval kBankFileValue
    Result<std::string> text(std::string_view given, Place place, std::string_view field) const;
    /// A bank's number of something: without blanks at its ends, at most 128 bytes, one line. Words
    /// for none, such as NONREF or 0, give an empty one.
    /// @retval kBankFileValue
    Result<std::string> reference(std::string_view given, Place place,
                                  std::string_view field) const;
    /// The number of the statement's own account without blanks: 1 to 40 letters, digits, hyphens.
    /// @retval kBankFileValue
    Result<std::string> account(std::string_view given, Place place) const;

  private:
    std::string_view name_;
};

/// "<line>:<column>".
std::string entry_place(Place place);

/// Without blanks at either end, wide and unbreakable ones included.
std::string_view trimmed(std::string_view text);

/// Sums what came in and what went out, refusing sums beyond 10^12 units.
class Tally {
  public:
    /// @return False when a sum would pass the limit; then nothing is added.
    bool add(std::int64_t amount_micros);
    std::uint64_t entries() const { return debit_entries_ + credit_entries_; }
    std::uint64_t debit_entries() const { return debit_entries_; }
    std::uint64_t credit_entries() const { return credit_entries_; }
    std::int64_t debits() const { return debits_; }    ///< Zero or more.
    std::int64_t credits() const { return credits_; }  ///< Zero or more.
    std::int64_t net() const { return credits_ - debits_; }

  private:
    std::uint64_t debit_entries_ = 0;
    std::uint64_t credit_entries_ = 0;
    std::int64_t debits_ = 0;
    std::int64_t credits_ = 0;
};

/// Checks what every statement must hold whatever its format, and gives the entries their
/// identities: days within the period, amounts within the limits, opening + entries = closing where
/// both are known, and else no entry twice.
/// @param place  Of the statement, for what concerns no entry.
/// @retval kBankFileTooLarge, kBankFileMissing, kBankFileValue, kBankDayOutside, kBankSumWrong,
///         kBankEntryTwice  The statement is then of no use.
Result<void> complete_statement(const BankFile& file, Place place, v1::BankStatement& statement);

}  // namespace penstock::format
