#include "core/exchange/rejections.h"

#include <algorithm>

#include "core/billing/error.h"
#include "core/capacity/error.h"
#include "core/catalog/error.h"
#include "core/contract/error.h"
#include "core/custody/error.h"
#include "core/exchange/error.h"
#include "core/ledger/error.h"
#include "core/meter/error.h"
#include "core/party/error.h"
#include "core/pricing/error.h"
#include "core/sla/error.h"
#include "core/task/error.h"

namespace penstock::exchange {

std::vector<const Rejection*> all_rejections() {
    std::vector<const Rejection*> all;
    const auto add = [&](const auto& list) {
        for (const Rejection* rejection : list) all.push_back(rejection);
    };
    add(party::kRejections);
    add(catalog::kRejections);
    add(capacity::kRejections);
    add(ledger::kRejections);
    add(contract::kRejections);
    add(task::kRejections);
    add(meter::kRejections);
    add(pricing::kRejections);
    add(custody::kRejections);
    add(sla::kRejections);
    add(billing::kRejections);
    add(kRejections);
    std::ranges::sort(all, {}, &Rejection::number);
    return all;
}

}  // namespace penstock::exchange
