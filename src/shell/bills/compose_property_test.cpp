#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "base/money.h"
#include "format/bill/bill_sums.h"
#include "shell/bills/test_sources.h"

namespace penstock::bills {
namespace {

/// Charges as the core makes them: each rounded half-even to the micro by itself.
void add_any_charge(projection::BillSources& to) {
    const auto price = *rc::gen::inRange<std::int64_t>(0, 5'000'000'000);
    if (*rc::gen::arbitrary<bool>()) {
        const auto cores = *rc::gen::inRange<std::uint32_t>(1, 129);
        const auto wall = *rc::gen::inRange<std::int64_t>(0, 40 * kHour);
        add_attempt(to, cores, wall, price, multiply_divide_half_even(price, cores * wall, kHour),
                    *rc::gen::inRange<std::uint64_t>(1, 1'000));
        return;
    }
    const auto nanos = *rc::gen::inRange<std::int64_t>(0, 2'000'000'000'000);
    const std::string whole = std::to_string(nanos / 1'000'000'000);
    const std::string part = std::to_string(1'000'000'000 + nanos % 1'000'000'000).substr(1);
    const auto& component = *rc::gen::elementOf(std::vector<std::string>{"cards", "cores"});
    add_charge(to, component.c_str(), v1::PLAN_CHARGE_USAGE, (whole + "." + part).c_str(), price,
               multiply_divide_half_even(price, nanos, 1'000'000'000));
}

std::int64_t sum_of(const projection::BillSources& charges) {
    std::int64_t sum = 0;
    for (const auto& charged : charges.by_plan) sum += charged.charges(0).amount().micros();
    for (const auto& charge : charges.by_core) sum += charge.line.amount().micros();
    return sum;
}

RC_GTEST_PROP(ComposeProperty, bills_of_a_contract_add_up_to_its_charges, ()) {
    Money accrued;
    Money charged;
    std::int64_t roundings = 0;
    auto open = sources();  // Charges that no bill has yet.
    const int periods = *rc::gen::inRange(1, 8);
    for (int period = 0; period < periods; ++period) {
        const std::int64_t before = sum_of(open);
        const int count = *rc::gen::inRange(0, 12);
        for (int i = 0; i < count; ++i) add_any_charge(open);
        accrued += Money{sum_of(open) - before};
        const Money payable = round_to_fen(accrued) - charged;
        if (payable <= Money{0}) continue;  // Carried to the next.
        charged += payable;
        set(*open.issued.mutable_charged(), payable.micros);
        const auto bill = compose(open, issuer());
        RC_ASSERT(bill.has_value());
        RC_ASSERT(format::check_bill(*bill).has_value());
        RC_ASSERT(bill->payable_micros() == payable.micros);
        RC_ASSERT(bill->subtotal_micros() == sum_of(open));
        for (const auto& line : bill->lines()) RC_ASSERT(line.unit() != 0);
        roundings += bill->rounding_micros();
        open = sources();
    }
    RC_ASSERT(accrued.micros + roundings == charged.micros + sum_of(open));
}

}  // namespace
}  // namespace penstock::bills
