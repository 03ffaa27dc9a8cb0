#include "advise/carbon/job_list.h"

#include <optional>
#include <string>
#include <utility>

#include "advise/carbon/decimal.h"
#include "advise/carbon/error.h"
#include "advise/carbon/series.h"
#include "base/try.h"
#include "format/csv_table.h"

namespace penstock::carbon {

namespace {

std::optional<std::int64_t> whole(std::string_view text, std::int64_t minimum,
                                  std::int64_t maximum) {
    const auto thousandths = parse_thousandths(text, maximum);
    if (!thousandths || *thousandths / 1000 < minimum) return std::nullopt;
    return *thousandths / 1000;
}

}  // namespace

JobList JobList::of(std::vector<Job> jobs) {
    std::array<std::int64_t, 2> total{};
    std::array<std::int64_t, 2> count{};
    for (const Job& job : jobs) {
        // GAIA counts a job of exactly two hours in both means.
        for (const std::size_t queue : {std::size_t{0}, std::size_t{1}}) {
            if (queue == 0 ? job.length > kShort : job.length < kShort) continue;
            total[queue] += job.length;
            ++count[queue];
        }
    }
    const auto mean = [&](std::size_t queue, std::int64_t otherwise) {
        return count[queue] == 0 ? otherwise : total[queue] / count[queue];
    };
    JobList list{std::move(jobs), {}};
    list.queues[0] = {6 * kHour, mean(0, kHour), 0, kShort};
    list.queues[1] = {kDay, mean(1, 4 * kHour), kShort, 0};
    return list;
}

Result<JobList> JobList::parse(std::string_view csv, std::string_view file) {
    TRY_ASSIGN(const auto table, format::CsvTable::read(csv, {}, file));
    const auto arrival = table.find_column("arrival_time");
    const auto length = table.find_column("length");
    const auto cores = table.find_column("cpus");
    if (!arrival || !length || !cores)
        return reject(kJobListInvalid, {}, std::string(file) + " lacks one of these columns.");
    std::vector<Job> jobs;
    for (std::size_t row = 0; row < table.rows(); ++row) {
        const auto at = whole(table.field(row, *arrival).text, 0, kArrivalMax);
        const auto runs = whole(table.field(row, *length).text, 1, kLengthMax);
        const auto takes = whole(table.field(row, *cores).text, 1, kCoresMax);
        if (!at || !runs || !takes) {
            return reject(kJobListInvalid,
                          !at     ? "arrival_time"
                          : !runs ? "length"
                                  : "cpus",
                          "See " + std::string(file) + ":" + std::to_string(table.line(row)) + ".");
        }
        jobs.push_back({*at, *runs, *takes});
    }
    if (jobs.empty()) return reject(kJobListInvalid, {}, std::string(file) + " has no job.");
    return of(std::move(jobs));
}

}  // namespace penstock::carbon
