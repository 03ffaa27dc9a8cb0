#include "agent/drivers/slurm/control.h"

#include <pwd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <utility>

namespace penstock::agent::slurm {
namespace {

/// As job_state_string of Slurm 22.05 has them; a node's name may follow after a blank.
constexpr std::array<std::pair<std::string_view, JobState>, 22> kStates{{
    {"PENDING", JobState::pending},       {"CONFIGURING", JobState::pending},
    {"REQUEUED", JobState::pending},      {"REQUEUE_HOLD", JobState::pending},
    {"REQUEUE_FED", JobState::pending},   {"SPECIAL_EXIT", JobState::pending},
    {"RESV_DEL_HOLD", JobState::pending}, {"RUNNING", JobState::running},
    {"SUSPENDED", JobState::suspended},   {"STOPPED", JobState::running},
    {"SIGNALING", JobState::running},     {"STAGE_OUT", JobState::running},
    {"COMPLETING", JobState::running},    {"COMPLETED", JobState::done},
    {"FAILED", JobState::done},           {"CANCELLED", JobState::cancelled},
    {"REVOKED", JobState::cancelled},     {"TIMEOUT", JobState::timed_out},
    {"DEADLINE", JobState::timed_out},    {"OUT_OF_MEMORY", JobState::out_of_memory},
    {"PREEMPTED", JobState::preempted},   {"NODE_FAIL", JobState::node_failed},
}};

}  // namespace

std::string own_user() {
    std::string buffer(16'384, '\0');
    passwd entry{};
    passwd* found = nullptr;
    ::getpwuid_r(::geteuid(), &entry, buffer.data(), buffer.size(), &found);
    return found == nullptr ? std::to_string(::geteuid()) : found->pw_name;
}

bool is_held(const Job& job) {
    // JobHeldAdmin, JobHeldUser, "launch failed requeued held", "job requeued in held state".
    return job.state == JobState::pending &&
           (job.reason.starts_with("JobHeld") || job.reason.find("held") != std::string::npos);
}

JobState job_state(const std::string& name) {
    const std::string word = name.substr(0, name.find_first_of(" +"));
    if (word == "BOOT_FAIL") return JobState::node_failed;
    const auto found =
        std::ranges::find(kStates, word, [](const auto& entry) { return entry.first; });
    return found == kStates.end() ? JobState::running : found->second;
}

}  // namespace penstock::agent::slurm
