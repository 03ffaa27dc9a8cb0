#pragma once

#include <optional>
#include <string>
#include <vector>

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
    std::uint32_t round = 0;         ///< Rises when its order was refused, or is no more.
    std::string order_id;            ///< Once placed.
    v1::GetWorkloadResponse state;   ///< Once submitted.
    std::optional<RemoteError> why;  ///< It could not be tried.

    /// Its order is dated when it is about to be sent: from then on it may have been placed.
    bool is_dated() const { return order.lines(0).term().start_ns() != 0; }
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
    std::vector<std::string> products;  ///< That are named; none: those that fit.
};

/// Works out tasks, length and money of a trial there; begin_at() dates it.
/// @retval TOO_EXPENSIVE
RemoteResult<TrialPool> trial_on(const v1::Product& product, const TrialWish& wish);

/// The trial's term begins then, as long as it is.
void begin_at(TrialPool& pool, Instant now);

/// No order of it stands any longer; the next is another, and not dated yet.
void forget_order(TrialPool& pool);

/// What the trial's tasks run: the job, cut short.
v1::WorkloadSpec trial_spec(const TrialWish& wish, const TrialPool& pool);

/// What goes on, costs and can be done about it when nobody waits for the trials any longer; with
/// orders of which it is not known whether they were placed. Empty when nothing goes on.
/// @param again  The command that goes on with them and ends with their quotes; empty: there is
/// none.
std::string going_on_text(const std::vector<TrialPool>& pools, const std::string& file,
                          const std::string& again);

/// How far it has come: its tasks, then its results behind a semicolon.
std::string trial_line(const TrialPool& pool);

}  // namespace penstock::client
