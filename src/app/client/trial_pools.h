#pragma once

#include <optional>
#include <string>

#include "app/client/session.h"
#include "base/time.h"
#include "penstock/v1/catalog.pb.h"
#include "penstock/v1/contract.pb.h"
#include "penstock/v1/task.pb.h"

namespace penstock::client {

/// A trial on one product: what it takes, and how far it has come.
struct TrialPool {
    v1::Product product;
    std::string unit;  ///< What its results are.
    std::uint32_t tasks = 0;
    std::uint32_t at_once = 0;       ///< Of these.
    v1::PlaceOrderRequest order;     ///< With what it can cost at most.
    std::int64_t about_micros = 0;   ///< What it is likely to cost.
    std::string order_id;            ///< Once placed.
    v1::GetWorkloadResponse state;   ///< Once submitted.
    std::optional<RemoteError> why;  ///< It could not be tried.

    bool is_submitted() const { return !state.workload().id().empty(); }
    bool is_over() const { return !is_submitted() || state.workload().ended(); }
    std::uint64_t results() const;
    std::uint32_t succeeded() const { return state.workload().succeeded(); }
};

/// What a trial asks of each product.
struct TrialWish {
    v1::WorkloadSpec spec;
    std::uint32_t tasks = 0;  ///< 0: as many as run at once, three at least.
    std::uint32_t seconds = 20;
};

/// Works out tasks, term and money of a trial there, from `now` on.
/// @retval TOO_EXPENSIVE
RemoteResult<TrialPool> trial_on(const v1::Product& product, const TrialWish& wish, Instant now);

/// What the trial's tasks run: the job, cut short.
v1::WorkloadSpec trial_spec(const TrialWish& wish, const TrialPool& pool);

/// How far it has come: its tasks, then its results behind a semicolon.
std::string trial_line(const TrialPool& pool);

}  // namespace penstock::client
