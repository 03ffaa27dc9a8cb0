// How a Slurm pool is measured: by jobs, since only its nodes can tell.
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <poll.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <filesystem>

#include "agent/clock.h"
#include "agent/drivers/slurm/slurm_driver.h"
#include "agent/error.h"
#include "base/try.h"
#include "files/folder.h"
#include "files/whole_file.h"

namespace penstock::agent {
namespace {

constexpr std::int64_t kPatienceNs = 3'600'000'000'000;
constexpr std::uint32_t kMinutes = 10;
constexpr int kLookEveryMs = 500;

/// Rates add up; of what each node has alone, the least is promised.
void add(const v1::Measurement& share, v1::ProfileStatement& total) {
    const bool is_rate = !share.name().starts_with("disk");
    for (auto& known : *total.mutable_measurements()) {
        if (known.name() != share.name()) continue;
        known.set_value_milli(is_rate ? known.value_milli() + share.value_milli()
                                      : std::min(known.value_milli(), share.value_milli()));
        known.set_spread_milli(is_rate ? known.spread_milli() + share.spread_milli()
                                       : std::max(known.spread_milli(), share.spread_milli()));
        return;
    }
    *total.add_measurements() = share;
}

void add(const v1::ProfileStatement& share, v1::ProfileStatement& total) {
    if (total.cores() == 0) {
        total = share;
        // The engine chooses them anew for each task.
        total.clear_cpu_ids();
        return;
    }
    for (const auto& measurement : share.measurements()) add(measurement, total);
    total.set_cores(total.cores() + share.cores());
    total.set_memory_bytes(total.memory_bytes() + share.memory_bytes());
    total.set_measured_at_ns(std::max(total.measured_at_ns(), share.measured_at_ns()));
    if (total.cpu_model() != share.cpu_model()) total.set_cpu_model("several models");
}

std::string measure_script(const std::vector<std::string>& program, std::uint32_t cores,
                           std::uint64_t memory, const std::string& folder,
                           Thoroughness thoroughness) {
    return fmt::format("#!/bin/sh\nexec '{}' any:{} {} '{}' {}\n", fmt::join(program, "' '"), cores,
                       memory, folder, thoroughness == Thoroughness::full ? "full" : "quick");
}

}  // namespace

Result<v1::ProfileStatement> SlurmDriver::measure(const std::vector<std::string>& program,
                                                  Thoroughness thoroughness,
                                                  const std::stop_token& stop) {
    is_measuring_ = true;
    std::vector<std::uint64_t> ids;
    auto profile = run_measurement(program, thoroughness, stop, ids);
    // Whatever was left of it then is an orphan, too.
    for (const auto id : ids)
        if (!profile) static_cast<void>(control_->cancel(id));
    is_measuring_ = false;
    return profile;
}

Result<v1::ProfileStatement> SlurmDriver::run_measurement(const std::vector<std::string>& program,
                                                          Thoroughness thoroughness,
                                                          const std::stop_token& stop,
                                                          std::vector<std::uint64_t>& ids) {
    TRY_ASSIGN(const auto all, nodes());
    const std::string folder = std::filesystem::path(options_.attempts).parent_path() / "measure";
    TRY(files::remove_folder(folder));
    TRY(files::ensure_folder(folder));
    std::uint32_t left = options_.cores;
    for (const slurm::Node& node : all) {
        const std::uint32_t cores = std::min(left, node.cores);
        if (cores == 0) break;
        const std::uint64_t memory = options_.memory_bytes / options_.cores * cores;
        const std::string share = fmt::format("{}/{}", folder, ids.size());
        TRY(files::ensure_folder(share));
        TRY_ASSIGN(const auto id,
                   control_->submit(
                       {.name = prefix() + "measure",
                        .partition = options_.partition,
                        .account = options_.account,
                        .qos = options_.qos,
                        .cores = cores,
                        .memory_bytes = memory,
                        .minutes_max = kMinutes,
                        .folder = share,
                        .output = share + ".out",
                        .script = measure_script(program, cores, memory, share, thoroughness)}));
        ids.push_back(id);
        left -= cores;
    }
    if (left > 0)
        return reject(kMeasurementFailed, {},
                      fmt::format("{} cores are offered, and no node that is up has the last {}",
                                  options_.cores, left));
    const std::int64_t deadline = boottime_ns() + kPatienceNs;
    while (true) {
        const auto known = control_->jobs();
        const auto is_open = [&](const slurm::Job& job) {
            return !slurm::has_ended(job.state) && std::ranges::find(ids, job.id) != ids.end();
        };
        if (known && std::ranges::none_of(*known, is_open)) break;
        if (boottime_ns() > deadline || stop.stop_requested())
            return reject(kMeasurementFailed, {},
                          "the cluster had no room for it, or it was stopped");
        ::poll(nullptr, 0, kLookEveryMs);
    }
    v1::ProfileStatement total;
    for (std::size_t index = 0; index < ids.size(); ++index) {
        auto output = files::read_file(fmt::format("{}/{}.out", folder, index)).value_or("");
        while (output.ends_with('\n')) output.pop_back();
        TRY_ASSIGN(const auto share, read_measured(output));
        add(share, total);
    }
    return total;
}

}  // namespace penstock::agent
