#pragma once

#include <functional>
#include <string>
#include <vector>

#include "format/bill/flow.h"
#include "penstock/v1/settlement.pb.h"

/// Parts of the page that bills and statements share.
namespace penstock::format {

struct Labelled {
    Words label;
    std::string value;
};

/// The title in both languages at the left, facts at the right, and a rule below.
void write_letterhead(Flow& flow, const Words& title, const std::vector<Labelled>& facts);

struct Addressed {
    Words label;
    const v1::PaperParty& party;
};
/// Two parties side by side.
void write_parties(Flow& flow, const Addressed& first, const Addressed& second);

/// Up to four figures in a tinted band; the last is what matters most.
void write_band(Flow& flow, const std::vector<Labelled>& figures);

/// Value-added tax by seller and rate.
/// @param name_of  What a party is called.
void write_taxes(Flow& flow, const google::protobuf::RepeatedPtrField<v1::TaxLine>& taxes,
                 const std::function<std::string(const std::string&)>& name_of);

/// One of the sums at the end: its name and figure, at the right.
void write_sum(Flow& flow, const std::string& label, const std::string& value, Weight weight);

/// The checkpoint of the evidence log, and how to make sure of it.
void write_checkpoint(Flow& flow, const v1::BillCheckpoint& checkpoint);

/// "2028-02-01 00:00 – 2028-03-01 00:00".
std::string interval_text(const v1::Interval& interval, std::int32_t utc_offset_minutes);

}  // namespace penstock::format
