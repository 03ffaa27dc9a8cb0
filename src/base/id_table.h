#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <utility>

#include "base/assert.h"
#include "base/id.h"

namespace penstock {

/// Things numbered by a counter: constant-time look-up, ordered iteration, ids never reused.
///
/// Slots live in blocks of 256 and blocks in chapters of 256; each goes when its last thing goes,
/// so memory follows what is living and not what ever was. Pointers to things stay valid until the
/// thing is erased.
template <class IdType, class T>
class IdTable {
  public:
    /// Adds a thing under the next id. O(log chapters).
    std::pair<IdType, T*> add(T value) {
        const IdType id = skip();
        return {id, place(id, std::move(value))};
    }
    /// Gives the next id to something that is not kept here.
    IdType skip() { return IdType{++last_}; }
    /// The id that the next add() will give.
    IdType next_id() const { return IdType{last_ + 1}; }

    /// Null when there is none (never was, or erased). O(log chapters).
    T* find(IdType id) {
        const auto chapter = chapters_.find(chapter_of(id));
        if (chapter == chapters_.end()) return nullptr;
        Block* block = chapter->second.blocks[block_of(id)].get();
        if (block == nullptr) return nullptr;
        std::optional<T>& slot = block->slots[slot_of(id)];
        return slot ? &*slot : nullptr;
    }
    const T* find(IdType id) const { return const_cast<IdTable*>(this)->find(id); }
    /// The thing, which must exist.
    T& at(IdType id) {
        T* found = find(id);
        PENSTOCK_ASSERT(found != nullptr);
        return *found;
    }
    const T& at(IdType id) const { return const_cast<IdTable*>(this)->at(id); }

    /// Was this id ever given out?
    bool was_issued(IdType id) const { return id.value >= 1 && id.value <= last_; }

    void erase(IdType id) {
        PENSTOCK_ASSERT(find(id) != nullptr);
        const auto chapter = chapters_.find(chapter_of(id));
        std::unique_ptr<Block>& block = chapter->second.blocks[block_of(id)];
        block->slots[slot_of(id)].reset();
        --size_;
        if (--block->used > 0) return;
        block.reset();
        if (--chapter->second.used == 0) chapters_.erase(chapter);
    }

    /// Puts a thing back that was erased, under the id that it had.
    void put_back(IdType id, T value) {
        PENSTOCK_ASSERT(was_issued(id) && find(id) == nullptr);
        place(id, std::move(value));
    }
    /// Takes back the ids from `next` on, under which there is nothing any more.
    void rewind(IdType next) {
        PENSTOCK_ASSERT(next.value >= 1 && next.value <= last_ + 1);
        PENSTOCK_ASSERT(!first_after(IdType{next.value - 1}));
        last_ = next.value - 1;
    }

    std::size_t size() const { return size_; }

    /// Calls `function(id, thing)` in the order of ids. The function may erase and add things.
    template <class Function>
    void for_each(Function&& function) {
        for (IdType id = first_after(IdType{}); id; id = first_after(id)) function(id, *find(id));
    }
    template <class Function>
    void for_each(Function&& function) const {
        const_cast<IdTable*>(this)->for_each(
            [&](IdType id, T& value) { function(id, static_cast<const T&>(value)); });
    }
    /// The lowest id above `id` that names a thing; 0 when there is none.
    IdType first_after(IdType id) const {
        std::uint64_t next = id.value + 1;
        for (auto chapter = chapters_.lower_bound(chapter_of(IdType{next}));
             chapter != chapters_.end(); ++chapter) {
            next = std::max(next, chapter->first * kFanOut * kFanOut);
            for (; chapter_of(IdType{next}) == chapter->first; next += kFanOut - next % kFanOut) {
                const Block* block = chapter->second.blocks[block_of(IdType{next})].get();
                if (block == nullptr) continue;
                for (std::uint64_t slot = next % kFanOut; slot < kFanOut; ++slot) {
                    if (block->slots[slot]) return IdType{next - next % kFanOut + slot};
                }
            }
        }
        return IdType{};
    }

    template <class Archive>
    void visit(Archive& archive) {
        if constexpr (Archive::kReads) {
            *this = IdTable();
            std::uint64_t last = 0;
            std::uint64_t count = 0;
            archive(last, count);
            if (last > kLastId || count > last) return archive.fail();
            for (std::uint64_t i = 0; i < count && archive.ok(); ++i) {
                std::uint64_t id = 0;
                T value{};
                archive(id, value);
                if (id <= last_ || id > last) return archive.fail();
                last_ = id - 1;
                add(std::move(value));
            }
            last_ = last;
        } else {
            std::uint64_t count = size_;
            archive(last_, count);
            for_each([&](IdType id, T& value) { archive(id.value, value); });
        }
    }

  private:
    static constexpr std::uint64_t kFanOut = 256;
    static constexpr std::uint64_t kLastId = std::uint64_t{1} << 62;
    struct Block {
        std::array<std::optional<T>, kFanOut> slots;
        std::size_t used = 0;
    };
    struct Chapter {
        std::array<std::unique_ptr<Block>, kFanOut> blocks;
        std::size_t used = 0;
    };
    T* place(IdType id, T value) {
        Chapter& chapter = chapters_[chapter_of(id)];
        std::unique_ptr<Block>& block = chapter.blocks[block_of(id)];
        if (!block) {
            block = std::make_unique<Block>();
            ++chapter.used;
        }
        std::optional<T>& slot = block->slots[slot_of(id)];
        slot.emplace(std::move(value));
        ++block->used;
        ++size_;
        return &*slot;
    }
    static std::uint64_t chapter_of(IdType id) { return id.value / (kFanOut * kFanOut); }
    static std::uint64_t block_of(IdType id) { return id.value / kFanOut % kFanOut; }
    static std::uint64_t slot_of(IdType id) { return id.value % kFanOut; }

    std::map<std::uint64_t, Chapter> chapters_;
    std::uint64_t last_ = 0;
    std::size_t size_ = 0;
};

}  // namespace penstock
