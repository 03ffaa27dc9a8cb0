#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <unordered_map>
#include <utility>
#include <vector>

namespace penstock::limits {

/// More than any call costs. A line saves up for its first item turn by turn, so the bound is one
/// on the time that take() needs, whatever is asked.
inline constexpr std::uint32_t kTurnCostMax = 100;

/// Whose turn something takes, and how much of it.
struct Turn {
    std::uint64_t flow = 0;  ///< Who waits in one line: a party, an address, the system itself.
    std::uint32_t cost = 1;  ///< At least 1; counts as kTurnCostMax at most.
};

/// A bounded queue in which nobody waits for the length of another's line.
///
/// Each flow has a line of its own, first in, first out. Lines take turns by deficit round robin
/// (Shreedhar and Varghese, 1995): in its turn a line gives as much as it has saved up, cost by
/// cost, and saves one quantum a turn. So of n flows that always have something waiting each gets
/// one n-th, measured in cost, and one cheap item waits for one turn of each other flow at most.
/// One thread at a time.
template <class Item>
class FairQueue {
  public:
    /// @param items_max       In all lines together.
    /// @param flow_items_max  In one line.
    FairQueue(std::size_t items_max, std::size_t flow_items_max)
        : items_max_(items_max), flow_items_max_(flow_items_max) {}

    /// @return False when all lines together, or this one, are full; `item` is then unchanged.
    bool push(Turn turn, Item& item) {
        if (size_ >= items_max_) return false;
        auto found = lines_.find(turn.flow);
        if (found == lines_.end()) {
            found = lines_.emplace(turn.flow, new_line()).first;
            order_.push_back(turn.flow);
        }
        Line& line = found->second;
        if (line.size() >= flow_items_max_) return false;
        line.items.emplace_back(std::clamp(turn.cost, 1u, kTurnCostMax), std::move(item));
        ++size_;
        return true;
    }

    /// Appends up to `count` items, in the order of their turns.
    void take(std::vector<Item>& into, std::size_t count) {
        for (; count > 0 && size_ > 0;) {
            auto found = lines_.find(order_.front());
            Line& line = found->second;
            if (!std::exchange(in_turn_, true)) line.saved += kQuantum;
            // Where nobody else waits, there is nobody to save for.
            const bool is_alone = order_.size() == 1;
            while (count > 0 && line.size() > 0 &&
                   (is_alone || line.items[line.first].cost <= line.saved)) {
                Waiting& next = line.items[line.first++];
                line.saved -= std::min<std::uint64_t>(line.saved, next.cost);
                into.push_back(std::move(next.item));
                --size_;
                --count;
            }
            line.compact();
            if (line.size() == 0) {
                retire(found);
            } else if (count > 0) {
                order_.push_back(order_.front());
                order_.pop_front();
                in_turn_ = false;
            }
        }
    }

    std::size_t size() const { return size_; }
    std::size_t flows() const { return lines_.size(); }

  private:
    /// What a line saves in a turn: enough for one item of most kinds.
    static constexpr std::uint64_t kQuantum = 4;

    struct Waiting {
        std::uint32_t cost;
        Item item;
        Waiting(std::uint32_t waiting_cost, Item&& waiting)
            : cost(waiting_cost), item(std::move(waiting)) {}
    };
    struct Line {
        std::vector<Waiting> items;
        std::size_t first = 0;  ///< Items before it have gone.
        std::uint64_t saved = 0;

        std::size_t size() const { return items.size() - first; }
        void compact() {
            if (first < 64 || first < items.size() / 2) return;
            items.erase(items.begin(), items.begin() + static_cast<std::ptrdiff_t>(first));
            first = 0;
        }
    };
    using Lines = std::unordered_map<std::uint64_t, Line>;

    Line new_line() {
        if (spare_.empty()) return {};
        Line line = std::move(spare_.back());
        spare_.pop_back();
        spare_items_ -= line.items.capacity();
        return line;
    }
    /// A line that is empty saves nothing, and goes; its memory waits for the next one.
    void retire(typename Lines::iterator found) {
        constexpr std::size_t kSpareMax = 64;
        constexpr std::size_t kSpareItemsMax = 65'536;  // Of all lines together.
        Line line = std::move(found->second);
        line.items.clear();
        line.first = 0;
        line.saved = 0;
        if (spare_.size() < kSpareMax && spare_items_ + line.items.capacity() <= kSpareItemsMax) {
            spare_items_ += line.items.capacity();
            spare_.push_back(std::move(line));
        }
        lines_.erase(found);
        order_.pop_front();
        in_turn_ = false;
    }

    const std::size_t items_max_;
    const std::size_t flow_items_max_;
    Lines lines_;                      ///< Of flows with something waiting.
    std::deque<std::uint64_t> order_;  ///< Of their turns; the first one's has begun if in_turn_.
    bool in_turn_ = false;
    std::size_t size_ = 0;
    std::vector<Line> spare_;
    std::size_t spare_items_ = 0;  ///< That they have room for.
};

}  // namespace penstock::limits
