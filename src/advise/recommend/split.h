#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace penstock::recommend {

/// What one supplier can do of work that several may share, and for what.
struct Portion {
    double most = 0;   ///< Of all work, at most; above 1 where it can do more than all.
    double each = 0;   ///< What all of the work would cost there. Not below 0.
    double fixed = 0;  ///< What it costs to use it at all. Not below 0.
};

struct Split {
    std::vector<double> shares;  ///< For each portion; they add up to 1. Empty: not to be had.
    double cost = 0;
    double bound = 0;  ///< No split can cost less.
};

/// Shares work among few so that it costs least: least Σ fixed·used + each·share, with shares up to
/// `most` that add up to 1, and at most `legs_max` of them above zero.
///
/// Who is no better in anything than `legs_max` others is left out; it goes fastest where portions
/// come by `each`, ascending. Then branch and bound over who is used; the bound lets each fixed
/// cost be paid in proportion, so that it is filled from the cheapest up. Stops after some
/// thousands of steps with the best that was found, and the bound that then holds. O(n · those that
/// are not left out) and those steps.
Split split_work(std::span<const Portion> portions, std::size_t legs_max);

}  // namespace penstock::recommend
