#include "advise/carbon/start_time.h"

#include "base/wide.h"

namespace penstock::carbon {

std::int64_t lowest_slot(const HourlySeries& series, std::int64_t arrival, const Queue& queue) {
    std::int64_t best = arrival;
    for (std::int64_t at = next_hour(arrival); at <= arrival + queue.wait_limit; at += kHour) {
        if (series.at(at) < series.at(best)) best = at;
    }
    return best;
}

std::int64_t lowest_window(const HourlySeries& series, std::int64_t arrival, const Queue& queue) {
    std::int64_t best = arrival;
    std::int64_t lowest = series.sum({arrival, arrival + queue.mean_length});
    for (std::int64_t at = arrival + kHour; at <= arrival + queue.wait_limit; at += kHour) {
        const std::int64_t sum = series.sum({at, at + queue.mean_length});
        if (sum < lowest) {
            lowest = sum;
            best = at;
        }
    }
    return best;
}

std::int64_t carbon_time(const HourlySeries& series, std::int64_t arrival, const Queue& queue) {
    const std::int64_t at_once = series.sum({arrival, arrival + queue.mean_length});
    std::int64_t best = arrival;
    std::int64_t most_saved = 0;  // By waiting until `best`; to be divided by its `until_done`.
    std::int64_t until_done_of_best = queue.mean_length;
    for (std::int64_t at = arrival + kHour; at <= arrival + queue.wait_limit; at += kHour) {
        const std::int64_t saved = at_once - series.sum({at, at + queue.mean_length});
        const std::int64_t until_done = at - arrival + queue.mean_length;
        if (Wide{saved} * until_done_of_best > Wide{most_saved} * until_done) {
            most_saved = saved;
            until_done_of_best = until_done;
            best = at;
        }
    }
    return best;
}

}  // namespace penstock::carbon
