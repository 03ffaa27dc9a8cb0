#pragma once

#include <array>

#include "base/error.h"

namespace penstock::task {

inline constexpr Rejection kWorkloadNotFound{
    7001, Code::not_found, "WORKLOAD_NOT_FOUND",
    "No such workload is alive; check the id, or look among the finished ones."};
inline constexpr Rejection kAttemptNotFound{7003, Code::not_found, "ATTEMPT_NOT_FOUND",
                                            "No such attempt is known; check the id."};
inline constexpr Rejection kAttemptNotCurrent{
    7004, Code::failed_precondition, "ATTEMPT_NOT_CURRENT",
    "The attempt has lost its lease or has ended already; stop it and discard its outputs."};
inline constexpr Rejection kReportInvalid{
    7005, Code::invalid_argument, "REPORT_INVALID",
    "Report RUNNING, SUCCEEDED, FAILED, CANCELLED or BROKEN."};
inline constexpr Rejection kReportOutOfOrder{7006, Code::failed_precondition, "REPORT_OUT_OF_ORDER",
                                             "The attempt already runs; report how it ends."};
inline constexpr Rejection kNotAskedToStop{
    7007, Code::failed_precondition, "NOT_ASKED_TO_STOP",
    "CANCELLED is for attempts that the exchange asked to stop; report how the program ended."};
inline constexpr Rejection kSpecInvalid{7008, Code::invalid_argument, "TASK_SPEC_INVALID",
                                        "The task's description is out of range."};
inline constexpr Rejection kOutputInvalid{
    7009, Code::invalid_argument, "OUTPUT_INVALID",
    "An output needs a relative path and a SHA-256 of 64 hexadecimal digits; at most 256 each."};
inline constexpr Rejection kWorkloadEnded{7010, Code::failed_precondition, "WORKLOAD_ENDED",
                                          "The workload has ended; nothing is left to cancel."};
inline constexpr Rejection kOrderHasWorkload{
    7011, Code::failed_precondition, "ORDER_HAS_WORKLOAD",
    "The order already carries a workload; place another order for another one."};
inline constexpr Rejection kOrderTooSmall{
    7012, Code::failed_precondition, "ORDER_TOO_SMALL",
    "No contract of the order has enough cores for one task; order more or ask for fewer cpus."};
inline constexpr Rejection kOrderEnded{7013, Code::failed_precondition, "ORDER_ENDED",
                                       "All contracts of the order have ended; place a new order."};

inline constexpr std::array kRejections{&kWorkloadNotFound, &kAttemptNotFound,  &kAttemptNotCurrent,
                                        &kReportInvalid,    &kReportOutOfOrder, &kNotAskedToStop,
                                        &kSpecInvalid,      &kOutputInvalid,    &kWorkloadEnded,
                                        &kOrderHasWorkload, &kOrderTooSmall,    &kOrderEnded};

}  // namespace penstock::task
