#pragma once

#include <string_view>

#include "base/id.h"

namespace penstock {

struct WithdrawalTag {
    static constexpr std::string_view kPrefix = "wd";
};
struct StatementTag {
    static constexpr std::string_view kPrefix = "bst";
};
struct BankEntryTag {
    static constexpr std::string_view kPrefix = "bent";
};

struct InstructionTag {
    static constexpr std::string_view kPrefix = "instr";
};

using WithdrawalId = Id<WithdrawalTag>;
using StatementId = Id<StatementTag>;
using BankEntryId = Id<BankEntryTag>;
using InstructionId = Id<InstructionTag>;

}  // namespace penstock
