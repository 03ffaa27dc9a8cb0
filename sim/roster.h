#pragma once

#include <cstddef>
#include <deque>
#include <vector>

namespace penstock::sim {

/// Those who are in play now, in the order in which they came. Who has left stays in memory, so
/// that a reference outlives whatever happens while its holder waits for an answer.
template <class T>
class Roster {
  public:
    void push_back(T item) { now_.push_back(&all_.emplace_back(std::move(item))); }
    std::size_t size() const { return now_.size(); }
    bool empty() const { return now_.empty(); }
    T& operator[](std::size_t index) { return *now_[index]; }
    T& front() { return *now_.front(); }
    T& back() { return *now_.back(); }
    /// A list of its own, which stays good whoever comes or leaves meanwhile.
    std::vector<T*> members() const { return now_; }
    void drop_front() { now_.erase(now_.begin()); }
    template <class Predicate>
    void drop_if(Predicate leaves) {
        std::erase_if(now_, [&](const T* item) { return leaves(*item); });
    }

  private:
    std::deque<T> all_;
    std::vector<T*> now_;
};

}  // namespace penstock::sim
