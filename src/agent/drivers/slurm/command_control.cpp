#include "agent/drivers/slurm/command_control.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/algorithm/string/classification.hpp>
#include <boost/algorithm/string/split.hpp>
#include <charconv>

#include "agent/error.h"
#include "agent/run_program.h"
#include "base/try.h"
#include "files/whole_file.h"

namespace penstock::agent::slurm {
namespace {

constexpr std::int64_t kTimeoutNs = 10'000'000'000;
constexpr std::uint64_t kMebibyte = 1U << 20;
constexpr const char* kScriptFile = "/slurm.script";

std::vector<std::string> split(const std::string& text, const char* separators) {
    std::vector<std::string> parts;
    boost::split(parts, text, boost::is_any_of(separators));
    return parts;
}

template <class Number>
bool read_number(const std::string& text, Number& number) {
    const char* const end = text.data() + text.size();
    const auto read = std::from_chars(text.data(), end, number);
    return read.ec == std::errc() && read.ptr == end;
}

std::unexpected<Error> unreadable(const char* command, const std::string& line) {
    return reject(kEngineUnreachable, {}, fmt::format("{} printed: {}", command, line));
}

/// Seconds of UTC from Slurm's time with SLURM_TIME_FORMAT=%s; 0 for "N/A".
std::int64_t seconds_of(const std::string& text) {
    std::int64_t seconds = 0;
    return read_number(text, seconds) ? seconds : 0;
}

/// What slurmctld says of jobs that it will never take (slurm_errno.c of 22.05).
constexpr std::array<std::string_view, 12> kRefusals{
    "Invalid partition name",
    "Invalid account",
    "Invalid qos",
    "Requested node configuration is not available",
    "More processors requested than permitted",
    "Node count specification invalid",
    "Requested partition configuration not available",
    "Memory required by task is not available",
    "Requested time limit is invalid",
    "Job violates accounting/QOS policy",
    "Access/permission denied",
    "group not permitted to use this partition",
};

/// @return What it prints, and how it ended.
Result<ProgramRun> run(std::vector<std::string> command) {
    command.insert(command.begin(), {"/usr/bin/env", "SLURM_TIME_FORMAT=%s"});
    auto ran = run_program(command, {.cpu_ids = {}, .timeout_ns = kTimeoutNs});
    if (!ran) return reject(kEngineUnreachable, {}, ran.error().message());
    return ran;
}

std::unexpected<Error> unreachable(const char* command, const ProgramRun& ran) {
    return reject(kEngineUnreachable, {},
                  fmt::format("{} (code {}): {}", command, ran.exit_code, ran.output));
}

/// What a command that changes nothing prints.
Result<std::string> ask(const char* name, std::vector<std::string> command) {
    TRY_ASSIGN(auto ran, run(std::move(command)));
    if (ran.exit_code != 0) return unreachable(name, ran);
    return std::move(ran.output);
}

}  // namespace

bool is_refusal_of_sbatch(const std::string& text) {
    return text.contains("Batch job submission failed") &&
           std::ranges::any_of(kRefusals, [&](const auto said) { return text.contains(said); });
}

Result<std::uint64_t> CommandControl::submit(const JobRequest& request) {
    const std::string script = request.folder + kScriptFile;
    TRY(files::replace_file(script, request.script, 0644));
    std::vector<std::string> command{
        "sbatch",
        "--parsable",
        "--no-requeue",
        "--export=NIL",
        "--nodes=1",
        "--ntasks=1",
        "--job-name=" + request.name,
        fmt::format("--cpus-per-task={}", request.cores),
        fmt::format("--mem={}M", (request.memory_bytes + kMebibyte - 1) / kMebibyte),
        fmt::format("--time={}", request.minutes_max),
        "--chdir=" + request.folder,
        "--output=" + request.output};
    if (!request.partition.empty()) command.push_back("--partition=" + request.partition);
    if (!request.account.empty()) command.push_back("--account=" + request.account);
    if (!request.qos.empty()) command.push_back("--qos=" + request.qos);
    command.push_back(script);
    TRY_ASSIGN(const auto ran, run(std::move(command)));
    if (ran.exit_code == 0) return read_sbatch(ran.output);
    if (is_refusal_of_sbatch(ran.output)) return reject(kEngineRefused, {}, ran.output);
    return unreachable("sbatch", ran);
}

Result<std::vector<Job>> CommandControl::jobs() {
    TRY_ASSIGN(const auto output, ask("squeue", {"squeue", "--noheader", "--me", "--states=all",
                                                 "--format=%i|%T|%r|%N|%S|%e|%u|%j"}));
    return read_squeue(output);
}

Result<void> CommandControl::cancel(std::uint64_t id) {
    TRY_ASSIGN(const auto ran, run({"scancel", std::to_string(id)}));
    // One that has ended, or that nobody knows.
    for (const char* fine : {"Invalid job id", "already completing or completed"})
        if (ran.exit_code == 0 || ran.output.contains(fine)) return {};
    if (ran.output.contains("Access/permission denied"))
        return reject(kEngineRefused, {}, ran.output);
    return unreachable("scancel", ran);
}

Result<std::vector<Node>> CommandControl::nodes() {
    TRY_ASSIGN(const auto output,
               ask("sinfo", {"sinfo", "--noheader", "--Node", "--format=%N|%c|%m|%T|%R"}));
    return read_sinfo(output);
}

Result<std::uint64_t> read_sbatch(const std::string& text) {
    // On a federation the cluster's name follows after a semicolon.
    std::uint64_t id = 0;
    if (!read_number(split(text, ";\n").front(), id) || id == 0) return unreadable("sbatch", text);
    return id;
}

Result<std::vector<Job>> read_squeue(const std::string& text) {
    std::vector<Job> jobs;
    for (const auto& line : split(text, "\n")) {
        if (line.empty()) continue;
        const auto fields = split(line, "|");
        if (fields.size() < 8) return unreadable("squeue", line);
        Job job;
        // Members of arrays, "7_2", are none of ours.
        if (!read_number(fields[0], job.id)) continue;
        job.state_name = fields[1];
        job.state = job_state(job.state_name);
        job.reason = fields[2];
        job.nodes = fields[3];
        job.start_at = seconds_of(fields[4]);
        job.end_at = seconds_of(fields[5]);
        job.user = fields[6];
        // It may hold the separator.
        job.name = fields[7];
        for (std::size_t more = 8; more < fields.size(); ++more) job.name += '|' + fields[more];
        jobs.push_back(std::move(job));
    }
    return jobs;
}

Result<std::vector<Node>> read_sinfo(const std::string& text) {
    std::vector<Node> nodes;
    for (const auto& line : split(text, "\n")) {
        if (line.empty()) continue;
        const auto fields = split(line, "|");
        std::uint64_t mebibytes = 0;
        Node node;
        if (fields.size() != 5 || !read_number(fields[1], node.cores) ||
            !read_number(fields[2], mebibytes))
            return unreadable("sinfo", line);
        node.name = fields[0];
        node.memory_bytes = mebibytes * kMebibyte;
        const auto& state = fields[3];
        // A "*" says that the node does not answer.
        node.is_up = !state.ends_with('*') &&
                     (state.starts_with("idle") || state.starts_with("mixed") ||
                      state.starts_with("allocated") || state.starts_with("completing"));
        // A node stands there once for each of its partitions.
        const auto same = std::ranges::find(nodes, node.name, &Node::name);
        Node& entry = same == nodes.end() ? nodes.emplace_back(std::move(node)) : *same;
        entry.partitions.push_back(fields[4]);
    }
    return nodes;
}

}  // namespace penstock::agent::slurm
