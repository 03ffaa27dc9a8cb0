#pragma once

#include <cstddef>
#include <filesystem>
#include <vector>

#include "bench/report.h"

namespace penstock::bench {

struct Options {
    std::filesystem::path folder;  ///< Empty, on the disk to be measured; the caller removes it.
    double scale = 1;              ///< Of the amount of work; 1 takes a few seconds a measure.

    std::size_t scaled(std::size_t count) const {
        return static_cast<std::size_t>(static_cast<double>(count) * scale);
    }
};

/// Resident memory for each open contract. First in its process: what others have freed would be
/// used again, and not be seen.
std::vector<Line> measure_memory(const Options& options);

/// Commands a second from request bytes to reply bytes, on one core.
std::vector<Line> measure_core(const Options& options);

/// Transfers that the ledger carries out on one core: postings, holds, and postings of what is
/// held.
Line measure_transfers(const Options& options);

/// Transfers that are durable, through sequencer and journal in batches, against double entry by a
/// function of PostgreSQL.
Line measure_durable_transfers(const Options& options);

/// How long trade stands still while a month of many contracts is closed.
std::vector<Line> measure_close(const Options& options);

/// What money costs: transfers, alone and durable, and rating of usage records under a mixed price
/// plan.
std::vector<Line> measure_money(const Options& options);

/// Commands a second through sequencer and journal, against bare inserts of the same batches; then
/// how fast that journal is replayed, and how fast a server starts from it.
std::vector<Line> measure_durable(const Options& options);

/// The same pipeline on PostgreSQL with batches of 256, against bare inserts of 256 rows each.
std::vector<Line> measure_postgres(const Options& options);

/// How long a snapshot of many contracts takes a forked child, and how long the fork holds up.
std::vector<Line> measure_snapshot(const Options& options);

/// Commands and queries a second over HTTP, against a bare echo.
std::vector<Line> measure_http(const Options& options);

/// How long plans for an intent take, and how far the cheapest is from the optimum.
std::vector<Line> measure_plan(const Options& options);

/// How long other tenants wait while one asks as fast as it can, against an idle exchange.
std::vector<Line> measure_tenants(const Options& options);

}  // namespace penstock::bench
