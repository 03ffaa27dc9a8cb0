// The end of an attempt: what is told about it, and what is delivered.
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <spdlog/spdlog.h>

#include "agent/attempt_runner.h"
#include "agent/outputs.h"

namespace penstock::agent {
namespace {

constexpr std::size_t kNoteMax = 480;
constexpr int kRenumberingsMax = 10;

/// The exchange refuses batches of the wrong number with its metering's rejections.
bool is_of_metering(const Fault& fault) {
    return fault.number >= 8000 && fault.number < 9000;
}

/// Whether another report could change nothing: the exchange has its own word on the attempt's end,
/// knows nothing of it, or does not listen to this agent any more.
bool is_settled_there(const Fault& fault) {
    return fault.reason == "ATTEMPT_NOT_CURRENT" || fault.code == Code::not_found ||
           fault.code == Code::unauthenticated || fault.code == Code::permission_denied;
}

/// What an end means, before anything is delivered.
struct Verdict {
    v1::AttemptState state;
    std::string note;
};

Verdict verdict_of(const Observation& end, const v1::WorkloadSpec& spec) {
    switch (end.reason) {
        case EndReason::exited:
            if (end.exit_code == 0) return {v1::ATTEMPT_SUCCEEDED, {}};
            return {v1::ATTEMPT_FAILED, fmt::format("ended with code {}", end.exit_code)};
        case EndReason::time_limit:
            if (spec.trial_seconds() > 0)
                return {v1::ATTEMPT_SUCCEEDED,
                        fmt::format("The trial's {} s are over.", spec.trial_seconds())};
            return {v1::ATTEMPT_FAILED, "stopped: it ran longer than max_task_seconds"};
        case EndReason::memory:
            return {v1::ATTEMPT_FAILED, fmt::format("stopped: it needed more than its {} MiB of "
                                                    "memory",
                                                    spec.memory_bytes() >> 20)};
        case EndReason::stopped:
            return {v1::ATTEMPT_CANCELLED, end.detail};
        case EndReason::lease_ended:
            return {v1::ATTEMPT_BROKEN, "stopped: the exchange could not be reached in time"};
        case EndReason::start_failed:
            return {v1::ATTEMPT_BROKEN, "could not be started: " + end.detail};
        case EndReason::shim_lost:
            return {v1::ATTEMPT_BROKEN, "the supplier's machine lost it"};
        case EndReason::preempted:
            return {v1::ATTEMPT_BROKEN, "the supplier's engine preempted it"};
        case EndReason::withdrawn:
            return {v1::ATTEMPT_BROKEN, "the supplier withdrew it"};
        case EndReason::node_lost:
            return {v1::ATTEMPT_BROKEN, "the supplier's node failed"};
        case EndReason::engine_lost:
            return {v1::ATTEMPT_BROKEN, "the supplier's engine knows nothing of it any more"};
        case EndReason::not_placed:
            return {v1::ATTEMPT_BROKEN, "the supplier's engine had no room for it in time"};
        case EndReason::clock_skew:
            return {v1::ATTEMPT_BROKEN,
                    "the clock of the supplier's node is behind: " + end.detail};
    }
    return {v1::ATTEMPT_BROKEN, end.detail};
}

/// Notes are for people, and of limited length; a cut never splits a character.
std::string shortened(std::string note) {
    if (note.size() <= kNoteMax) return note;
    std::size_t size = kNoteMax;
    while (size > 0 && (static_cast<unsigned char>(note[size]) & 0xC0) == 0x80) --size;
    note.resize(size);
    return note;
}

/// Only what may stand in the exchange's records: printable ASCII.
std::string printable(std::string note) {
    for (char& letter : note)
        if (letter < 0x20 || letter > 0x7E) letter = letter == '\n' ? ' ' : '?';
    return note;
}

}  // namespace

void AttemptRunner::settle(const Observation& end, std::stop_token stop) {
    push_logs();
    if (wanted() != Wanted::dropped) {
        report_end(end);
        // The rest, if the exchange was away before.
        push_logs();
    }
    // What is not settled, the next agent on this folder takes up.
    if (stop.stop_requested()) return;
    record_.is_settled = true;
    if (const auto kept = save_attempt(folder_, record_); !kept)
        spdlog::warn("{}: {}", attempt(), kept.error().message());
    // The shim leaves within moments of the end; what holds the group longer is tried again, and
    // what runs all the same is stopped.
    while (!tools_.driver.remove(handle_)) {
        static_cast<void>(tools_.driver.stop(handle_));
        if (!wait_for(stop, std::chrono::milliseconds(50))) break;
    }
    set_phase(Phase::settled);
    on_settled_();
}

void AttemptRunner::report_end(const Observation& end) {
    v1::ReportAttemptRequest report;
    report.set_attempt(attempt());
    conclude(end, report);
    const auto stop = settling_.get_token();
    for (int renumbering = 0; !stop.stop_requested(); ++renumbering) {
        const auto answer = tools_.usage.report_end(report, record_of(end.usage), stop);
        if (answer) {
            spdlog::info("{}: {}{}{}", attempt(), v1::AttemptState_Name(report.state()),
                         report.note().empty() ? "" : ": ", report.note());
            return;
        }
        // The next poll tells the number that the exchange expects.
        const bool is_worth_another =
            is_passing(answer.error()) ||
            (is_of_metering(answer.error()) && renumbering < kRenumberingsMax);
        if (is_worth_another) {
            wait_for(stop, std::chrono::seconds(1));
            continue;
        }
        spdlog::warn("{}: the exchange does not take its end: {}", attempt(),
                     answer.error().message);
        if (report.state() == v1::ATTEMPT_BROKEN || is_settled_there(answer.error())) return;
        // It would count as running for ever, and nobody would run it.
        report.set_note(shortened(
            printable(fmt::format("its end as {} was refused: {}",
                                  v1::AttemptState_Name(report.state()), answer.error().message))));
        report.set_state(v1::ATTEMPT_BROKEN);
        report.clear_outputs();
    }
}

void AttemptRunner::conclude(const Observation& end, v1::ReportAttemptRequest& report) {
    auto verdict = verdict_of(end, record_.assignment.spec());
    if (verdict.state == v1::ATTEMPT_SUCCEEDED) {
        if (const auto done = deliver_outputs(report); !done) {
            const bool is_too_large = done.error().code == Code::resource_exhausted;
            verdict = {is_too_large ? v1::ATTEMPT_FAILED : v1::ATTEMPT_BROKEN,
                       "its outputs could not be delivered: " + done.error().message};
            report.clear_outputs();
        }
    }
    report.set_state(verdict.state);
    // A trial that was stopped was killed, which is not its program's doing.
    report.set_exit_code(verdict.state == v1::ATTEMPT_SUCCEEDED ? 0 : end.exit_code);
    report.set_note(shortened(printable(verdict.note)));
}

Answer<void> AttemptRunner::deliver_outputs(v1::ReportAttemptRequest& report) {
    const auto& patterns = record_.assignment.spec().outputs();
    if (patterns.empty()) return {};
    const auto fault_of = [](const Error& error) {
        return std::unexpected(
            Fault{error.code(), std::string(error.reason()), error.message(), error.number()});
    };
    const auto found =
        find_outputs(tools_.driver.working_folder(handle_), {patterns.begin(), patterns.end()});
    if (!found) return fault_of(found.error());
    for (const auto& output : *found) {
        const auto digest = digest_of_file(output.file);
        if (!digest) return fault_of(digest.error());
        const auto sent = until_answered(
            settling_.get_token(), [&] { return tools_.exchange.upload(*digest, output.file); });
        if (!sent) return sent;
        auto* artifact = report.add_outputs();
        artifact->set_path(output.path);
        artifact->set_digest(*digest);
        artifact->set_size_bytes(output.size_bytes);
    }
    return {};
}

}  // namespace penstock::agent
