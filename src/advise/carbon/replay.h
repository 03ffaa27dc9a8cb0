#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "advise/carbon/job_list.h"
#include "advise/carbon/series.h"
#include "base/error.h"
#include "base/wide.h"

/// Plays a list of jobs against an hourly series, policy by policy, with machines for all: what
/// each policy emits beside running at once, and how long it keeps jobs waiting.
namespace penstock::carbon {

enum class Policy : std::uint8_t {
    no_wait,
    lowest_slot,
    lowest_window,
    carbon_time,
    ecovisor,
    expected_carbon,
    expected_carbon_rolling,
    wait_awhile,
};

struct PolicyFacts {
    Policy policy;
    std::string_view name;  ///< As on the command line: "lowest-slot".
    /// What GAIA's notebook printed (Fig. 8), normalised; for its trace, jobs and hours alone.
    std::optional<double> published;
};

inline constexpr std::array kPolicies{
    PolicyFacts{Policy::no_wait, "no-wait", 1.0},
    PolicyFacts{Policy::lowest_slot, "lowest-slot", 0.7800},
    PolicyFacts{Policy::lowest_window, "lowest-window", 0.6837},
    PolicyFacts{Policy::carbon_time, "carbon-time", 0.7249},
    PolicyFacts{Policy::ecovisor, "ecovisor", 0.6391},
    PolicyFacts{Policy::expected_carbon, "expected-carbon", std::nullopt},
    PolicyFacts{Policy::expected_carbon_rolling, "expected-carbon-rolling", std::nullopt},
    PolicyFacts{Policy::wait_awhile, "wait-awhile", 0.6075},
};

/// @retval kPolicyUnknown  Lists those that there are.
Result<PolicyFacts> find_policy(std::string_view name);

/// What a policy made of all jobs.
struct Outcome {
    Wide emitted = 0;        ///< Value × seconds × cores.
    Wide waited = 0;         ///< Seconds from arrival to end without those of running, of all jobs.
    std::int64_t parts = 0;  ///< How many times a job was started or resumed.
    Wide parts_waited = 0;   ///< Seconds from a job's arrival to the begin of each part, summed.
};

/// The runs of all jobs in their order, of which `Outcome` is the sum.
std::vector<std::vector<Segment>> schedule(const HourlySeries& series, const JobList& list,
                                           Policy policy);

/// @retval kSeriesTooShort  A job would look or run beyond the series.
Result<Outcome> replay(const HourlySeries& series, const JobList& list, Policy policy);

/// `outcome.emitted` by that of running at once.
double normalised(const Outcome& outcome, const Outcome& at_once);
/// How long a job is kept waiting, its suspensions counted.
double mean_wait_hours(const Outcome& outcome, const JobList& list);
/// The same as GAIA's notebook counts it: from the arrival to the begin of a part, a row for each
/// part. For policies that do not suspend it is the mean wait.
double mean_part_wait_hours(const Outcome& outcome);

/// Whether running at once gives what it gives on GAIA's own series, hours and jobs: only then are
/// the published figures of the same thing.
bool is_published_setting(const Outcome& at_once);

}  // namespace penstock::carbon
