// Price plans and what is charged under them: whatever plan is taken, the parts of usage cost what
// the whole does, what is taken back costs nothing, and what is refused changes nothing.
//
// Input: two bytes with the length of a v1::PricePlan, the plan, then sixteen bytes a step.
#include <algorithm>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "base/archive.h"
#include "base/assert.h"
#include "core/pricing/rating.h"
#include "core/pricing/read_plan.h"

using namespace penstock;
using namespace penstock::pricing;

namespace {

constexpr std::size_t kStepSize = 16;
constexpr std::size_t kStepsMax = 64;

template <class T>
std::string archived(const T& value) {
    std::string bytes;
    ArchiveWriter writer(bytes);
    writer(value);
    return bytes;
}
template <class T>
void assert_archive_keeps(const T& value) {
    const std::string bytes = archived(value);
    T again;
    ArchiveReader reader(bytes);
    reader(again);
    PENSTOCK_ASSERT(reader.ok() && archived(again) == bytes);
}

struct Account {
    std::vector<ChargeRow> rows;
    Rating rating;  // Opened into the rows.

    explicit Account(const PricePlan& plan, Interval in_force)
        : rating(Rating::open(plan, in_force, rows).value()) {}
    Money sum(std::uint32_t component) const {
        Money sum;
        for (const ChargeRow& row : rows) {
            if (row.component == component) sum += row.amount;
        }
        return sum;
    }
};

std::int64_t number_at(std::string_view bytes, std::size_t place) {
    std::uint32_t number = 0;
    std::memcpy(&number, bytes.data() + place, sizeof number);
    return number;
}

struct Step {
    Usage usage;
    Instant cut;
    std::int64_t first_part;
    bool add;
};

/// Up to the largest quantities, in intervals that mostly lie within the period.
Step read_step(std::string_view bytes, Interval in_force, std::size_t components) {
    const auto place = [&](std::size_t at) {
        const Wide offset = Wide{number_at(bytes, at)} * in_force.length().ns / UINT32_MAX;
        const bool on_minute = (bytes[at] & 3) != 0;
        const Instant any = in_force.start + Duration{static_cast<std::int64_t>(offset)};
        constexpr std::int64_t kMinute = 60'000'000'000;
        return on_minute ? Instant{any.ns / kMinute * kMinute} : any;
    };
    Step step{};
    step.usage.component = static_cast<std::uint8_t>(bytes[0]) % (components + 1);
    step.usage.interval = {place(4), place(8)};
    step.add = (bytes[1] & 3) != 0;
    const int shift = static_cast<std::uint8_t>(bytes[2]) % 32;
    step.usage.quantity = number_at(bytes, 12) << shift;
    const Duration length = step.usage.interval.length();
    step.cut =
        step.usage.interval.start + Duration{length.ns / 256 * static_cast<std::uint8_t>(bytes[3])};
    step.first_part = step.usage.quantity / 256 * static_cast<std::uint8_t>(bytes[3]);
    return step;
}

/// False when the pieces were refused, which only a volume's cheaper tiers allow.
bool add_in_pieces(Account& account, const PricePlan& plan, const Step& step) {
    const Usage& usage = step.usage;
    Usage first = usage;
    Usage second = usage;
    const bool level = is_level(plan.components()[usage.component].unit);
    const bool inside = usage.interval.start < step.cut && step.cut < usage.interval.end;
    if (!inside) return account.rating.add(plan, usage, account.rows).has_value();
    first.interval.end = second.interval.start = step.cut;
    if (!level) {
        first.quantity = step.first_part;
        second.quantity = usage.quantity - step.first_part;
    }
    return account.rating.add(plan, second, account.rows).has_value() &&
           account.rating.add(plan, first, account.rows).has_value();
}

void rate(const PricePlan& plan, Interval in_force, std::string_view steps) {
    Account whole(plan, in_force);
    Account pieces(plan, in_force);
    std::vector<Usage> added;
    for (std::size_t i = 0; i < kStepsMax && steps.size() >= kStepSize; ++i) {
        const Step step = read_step(steps.substr(0, kStepSize), in_force, plan.components().size());
        steps.remove_prefix(kStepSize);
        const std::string before = archived(whole.rating);
        const std::size_t rows_before = whole.rows.size();
        if (!step.add) {
            // Taking back what was never used is refused, or leaves an account in order.
            Account other = whole;
            if (!other.rating.take_back(plan, step.usage, other.rows))
                PENSTOCK_ASSERT(archived(other.rating) == before && other.rows == whole.rows);
            continue;
        }
        if (!whole.rating.add(plan, step.usage, whole.rows)) {
            PENSTOCK_ASSERT(archived(whole.rating) == before && whole.rows.size() == rows_before);
            continue;
        }
        added.push_back(step.usage);
        if (!add_in_pieces(pieces, plan, step)) {
            PENSTOCK_ASSERT(plan.components()[step.usage.component].tiering == Tiering::volume);
            return;
        }
    }
    for (std::uint32_t i = 0; i < plan.components().size(); ++i) {
        PENSTOCK_ASSERT(whole.sum(i) == whole.rating.charged(i));
        PENSTOCK_ASSERT(whole.rating.charged(i) == pieces.rating.charged(i));
        PENSTOCK_ASSERT(whole.rating.charged(i) >= Money{} && whole.sum(i) <= kMoneyMax);
    }
    assert_archive_keeps(whole.rating);
    PENSTOCK_ASSERT(whole.rating.fits(plan));
    Account closed = whole;
    if (closed.rating.close(plan, {}, closed.rows)) {
        PENSTOCK_ASSERT(closed.rating.fits(plan));
        const std::string once = archived(closed.rating);
        PENSTOCK_ASSERT(closed.rating.close(plan, {}, closed.rows));
        PENSTOCK_ASSERT(archived(closed.rating) == once);
    }
    for (const Usage& usage : added) {
        if (!whole.rating.take_back(plan, usage, whole.rows)) return;
    }
    PENSTOCK_ASSERT(archived(whole.rating) == archived(Account(plan, in_force).rating));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 2) return 0;
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    const std::size_t length = data[0] + 256U * data[1];
    if (bytes.size() - 2 < length) return 0;
    v1::PricePlan message;
    if (!message.ParseFromArray(data + 2, static_cast<int>(length))) return 0;
    const auto plan = read_plan(message);
    if (!plan) {
        PENSTOCK_ASSERT(!plan.error().field().empty());
        return 0;
    }
    const auto again = read_plan(describe_plan(*plan));
    PENSTOCK_ASSERT(again && again->digest() == plan->digest());
    assert_archive_keeps(*plan);
    Interval in_force = plan->billing_period_around(plan->effective_from());
    in_force.start = plan->effective_from();
    in_force.end = std::min(in_force.end, kLastInstant);
    rate(*plan, in_force, bytes.substr(2 + length));
    return 0;
}
