#include "agent/measure/disk.h"

#include <fmt/format.h>
#include <unistd.h>

#include <boost/json.hpp>

#include "agent/error.h"
#include "agent/measure/repetition.h"
#include "agent/run_program.h"
#include "base/try.h"

namespace penstock::agent {
namespace json = boost::json;
namespace {

constexpr const char* kFio = "/usr/bin/fio";

std::string measured_file(const std::string& folder) {
    return folder + "/disk-measurement";
}

struct DiskRun {
    std::string file;
    bool is_direct = true;
    int megabytes = 0;
    int milliseconds = 0;
};

Result<std::string> run_fio(const DiskRun& run, const std::string& direction) {
    TRY_ASSIGN(
        const auto done,
        run_program({kFio, "--name=penstock", "--filename=" + run.file, "--rw=" + direction,
                     "--bs=1M", fmt::format("--size={}M", run.megabytes),
                     fmt::format("--runtime={}ms", run.milliseconds), "--time_based",
                     run.is_direct ? "--direct=1" : "--direct=0", "--ioengine=psync",
                     run.is_direct ? "--fsync=0" : "--end_fsync=1", "--output-format=json"}));
    if (done.exit_code != 0) return reject(kMeasurementFailed, {}, "fio: " + done.output);
    return done.output;
}

Result<v1::Measurement> measure_direction(const DiskRun& run, const std::string& direction,
                                          int repetitions, const std::string& version) {
    std::vector<double> rates;
    for (int repetition = 0; repetition < repetitions; ++repetition) {
        TRY_ASSIGN(const auto report, run_fio(run, direction));
        TRY_ASSIGN(const auto bandwidth, parse_fio_bandwidth(report, direction));
        rates.push_back(bandwidth / 1e6);
    }
    return summarise({"disk_" + direction, "MB/s",
                      fmt::format("sequential {}, 1 MiB blocks, {} MiB file, {} ms, {}", direction,
                                  run.megabytes, run.milliseconds,
                                  run.is_direct ? "direct" : "through the page cache"),
                      version},
                     rates);
}

}  // namespace

void remove_measured_file(const std::string& folder) {
    ::unlink(measured_file(folder).c_str());
}

Result<double> parse_fio_bandwidth(const std::string& report, const std::string& direction) {
    try {
        // Warnings may stand before the report.
        const auto begin = report.find('{');
        if (begin == std::string::npos) return reject(kMeasurementFailed, {}, "fio gave no report");
        const auto root = json::parse(std::string_view(report).substr(begin));
        return root.at("jobs").at(0).at(direction).at("bw_bytes").to_number<double>();
    } catch (const std::exception& fault) {
        return reject(kMeasurementFailed, {}, std::string("fio's report: ") + fault.what());
    }
}

Result<std::vector<v1::Measurement>> measure_disk(const std::string& folder,
                                                  Thoroughness thoroughness) {
    if (::access(kFio, X_OK) != 0) return reject(kMeasurementFailed, {}, "fio is not installed");
    const bool is_full = thoroughness == Thoroughness::full;
    TRY_ASSIGN(const auto version, run_program({kFio, "--version"}));
    DiskRun run{measured_file(folder), true, is_full ? 64 : 16, is_full ? 400 : 100};
    const int repetitions = is_full ? 3 : 1;
    // Not every file system can go past the cache.
    auto write = measure_direction(run, "write", repetitions, version.output);
    if (!write) {
        run.is_direct = false;
        write = measure_direction(run, "write", repetitions, version.output);
    }
    auto read = measure_direction(run, "read", repetitions, version.output);
    remove_measured_file(folder);
    TRY(write);
    TRY(read);
    return std::vector{std::move(*read), std::move(*write)};
}

}  // namespace penstock::agent
