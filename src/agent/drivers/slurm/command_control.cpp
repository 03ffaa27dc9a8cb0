#include "agent/drivers/slurm/command_control.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <boost/algorithm/string/classification.hpp>
#include <boost/algorithm/string/split.hpp>
#include <charconv>

#include "agent/error.h"
#include "agent/run_program.h"
#include "base/try.h"
#include "files/whole_file.h"

namespace penstock::agent::slurm {
namespace {

constexpr std::int64_t kTimeoutNs = 15'000'000'000;
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

/// The texts of Slurm's own refusals begin so; all else may be a controller that is away.
bool is_refusal(const std::string& output) {
    for (const char* away : {"Unable to contact", "Socket timed out", "Connection refused",
                             "Zero Bytes", "Protocol authentication", "slurm_load"})
        if (output.find(away) != std::string::npos) return false;
    return true;
}

}  // namespace

CommandControl::CommandControl(std::string user) : user_(std::move(user)) {}

Result<std::string> CommandControl::run(std::vector<std::string> command) const {
    std::vector<std::string> words{"/usr/bin/env", "SLURM_TIME_FORMAT=%s"};
    if (::geteuid() == 0)
        words = {"/usr/sbin/runuser", "-u", user_, "--", "/usr/bin/env", "SLURM_TIME_FORMAT=%s"};
    words.insert(words.end(), command.begin(), command.end());
    const auto ran = run_program(words, {.cpu_ids = {}, .timeout_ns = kTimeoutNs});
    if (!ran) return reject(kEngineUnreachable, {}, ran.error().message());
    if (ran->exit_code == 0) return ran->output;
    return reject(is_refusal(ran->output) ? kEngineRefused : kEngineUnreachable, {},
                  command.front() + ": " + ran->output);
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
    TRY_ASSIGN(const auto output, run(std::move(command)));
    return read_sbatch(output);
}

Result<std::vector<Job>> CommandControl::jobs() {
    TRY_ASSIGN(const auto output,
               run({"squeue", "--noheader", "--states=all", "--format=%i|%T|%r|%N|%S|%e|%j"}));
    return read_squeue(output);
}

Result<void> CommandControl::cancel(std::uint64_t id) {
    const auto done = run({"scancel", std::to_string(id)});
    if (done || done.error().number() == kEngineRefused.number) return {};
    return std::unexpected(done.error());
}

Result<std::vector<Node>> CommandControl::nodes() {
    TRY_ASSIGN(const auto output,
               run({"sinfo", "--noheader", "--Node", "--format=%N|%c|%m|%T|%R"}));
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
        if (fields.size() < 7) return unreadable("squeue", line);
        Job job;
        // Members of arrays, "7_2", are none of ours.
        if (!read_number(fields[0], job.id)) continue;
        job.state_name = fields[1];
        job.state = job_state(job.state_name);
        job.reason = fields[2];
        job.nodes = fields[3];
        job.start_at = seconds_of(fields[4]);
        job.end_at = seconds_of(fields[5]);
        job.name = fields[6];
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
