#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace penstock::agent {

/// What runs the tasks.
enum class Engine : std::uint8_t { host, slurm };

/// The cluster that the jobs of a Slurm pool go to, as the agent's own user.
struct SlurmOptions {
    std::string url;                      ///< Of slurmrestd; empty: by Slurm's commands alone.
    std::string key_file;                 ///< The cluster's jwt_key; with a URL.
    std::string user;                     ///< Whose jobs they are.
    std::string partition, account, qos;  ///< Empty for the cluster's defaults.
    bool limits_tasks = false;  ///< The cluster keeps tasks within cores and memory (task/cgroup).
};

/// What `penstock agent` is told. The app reads it from the command line.
struct AgentOptions {
    std::string server;       ///< Base URL, for instance https://exchange.example:8443.
    std::string ca_file;      ///< Trusted roots as a PEM file; empty takes the system's.
    std::string token;        ///< One-time enrolment token; needed at the first start only.
    std::string data_folder;  ///< Keys, state, cache and attempts; the agent's alone.
    Engine engine = Engine::host;
    SlurmOptions slurm;
    std::vector<std::uint32_t> cpu_ids;  ///< Of a host: the cores that the pool offers.
    std::uint32_t cores = 0;         ///< That the pool offers, and of a host as many as cpu_ids.
    std::uint64_t memory_bytes = 0;  ///< Memory that the pool offers.
    std::int64_t price_micros = 0;   ///< Per core-hour.
    std::string currency = "CNY";
    std::string product_name;            ///< 1 to 80 characters.
    bool measures_quickly = false;       ///< For trials: a shorter, less exact measurement.
    bool allows_unlimited = false;       ///< Runs tasks even where they cannot be limited.
    bool allows_network = false;         ///< Shares the host's network with tasks that ask for it.
    bool declines_result_bands = false;  ///< Takes no contract that promises what results cost.
    std::int64_t usage_interval_ms = 3000;
    std::int64_t poll_wait_ms = 10'000;  ///< Longest that one long poll waits.
    /// Runs the shim and the measurement: a path and its first arguments, before "shim" or
    /// "measure". Empty takes this very program.
    std::vector<std::string> program;
};

/// Reads "0-3,6" as 0, 1, 2, 3, 6: ascending, without repetition, below 4096.
/// @retval kBadOption
Result<std::vector<std::uint32_t>> parse_cpu_list(std::string_view text);

/// Reads "4GiB", "512MiB" or "2G" (as GiB). A bare number is refused: a task file counts GiB.
/// @retval kBadOption  Not such a text, zero, or over 2^50.
Result<std::uint64_t> parse_memory_size(std::string_view text);

/// Reads "1.20" as 1,200,000: digits, and up to six decimals.
/// @retval kBadOption  Not such a text, zero, or over 10^6.
Result<std::int64_t> parse_price_micros(std::string_view text);

}  // namespace penstock::agent
