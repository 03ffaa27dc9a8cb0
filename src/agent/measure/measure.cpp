#include "agent/measure/measure.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <sched.h>

#include <charconv>
#include <iostream>
#include <sstream>
#include <utility>

#include "agent/clock.h"
#include "agent/error.h"
#include "agent/measure/disk.h"
#include "agent/measure/gemm.h"
#include "agent/measure/topology.h"
#include "agent/measure/triad.h"
#include "agent/run_program.h"
#include "base/try.h"
#include "crypto/hex.h"

namespace penstock::agent {
namespace {

/// For machines that are busy; half of what the exchange's challenge lives.
constexpr std::int64_t kTimeMaxNs = 300'000'000'000;

Result<v1::ProfileStatement> measure_here(const MeasureOptions& options) {
    TRY_ASSIGN(const auto topology, read_topology(options.cpu_ids));
    TRY_ASSIGN(const auto gemm, measure_gemm(options.cpu_ids.size(), options.thoroughness));
    v1::ProfileStatement profile;
    for (const auto& measurement : gemm) *profile.add_measurements() = measurement;
    *profile.add_measurements() = measure_triad(options.cpu_ids, options.thoroughness);
    if (const auto disk = measure_disk(options.folder, options.thoroughness))
        for (const auto& measurement : *disk) *profile.add_measurements() = measurement;
    else
        std::cerr << disk.error().message() << '\n';
    profile.set_measured_at_ns(utc_ns());
    profile.set_cores(static_cast<std::uint32_t>(options.cpu_ids.size()));
    profile.set_memory_bytes(options.memory_bytes);
    profile.set_topology(topology.text);
    profile.set_cpu_model(topology.cpu_model);
    for (const auto cpu : options.cpu_ids) profile.add_cpu_ids(cpu);
    return profile;
}

std::vector<std::uint32_t> parse_cpus(const std::string& text) {
    std::vector<std::uint32_t> cpus;
    std::istringstream parts(text);
    for (std::string part; std::getline(parts, part, ',');) {
        std::uint32_t cpu = 0;
        std::from_chars(part.data(), part.data() + part.size(), cpu);
        cpus.push_back(cpu);
    }
    return cpus;
}

constexpr std::string_view kAny = "any:";

/// The first of the cores that this process may run on; none where there are fewer.
std::vector<std::uint32_t> first_cpus(std::size_t count) {
    cpu_set_t allowed;
    CPU_ZERO(&allowed);
    ::sched_getaffinity(0, sizeof allowed, &allowed);
    std::vector<std::uint32_t> cpus;
    for (std::uint32_t cpu = 0; cpu < CPU_SETSIZE && cpus.size() < count; ++cpu)
        if (CPU_ISSET(cpu, &allowed)) cpus.push_back(cpu);
    if (cpus.size() < count) cpus.clear();
    return cpus;
}

}  // namespace

Result<v1::ProfileStatement> measure_pool(const MeasureOptions& options, std::stop_token stop) {
    auto program = options.program;
    program.push_back(fmt::format("{}", fmt::join(options.cpu_ids, ",")));
    program.push_back(std::to_string(options.memory_bytes));
    program.push_back(options.folder);
    program.push_back(options.thoroughness == Thoroughness::full ? "full" : "quick");
    // Pinned from its first instruction: OpenBLAS counts the cores it may use when it is loaded.
    const auto run = run_program(
        program, {.cpu_ids = options.cpu_ids, .timeout_ns = kTimeMaxNs, .stop = std::move(stop)});
    // What was killed could not.
    remove_measured_file(options.folder);
    TRY(run);
    if (run->exit_code != 0) return reject(kMeasurementFailed, {}, run->output);
    return read_measured(run->output);
}

Result<v1::ProfileStatement> read_measured(const std::string& output) {
    const std::string last_line = output.substr(output.rfind('\n') + 1);
    const auto bytes = crypto::parse_hex(last_line);
    v1::ProfileStatement profile;
    if (!bytes || bytes->empty() ||
        !profile.ParseFromArray(bytes->data(), static_cast<int>(bytes->size())))
        return reject(kMeasurementFailed, {}, output);
    return profile;
}

int measure_main(const std::vector<std::string>& arguments) {
    if (arguments.size() != 4) {
        std::cerr << "usage: penstock measure CPUS MEMORY FOLDER full|quick\n";
        return 2;
    }
    MeasureOptions options;
    const bool is_any = arguments[0].starts_with(kAny);
    options.cpu_ids =
        is_any ? first_cpus(std::strtoul(arguments[0].c_str() + kAny.size(), nullptr, 10))
               : parse_cpus(arguments[0]);
    if (options.cpu_ids.empty()) {
        std::cerr << "fewer cores are given to this process than should be measured\n";
        return 1;
    }
    options.memory_bytes = std::strtoull(arguments[1].c_str(), nullptr, 10);
    options.folder = arguments[2];
    options.thoroughness = arguments[3] == "quick" ? Thoroughness::quick : Thoroughness::full;
    options.program = {"/proc/self/exe", "measure"};
    const auto profile = is_any ? measure_pool(options) : measure_here(options);
    if (!profile) {
        std::cerr << profile.error().message() << '\n';
        return 1;
    }
    std::cout << crypto::hex(crypto::bytes_of(profile->SerializeAsString())) << std::endl;
    return 0;
}

}  // namespace penstock::agent
