#include "advise/carbon/synthetic.h"

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "advise/carbon/series.h"

namespace penstock::carbon {

namespace {

/// SplitMix64 (Steele, Lea and Flood, 2014).
class Draw {
  public:
    explicit Draw(std::uint64_t seed) : state_(seed) {}
    std::uint64_t next() {
        state_ += 0x9e3779b97f4a7c15;
        std::uint64_t mixed = state_;
        mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111eb;
        return mixed ^ (mixed >> 31);
    }
    /// Above 0, at most 1.
    double share() { return (static_cast<double>(next() >> 11) + 1) / 9007199254740992.0; }

  private:
    std::uint64_t state_;
};

double length_seconds(Lengths lengths, double share) {
    switch (lengths) {
        case Lengths::exponential:
            return -9000 * std::log(share);
        case Lengths::heavy_tailed:
            return 1200 * std::pow(share, -1 / 1.2);
        case Lengths::even:
            return 600 + share * 35'400;
    }
    return 0;
}

}  // namespace

JobList synthetic_jobs(Lengths lengths, std::int64_t count, std::uint64_t seed) {
    Draw draw(seed);
    std::vector<Job> jobs;
    for (std::int64_t i = 0; i < count; ++i) {
        Job job;
        job.arrival = static_cast<std::int64_t>(draw.next() % (7 * kDay));
        const double seconds = length_seconds(lengths, draw.share());
        job.length = static_cast<std::int64_t>(std::clamp(seconds, 300.0, 216'000.0));
        job.cores = std::int64_t{1} << (draw.next() % 4);
        jobs.push_back(job);
    }
    std::ranges::stable_sort(jobs, {}, &Job::arrival);
    return JobList::of(std::move(jobs));
}

}  // namespace penstock::carbon
