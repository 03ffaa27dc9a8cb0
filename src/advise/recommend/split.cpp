#include "advise/recommend/split.h"

#include <algorithm>
#include <functional>
#include <limits>
#include <numeric>

namespace penstock::recommend {

namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
/// Less than this of the work is none.
constexpr double kLittle = 1e-9;

/// The search for a split. Portions are looked at from the cheapest by each unit of work up, with
/// the fixed cost spread over all that they can do.
class Search {
  public:
    Search(std::span<const Portion> portions, std::size_t legs_max)
        : portions_(portions), legs_max_(legs_max) {
        drop_needless();
        units_.resize(portions.size());
        for (const std::size_t at : order_) units_[at] = unit_cost(portions[at]);
        std::ranges::sort(order_, {}, [&](std::size_t at) { return units_[at]; });
        largest_from_.resize(order_.size() + 1);
        for (std::size_t i = order_.size(); i-- > 0;)
            largest_from_[i] = std::max(largest_from_[i + 1], most(order_[i]));
    }

    Split run() {
        Split split;
        const double bound = relaxed(0, 1, legs_max_);
        if (bound == kInfinity) return split;
        best_ = kInfinity;
        try_largest();
        step(0, 1, 0);
        if (best_ == kInfinity) return split;
        split.shares.assign(portions_.size(), 0);
        fill(best_used_, &split.shares);
        split.cost = best_;
        // A search that was not cut short has proven its best.
        split.bound = steps_ < kStepsMax ? best_ : std::min(bound, best_);
        return split;
    }

  private:
    static constexpr std::size_t kStepsMax = 20'000;

    /// Where as many others as may be used are at least as good in everything, one of these is free
    /// to stand in.
    void drop_needless() {
        for (std::size_t at = 0; at < portions_.size(); ++at) {
            if (portions_[at].most <= kLittle) continue;
            std::size_t as_good = 0;
            for (std::size_t i = 0; i < order_.size() && as_good < legs_max_; ++i) {
                const Portion& other = portions_[order_[i]];
                if (most(order_[i]) >= most(at) && other.each <= portions_[at].each &&
                    other.fixed <= portions_[at].fixed)
                    ++as_good;
            }
            if (as_good < legs_max_) order_.push_back(at);
        }
    }

    double most(std::size_t at) const { return std::min(1.0, portions_[at].most); }
    static double unit_cost(const Portion& portion) {
        const double most = std::min(1.0, portion.most);
        return portion.each + (portion.fixed > 0 ? portion.fixed / most : 0);
    }

    /// What the rest of the work costs at least with those from `from` on. Infinite where they
    /// cannot do it.
    double relaxed(std::size_t from, double rest, std::size_t legs) const {
        double cost = 0;
        if (rest > kLittle && largest_from_[from] * static_cast<double>(legs) < rest - kLittle)
            return kInfinity;
        for (std::size_t i = from; i < order_.size() && rest > kLittle; ++i) {
            const double share = std::min(rest, most(order_[i]));
            cost += share * units_[order_[i]];
            rest -= share;
        }
        return rest > kLittle ? kInfinity : cost;
    }

    /// What these cost when the cheapest of them by its work alone does as much as it can, and so
    /// on. Infinite where they cannot do it.
    double fill(std::vector<std::size_t> used, std::vector<double>* shares) const {
        std::ranges::sort(used, {}, [&](std::size_t at) { return portions_[at].each; });
        double rest = 1;
        double cost = 0;
        for (const std::size_t at : used) {
            const double share = std::min(rest, most(at));
            if (share <= kLittle) continue;
            cost += portions_[at].fixed + share * portions_[at].each;
            rest -= share;
            if (shares != nullptr) (*shares)[at] = share;
        }
        return rest > kLittle ? kInfinity : cost;
    }

    void keep_if_better() {
        const double cost = fill(used_, nullptr);
        if (cost >= best_) return;
        best_ = cost;
        best_used_ = used_;
    }

    /// The largest ones: with few legs, these alone may suffice.
    void try_largest() {
        used_ = order_;
        const std::size_t count = std::min(used_.size(), legs_max_);
        std::ranges::partial_sort(used_, used_.begin() + static_cast<std::ptrdiff_t>(count),
                                  std::greater(), [&](std::size_t at) { return most(at); });
        used_.resize(count);
        keep_if_better();
        used_.clear();
    }

    /// Decides about the portion at `at`, and those after it.
    void step(std::size_t at, double rest, double paid) {
        if (rest <= kLittle) return keep_if_better();
        if (at == order_.size() || used_.size() == legs_max_ || ++steps_ >= kStepsMax) return;
        if (paid + relaxed(at, rest, legs_max_ - used_.size()) >= best_ * (1 - 1e-12)) return;
        const std::size_t portion = order_[at];
        const double share = std::min(rest, most(portion));
        used_.push_back(portion);
        step(at + 1, rest - share, paid + share * units_[portion]);
        used_.pop_back();
        step(at + 1, rest, paid);
    }

    std::span<const Portion> portions_;
    std::size_t legs_max_;
    std::vector<double> units_;         ///< What a unit of work costs of each portion.
    std::vector<std::size_t> order_;    ///< Of those that may be needed.
    std::vector<double> largest_from_;  ///< The largest portion in the order from there on.
    std::vector<std::size_t> used_;
    std::vector<std::size_t> best_used_;
    double best_ = kInfinity;
    std::size_t steps_ = 0;
};

}  // namespace

Split split_work(std::span<const Portion> portions, std::size_t legs_max) {
    return Search(portions, legs_max).run();
}

}  // namespace penstock::recommend
