#include "format/bill/paper_fields.h"

#include "base/money.h"
#include "base/text.h"
#include "base/time.h"
#include "base/try.h"

namespace penstock::format {

PaperFields PaperFields::at(std::string_view field) const {
    return PaperFields(*invalid_, path(field));
}

PaperFields PaperFields::at(std::string_view field, int index) const {
    return PaperFields(*invalid_, path(field) + "[" + std::to_string(index) + "]");
}

std::string PaperFields::path(std::string_view field) const {
    std::string result = prefix_;
    if (!result.empty()) result += '.';
    return result.append(field);
}

std::unexpected<Error> PaperFields::refuse(std::string_view field, std::string detail) const {
    return reject(*invalid_, path(field), std::move(detail));
}

Result<void> PaperFields::need(bool holds, std::string_view field, std::string_view detail) const {
    if (!holds) return refuse(field, std::string(detail));
    return {};
}

Result<void> PaperFields::need_text(const std::string& text, std::string_view field) const {
    return need(is_label(text, {.minimum = 1, .maximum = kPaperTextMax}), field,
                "It has 1 to 200 signs on one line, without blanks at its ends.");
}

Result<void> PaperFields::allow_text(const std::string& text, std::string_view field) const {
    return text.empty() ? Result<void>{} : need_text(text, field);
}

Result<void> PaperFields::need_amount(std::int64_t micros, std::string_view field) const {
    return need(micros >= -kMoneyMax.micros && micros <= kMoneyMax.micros, field,
                "Amounts are at most 1,000,000,000,000 units.");
}

Result<void> PaperFields::need_instant(std::int64_t ns, std::string_view field) const {
    return need(ns > 0 && ns <= kLastInstant.ns, field, "It lies between 1970 and 2200.");
}

Result<void> PaperFields::need_utc_offset(std::int32_t minutes) const {
    constexpr std::int32_t kMost = 840;
    return need(minutes >= -kMost && minutes <= kMost, "utc_offset_minutes",
                "It is -840 to 840 minutes.");
}

Result<void> PaperFields::need_interval(const v1::Interval& interval,
                                        std::string_view field) const {
    const PaperFields inner = at(field);
    TRY(inner.need_instant(interval.start_ns(), "start_ns"));
    TRY(inner.need_instant(interval.end_ns(), "end_ns"));
    return inner.need(interval.start_ns() < interval.end_ns(), "end_ns",
                      "It ends before it begins.");
}

Result<void> PaperFields::need_party(const v1::PaperParty& party, std::string_view field) const {
    const PaperFields inner = at(field);
    TRY(inner.need_text(party.name(), "name"));
    TRY(inner.allow_text(party.party(), "party"));
    TRY(inner.allow_text(party.registration(), "registration"));
    TRY(inner.allow_text(party.address(), "address"));
    return inner.allow_text(party.bank_account(), "bank_account");
}

Result<void> PaperFields::need_checkpoint(const v1::BillCheckpoint& checkpoint) const {
    const PaperFields inner = at("checkpoint");
    TRY(inner.need_text(checkpoint.origin(), "origin"));
    TRY(inner.need(checkpoint.tree_size() > 0, "tree_size", "The log is not empty."));
    return inner.need(checkpoint.root().size() == 32, "root", "A root hash has 32 bytes.");
}

}  // namespace penstock::format
