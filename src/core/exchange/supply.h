#pragma once

#include <span>

#include "core/exchange/context.h"

namespace penstock::exchange {

/// Lets capacity know how many cores of the pool are verified now.
void set_pool_limit(Context& context, PoolId pool);

/// Ends the sale of products that the catalogue has withdrawn. Promises made stand.
void stop_selling(Context& context, PoolId pool, std::span<const ProductId> withdrawn);

}  // namespace penstock::exchange
