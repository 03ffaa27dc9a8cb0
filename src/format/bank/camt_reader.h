#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/error.h"
#include "format/bank/bank_file.h"
#include "format/bank/xml_tree.h"

namespace penstock::format {

/// Reads the values of camt.053's elements, and makes its errors, each with place and path.
/// @retval kBankFileMissing, kBankFileValue, kBankCurrencyWrong  From all of them, as fits.
class CamtReader {
  public:
    explicit CamtReader(const BankFile& file) : file_(file) {}
    const BankFile& file() const { return file_; }

    std::unexpected<Error> fail(const Rejection& rejection, const XmlNode& node,
                                std::string_view what) const;

    /// The child of that name; there may be one at most.
    /// @return Null when there is none.
    Result<const XmlNode*> optional(const XmlNode& node, std::string_view name) const;
    /// The same, which there must be.
    Result<const XmlNode*> needed(const XmlNode& node, std::string_view name) const;

    /// Refuses a file or statement of which this is only one page.
    /// @retval kBankStatementNotWhole
    Result<void> refuse_pages(const XmlNode& parent, std::string_view name) const;

    Result<std::string> text(const XmlNode& node) const;
    Result<std::string> reference(const XmlNode& node) const;
    Result<std::uint64_t> count(const XmlNode& node) const;
    Result<bool> yes_or_no(const XmlNode& node) const;
    /// 1 for CRDT, -1 for DBIT.
    Result<int> direction(const XmlNode& node) const;
    /// Micros; zero or more.
    Result<std::int64_t> decimal(const XmlNode& node) const;
    /// The same, in the statement's currency, which the first amount sets if nothing else has.
    Result<std::int64_t> amount(const XmlNode& node, v1::BankStatement& statement) const;
    /// Of an amount; empty when it does not say.
    std::string_view currency(const XmlNode& node) const;
    /// Of an element with Dt or DtTm in it; a time's day is that of the bank's own clock.
    Result<std::string> day(const XmlNode& node) const;
    Result<std::string> day_of_time(const XmlNode& node) const;
    /// IBAN or Othr/Id of an account's Id; null when there is neither.
    Result<const XmlNode*> account_number(const XmlNode& id) const;

    /// References, counterparty and purpose of a TxDtls.
    Result<void> read_details(const XmlNode& payment, v1::BankEntry& entry) const;

  private:
    Result<void> read_references(const XmlNode& payment, v1::BankEntry& entry) const;
    Result<void> read_counterparty(const XmlNode& payment, v1::BankEntry& entry) const;
    Result<void> read_purpose(const XmlNode& payment, v1::BankEntry& entry) const;
    Result<void> add_purpose(const XmlNode& node, v1::BankEntry& entry) const;

    const BankFile& file_;
};

}  // namespace penstock::format
