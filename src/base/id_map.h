#pragma once

#include <cstddef>
#include <map>
#include <utility>
#include <vector>

#include "base/assert.h"
#include "base/id.h"

namespace penstock {

/// A std::map by id with constant-time look-up, for things that are many, live long and are looked
/// up all the time. Has what of std::map is used; iterates in the order of ids.
///
/// Takes eight bytes for each id up to the highest. References stay valid until a thing is erased.
template <class IdType, class T>
class IdMap {
  public:
    using Map = std::map<IdType, T>;
    using iterator = typename Map::iterator;
    using const_iterator = typename Map::const_iterator;

    IdMap() = default;
    IdMap(IdMap&&) noexcept = default;
    IdMap& operator=(IdMap&&) noexcept = default;
    IdMap(const IdMap& other) : map_(other.map_) { index_all(); }
    IdMap& operator=(const IdMap& other) { return *this = IdMap(other); }
    ~IdMap() = default;

    iterator find(IdType id) {
        if (id.value >= index_.size()) return map_.end();
        const iterator found = index_[id.value];
        return found == iterator{} ? map_.end() : found;
    }
    const_iterator find(IdType id) const { return const_cast<IdMap*>(this)->find(id); }
    bool contains(IdType id) const { return find(id) != map_.end(); }
    T& at(IdType id) {
        const iterator found = find(id);
        PENSTOCK_ASSERT(found != map_.end());
        return found->second;
    }
    const T& at(IdType id) const { return const_cast<IdMap*>(this)->at(id); }
    /// The thing; made if there is none.
    T& operator[](IdType id) {
        if (const iterator found = find(id); found != map_.end()) return found->second;
        const iterator added = map_.try_emplace(id).first;
        put(added);
        return added->second;
    }
    void erase(IdType id) {
        const iterator found = find(id);
        if (found == map_.end()) return;
        index_[id.value] = iterator{};
        map_.erase(found);
    }

    std::size_t size() const { return map_.size(); }
    bool empty() const { return map_.empty(); }
    iterator begin() { return map_.begin(); }
    iterator end() { return map_.end(); }
    const_iterator begin() const { return map_.begin(); }
    const_iterator end() const { return map_.end(); }

    template <class Archive>
    void visit(Archive& archive) {
        archive(map_);
        if constexpr (Archive::kReads) {
            if (!map_.empty() && map_.rbegin()->first.value > kLastId) return archive.fail();
            index_all();
        }
    }

  private:
    /// A snapshot that has more is taken for damaged, before its bytes make us take all memory.
    static constexpr std::uint64_t kLastId = std::uint64_t{1} << 25;

    void index_all() {
        index_.clear();
        for (iterator thing = map_.begin(); thing != map_.end(); ++thing) put(thing);
    }
    void put(iterator thing) {
        const std::uint64_t id = thing->first.value;
        if (id >= index_.size()) index_.resize(id + 1);
        index_[id] = thing;
    }

    Map map_;
    std::vector<iterator> index_;  ///< By id; value-initialised where there is nothing.
};

}  // namespace penstock
