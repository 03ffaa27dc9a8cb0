#include "sim/fibers.h"

#include "base/assert.h"

namespace penstock::sim {
namespace {

constexpr std::size_t kStackBytes = 256U << 10;

}  // namespace

// makecontext() passes ints alone, so the pointer comes in two halves.
void Fibers::enter(unsigned high, unsigned low) {
    auto* fiber = reinterpret_cast<Fiber*>((static_cast<std::uintptr_t>(high) << 32) | low);
    fiber->story();
    fiber->is_done = true;
    // Returns to uc_link, which is the outside.
}

void Fibers::begin(std::function<void()> story) {
    if (free_.empty()) {
        free_.push_back(fibers_.size());
        fibers_.push_back(std::make_unique<Fiber>());
        fibers_.back()->stack = std::make_unique<std::uint8_t[]>(kStackBytes);
    }
    const Id id = free_.back();
    free_.pop_back();
    Fiber& fiber = *fibers_[id];
    fiber.story = std::move(story);
    fiber.is_done = false;
    PENSTOCK_ASSERT(getcontext(&fiber.context) == 0);
    fiber.context.uc_stack.ss_sp = fiber.stack.get();
    fiber.context.uc_stack.ss_size = kStackBytes;
    fiber.context.uc_link = &outside_;
    const auto address = reinterpret_cast<std::uintptr_t>(&fiber);
    makecontext(&fiber.context, reinterpret_cast<void (*)()>(&Fibers::enter), 2,
                static_cast<unsigned>(address >> 32), static_cast<unsigned>(address));
    ++alive_;
    run(fiber, id);
}

void Fibers::run(Fiber& fiber, Id id) {
    PENSTOCK_ASSERT(running_ == nullptr);
    running_ = &id;
    PENSTOCK_ASSERT(swapcontext(&outside_, &fiber.context) == 0);
    running_ = nullptr;
    if (!fiber.is_done) return;
    fiber.story = nullptr;
    free_.push_back(id);
    --alive_;
}

void Fibers::wait() {
    Fiber& fiber = *fibers_[current()];
    PENSTOCK_ASSERT(swapcontext(&fiber.context, &outside_) == 0);
}

void Fibers::wake(Id id) {
    PENSTOCK_ASSERT(!fibers_[id]->is_done);
    run(*fibers_[id], id);
}

}  // namespace penstock::sim
