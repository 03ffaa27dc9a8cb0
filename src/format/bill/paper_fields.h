#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/error.h"
#include "penstock/v1/settlement.pb.h"

/// Checks of fields that bills and statements share.
namespace penstock::format {

inline constexpr std::size_t kPaperTextMax = 200;

/// Reads fields of one message for its checks; every refusal names the field's whole path.
class PaperFields {
  public:
    /// @param invalid  What a refusal is; lives as long as the program.
    explicit PaperFields(const Rejection& invalid, std::string prefix = {})
        : invalid_(&invalid), prefix_(std::move(prefix)) {}

    /// Fields of the message that stands there: `lines`, 2 gives lines[2].
    PaperFields at(std::string_view field) const;
    PaperFields at(std::string_view field, int index) const;

    std::unexpected<Error> refuse(std::string_view field, std::string detail) const;
    Result<void> need(bool holds, std::string_view field, std::string_view detail) const;
    /// A label of 1 to kPaperTextMax signs.
    Result<void> need_text(const std::string& text, std::string_view field) const;
    /// The same, or empty.
    Result<void> allow_text(const std::string& text, std::string_view field) const;
    Result<void> need_amount(std::int64_t micros, std::string_view field) const;
    Result<void> need_instant(std::int64_t ns, std::string_view field) const;
    /// Minutes that people live by.
    Result<void> need_utc_offset(std::int32_t minutes) const;
    Result<void> need_interval(const v1::Interval& interval, std::string_view field) const;
    /// Texts of a party; its name must be there.
    Result<void> need_party(const v1::PaperParty& party, std::string_view field) const;
    Result<void> need_checkpoint(const v1::BillCheckpoint& checkpoint) const;
    /// Whole path of a field of this message.
    std::string path(std::string_view field) const;

  private:
    const Rejection* invalid_;
    std::string prefix_;
};

}  // namespace penstock::format
