#pragma once

#include "advise/carbon/job_list.h"

namespace penstock::carbon {

/// What one may believe of a job's length who knows no more than its queue.
///
/// With a longest length: of all distributions between the bounds and with the mean the one that
/// assumes least (of the largest entropy), the truncated exponential. Without: the shortest length
/// and a Pareto tail (Lomax) of shape 2, the thickest that reasoning by means still permits; run
/// times of batch jobs and processes have tails of shape 1 to 2 (Harchol-Balter and Downey, 1997).
class LengthPrior {
  public:
    /// A mean outside of the queue's bounds counts as just within them.
    explicit LengthPrior(const Queue& queue);

    /// The probability that a job runs longer than so many seconds.
    double survival(double seconds) const;
    /// The expected part of a job's run that lies in its first so many seconds of work.
    double expected_within(double seconds) const;
    double mean() const { return shortest_ + mean_beyond_; }

  private:
    double shortest_ = 0;
    double mean_beyond_ = 0;  ///< Of what exceeds `shortest_`.
    double range_ = 0;        ///< Between the bounds; 0 without an upper one.
    double rate_ = 0;         ///< Of the truncated exponential, 1/s; may be negative.
};

}  // namespace penstock::carbon
