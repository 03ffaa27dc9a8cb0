#include "core/ledger/types.h"

#include "base/assert.h"

namespace penstock::ledger {

AccountFlags standard_flags(AccountKind kind) {
    switch (kind) {
        case AccountKind::cash:
        case AccountKind::escrow:
            return {.debits_must_not_exceed_credits = true};
        case AccountKind::bank:
            return {.credits_must_not_exceed_debits = true};
        case AccountKind::fee:
        case AccountKind::rounding:
            return {};
    }
    PENSTOCK_ASSERT(false && "an account of no kind");
}

}  // namespace penstock::ledger
