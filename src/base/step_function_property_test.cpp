#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

#include "base/archive.h"
#include "base/step_function.h"

namespace penstock {
namespace {

constexpr std::int64_t kSlots = 24;

/// The same function as one number for each of a few instants.
class SlotFunction {
  public:
    void add(std::int64_t start, std::int64_t end, std::int64_t delta) {
        for (auto slot = start; slot < end; ++slot) at(slot) += delta;
    }
    void set_from(std::int64_t from, std::int64_t value) {
        for (auto slot = from; slot < kSlots; ++slot) at(slot) = value;
    }
    std::int64_t& at(std::int64_t slot) { return values_[static_cast<std::size_t>(slot)]; }
    std::int64_t maximum(std::int64_t start, std::int64_t end) {
        return *std::max_element(&at(start), &at(end - 1) + 1);
    }
    std::int64_t minimum(std::int64_t start, std::int64_t end) {
        return *std::min_element(&at(start), &at(end - 1) + 1);
    }

  private:
    std::array<std::int64_t, kSlots> values_{};
};

/// A part of the slots that is not empty.
Interval some_interval() {
    const std::int64_t start = *rc::gen::inRange<std::int64_t>(0, kSlots);
    const std::int64_t end = *rc::gen::inRange<std::int64_t>(start + 1, kSlots + 1);
    return {Instant{start}, Instant{end}};
}

void no_step_is_superfluous(const StepFunction& function) {
    std::int64_t before = 0;
    for (const auto& [when, value] : function.steps()) {
        RC_ASSERT(value != before);
        before = value;
    }
}

RC_GTEST_PROP(StepFunctionProperty, agrees_with_an_array, ()) {
    StepFunction function;
    SlotFunction slots;
    const int changes = *rc::gen::inRange(1, 30);
    for (int i = 0; i < changes; ++i) {
        const Interval part = some_interval();
        const std::int64_t value = *rc::gen::inRange<std::int64_t>(-3, 4);
        switch (*rc::gen::weightedElement<int>({{8, 0}, {2, 1}, {1, 2}})) {
            case 0:
                function.add(part, value);
                slots.add(part.start.ns, part.end.ns, value);
                break;
            case 1:
                function.set_from(part.start, value);
                slots.set_from(part.start.ns, value);
                break;
            default:
                function.forget_before(part.start);
                for (std::int64_t slot = 0; slot < part.start.ns; ++slot) slots.at(slot) = 0;
        }
        no_step_is_superfluous(function);
        for (std::int64_t slot = 0; slot < kSlots; ++slot) {
            RC_ASSERT(function.at(Instant{slot}) == slots.at(slot));
        }
        const Interval asked = some_interval();
        RC_ASSERT(function.maximum(asked) == slots.maximum(asked.start.ns, asked.end.ns));
        RC_ASSERT(function.minimum(asked) == slots.minimum(asked.start.ns, asked.end.ns));
    }
}

RC_GTEST_PROP(StepFunctionProperty, adding_and_taking_away_leaves_no_trace, ()) {
    StepFunction function;
    std::vector<std::pair<Interval, std::int64_t>> added;
    for (int i = 0; i < 10; ++i) {
        const std::pair change{some_interval(), *rc::gen::inRange<std::int64_t>(1, 9)};
        function.add(change.first, change.second);
        added.push_back(change);
    }
    while (!added.empty()) {
        const auto next = added.begin() + *rc::gen::inRange<std::ptrdiff_t>(0, std::ssize(added));
        function.add(next->first, -next->second);
        added.erase(next);
    }
    RC_ASSERT(function.steps().empty());
}

RC_GTEST_PROP(StepFunctionProperty, equal_functions_have_equal_bytes, ()) {
    StepFunction forwards;
    StepFunction backwards;
    std::vector<std::pair<Interval, std::int64_t>> changes;
    for (int i = 0; i < 8; ++i) {
        changes.emplace_back(some_interval(), *rc::gen::inRange<std::int64_t>(-3, 4));
    }
    for (const auto& [part, value] : changes) forwards.add(part, value);
    for (auto change = changes.rbegin(); change != changes.rend(); ++change) {
        backwards.add(change->first, change->second);
    }
    std::string bytes;
    std::string other_bytes;
    ArchiveWriter{bytes}(forwards);
    ArchiveWriter{other_bytes}(backwards);
    RC_ASSERT(bytes == other_bytes);
    StepFunction read;
    ArchiveReader reader(bytes);
    reader(read);
    RC_ASSERT(reader.finished());
    RC_ASSERT(read.steps() == forwards.steps());
}

}  // namespace
}  // namespace penstock
