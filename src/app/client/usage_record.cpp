#include "app/client/usage_record.h"

#include <string>

namespace penstock::client {

namespace {

format::JobStatus status_of(v1::AttemptState state) {
    switch (state) {
        case v1::ATTEMPT_SUCCEEDED:
            return format::JobStatus::completed;
        case v1::ATTEMPT_FAILED:
            return format::JobStatus::failed;
        default:
            return format::JobStatus::aborted;
    }
}

}  // namespace

std::optional<format::UsageRecord> usage_record(const v1::MeteredAttempt& attempt,
                                                std::string_view exchange) {
    const Interval ran{Instant{attempt.ran().start_ns()}, Instant{attempt.ran().end_ns()}};
    if (!attempt.has_usage() || ran.is_empty()) return std::nullopt;
    const v1::AttemptUsage& usage = attempt.usage();
    format::UsageRecord record;
    record.record_id = std::string(exchange) + "/" + attempt.attempt() + "/" +
                       std::to_string(attempt.attempt_number());
    record.created_at = ran.end;
    record.site = attempt.supplier_name();
    record.global_group_id = attempt.buyer();
    record.global_job_id = attempt.attempt();
    record.job_name = attempt.workload_name();
    record.machine_name = attempt.pool();
    record.queue = attempt.product();
    record.service_level = attempt.contract();
    record.status = status_of(attempt.state());
    // Of what was stopped or lost nobody knows how the program would have ended.
    if (record.status != format::JobStatus::aborted) record.exit_status = attempt.exit_code();
    record.ran = ran;
    record.wall = Duration{usage.wall_ns()};
    record.cpu = Duration{usage.cpu_ns()};
    record.processors = usage.cores();
    if (usage.memory_peak_bytes() > 0) record.memory_used_bytes = usage.memory_peak_bytes();
    return record;
}

}  // namespace penstock::client
