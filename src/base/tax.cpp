#include "base/tax.h"

#include "base/assert.h"
#include "base/wide.h"

namespace penstock {
namespace {

/// Rounded once, from the exact fraction: a tax rounded to the micro first could tip over.
Money fen_of(Wide numerator, Wide divisor) {
    const Wide half = numerator < 0 ? -divisor / 2 : divisor / 2;
    return Money{static_cast<std::int64_t>((numerator + half) / divisor) * kMicrosPerFen};
}

Money share(Money amount, std::uint32_t basis_points, std::uint32_t of) {
    PENSTOCK_ASSERT(basis_points <= kBasisPoints && amount <= kMoneyMax && -amount <= kMoneyMax);
    return fen_of(Wide{amount.micros} * basis_points, Wide{of} * kMicrosPerFen);
}

}  // namespace

Money tax_on(Money net, std::uint32_t basis_points) {
    return share(net, basis_points, kBasisPoints);
}

Money tax_within(Money gross, std::uint32_t basis_points) {
    return share(gross, basis_points, kBasisPoints + basis_points);
}

}  // namespace penstock
