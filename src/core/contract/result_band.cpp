#include "core/contract/result_band.h"

#include <algorithm>
#include <string>

#include "base/wide.h"

namespace penstock::contract {
namespace {

constexpr Wide kNsPerHour = 3'600'000'000'000;

/// a × b × c / divisor, rounded up; kMoneyMax when that or more. All of them zero or more, the
/// divisor above zero.
Money multiply_up(Wide a, Wide b, Wide c, Wide divisor) {
    const auto first = checked_product(a, b);
    const auto product = first ? checked_product(*first, c) : std::nullopt;
    if (!product) return kMoneyMax;
    const Wide quotient = *product / divisor + (*product % divisor == 0 ? 0 : 1);
    return Money{static_cast<std::int64_t>(std::min<Wide>(quotient, kMoneyMax.micros))};
}

}  // namespace

bool is_sampled(std::uint32_t index, std::uint32_t task_count) {
    const std::uint64_t blocks = std::min<std::uint64_t>(task_count, kSamplesMax);
    const std::uint64_t block = index * blocks / task_count;
    const auto begin_of = [&](std::uint64_t one) {
        return (one * task_count + blocks - 1) / blocks;
    };
    const std::uint64_t begin = begin_of(block);
    // A fixed step would fall in with contracts that take tasks in turn.
    const Fingerprint hash = fingerprint_of(std::to_string(block));
    const std::uint64_t chance = hash[0] | std::uint64_t{hash[1]} << 8;
    return index == begin + chance % (begin_of(block + 1) - begin);
}

Money result_cost(Money price_per_core_hour, const ResultSample& sample, std::uint64_t quoted_per) {
    if (sample.results == 0) return kMoneyMax;
    return multiply_up(price_per_core_hour.micros, sample.core_time.ns, quoted_per,
                       kNsPerHour * sample.results);
}

Money result_credit(const ResultBand& band, const Delivery& delivered) {
    if (!band.is_set()) return Money{0};
    const Money owed = multiply_up(band.high.micros, delivered.results, 1, band.quoted_per);
    const Money most{
        static_cast<std::int64_t>(Wide{delivered.charged.micros} * kResultCreditCap / 10'000)};
    return std::clamp(delivered.charged - std::min(owed, delivered.charged), Money{0}, most);
}

}  // namespace penstock::contract
