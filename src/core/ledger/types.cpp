#include "core/ledger/types.h"

#include "base/assert.h"

namespace penstock::ledger {

AccountFlags standard_flags(AccountKind kind) {
    switch (kind) {
        case AccountKind::cash:
        case AccountKind::escrow:
        case AccountKind::voucher:
        case AccountKind::guarantee:
        case AccountKind::credit:
        case AccountKind::commitment:
            return {.debits_must_not_exceed_credits = true};
        case AccountKind::bank:
        case AccountKind::subsidy_receivable:
        case AccountKind::credit_granted:
        case AccountKind::fee_receivable:
            return {.credits_must_not_exceed_debits = true};
        case AccountKind::fee:
        case AccountKind::rounding:
        case AccountKind::tax:
        case AccountKind::suspense:
            return {};
    }
    PENSTOCK_ASSERT(false && "an account of no kind");
}

}  // namespace penstock::ledger
