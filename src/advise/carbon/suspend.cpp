#include "advise/carbon/suspend.h"

#include <algorithm>

#include "advise/carbon/run_log.h"

namespace penstock::carbon {

namespace {

/// A segment within one hour, and its value.
struct Piece {
    std::int64_t value = 0;
    Segment at;
};

std::vector<Piece> pieces(const HourlySeries& series, Segment over) {
    std::vector<Piece> result;
    for (std::int64_t second = over.start; second < over.end;) {
        const std::int64_t until = std::min(over.end, next_hour(second));
        result.push_back({series.at(second), {second, until}});
        second = until;
    }
    return result;
}

void order_by_value(std::vector<Piece>& listed) {
    std::ranges::stable_sort(listed, {}, &Piece::value);
}

}  // namespace

std::int64_t ecovisor_threshold_tenths(const HourlySeries& series, std::int64_t arrival) {
    auto listed = pieces(series, {arrival, arrival + kDay});
    order_by_value(listed);
    const auto value_of_second = [&](std::int64_t index) {
        for (const Piece& piece : listed) {
            if (index < piece.at.length()) return piece.value;
            index -= piece.at.length();
        }
        return listed.back().value;
    };
    // The place of the quantile among 86,400 seconds: 0.3 * 86,399 = 25,919.7.
    constexpr std::int64_t kTenths = 3 * (kDay - 1);
    const std::int64_t below = value_of_second(kTenths / 10);
    const std::int64_t above = value_of_second(kTenths / 10 + 1);
    return below * 10 + (above - below) * (kTenths % 10);
}

std::vector<Segment> ecovisor(const HourlySeries& series, const SuspendableJob& job) {
    const std::int64_t threshold = ecovisor_threshold_tenths(series, job.arrival);
    std::int64_t wait_left = job.wait_limit;
    RunLog log(job.arrival, job.length);
    while (!log.done()) {
        if (wait_left == 0) {
            log.run_to_end();
            break;
        }
        const std::int64_t rest = next_hour(log.now()) - log.now();
        if (series.at(log.now()) * 10 < threshold) {
            log.run(rest);
            continue;
        }
        const std::int64_t waited = std::min(rest, wait_left);
        log.wait(waited);
        wait_left -= waited;
    }
    return std::move(log).segments();
}

std::vector<Segment> wait_awhile(const HourlySeries& series, const SuspendableJob& job) {
    auto listed = pieces(series, {job.arrival, job.arrival + job.length + job.wait_limit});
    order_by_value(listed);
    std::vector<Segment> taken;
    std::int64_t left = job.length;
    for (const Piece& piece : listed) {
        if (left == 0) break;
        const std::int64_t part = std::min(left, piece.at.length());
        taken.push_back({piece.at.start, piece.at.start + part});
        left -= part;
    }
    std::ranges::sort(taken, {}, &Segment::start);
    std::vector<Segment> run;
    for (const Segment& segment : taken) {
        if (!run.empty() && run.back().end == segment.start) {
            run.back().end = segment.end;
        } else {
            run.push_back(segment);
        }
    }
    return run;
}

}  // namespace penstock::carbon
