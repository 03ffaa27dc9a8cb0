#pragma once

#include <string_view>

#include "format/bill/paper_text.h"
#include "penstock/v1/settlement.pb.h"

/// The schema's enumerations as people read them.
namespace penstock::format {

Words words_of(v1::TradeRole role);
Words words_of(v1::SettlementLineKind kind);
Words words_of(v1::SettlementPaymentKind kind);
Words words_of(v1::BillState state);
Words words_of(v1::PriceUnit unit);
Words words_of(v1::AccountKind kind);
/// A transfer's purpose; one that is not known stands for itself.
Words words_of_purpose(std::string_view purpose);

}  // namespace penstock::format
