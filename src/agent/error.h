#pragma once

#include "base/error.h"

namespace penstock::agent {

// Refusals and faults of the supplier's side, 15,000 to 15,999.

inline constexpr Rejection kStateDamaged{
    15002, Code::data_loss, "AGENT_STATE_DAMAGED",
    "A file in the agent's data folder does not hold what it should; see the detail."};
inline constexpr Rejection kNoLimits{
    15003, Code::failed_precondition, "AGENT_NO_LIMITS",
    "This machine's control groups cannot be written, so tasks could not be limited; run the agent "
    "as root, or give it --allow-unlimited to run tasks without limits."};
inline constexpr Rejection kSandboxFailed{
    15004, Code::internal, "AGENT_SANDBOX_FAILED",
    "The task's sandbox could not be set up; see the detail."};
inline constexpr Rejection kBadPath{
    15005, Code::invalid_argument, "AGENT_BAD_PATH",
    "A path must be relative, without '.' or '..', and stay below the working folder."};
inline constexpr Rejection kMeasurementFailed{
    15006, Code::internal, "AGENT_MEASUREMENT_FAILED",
    "A measurement did not give a usable result; see the detail."};
inline constexpr Rejection kOutputsTooLarge{
    15007, Code::resource_exhausted, "AGENT_OUTPUTS_TOO_LARGE",
    "The task left more or larger output files than an agent delivers; see the detail."};
inline constexpr Rejection kDigestMismatch{
    15008, Code::data_loss, "AGENT_DIGEST_MISMATCH",
    "A downloaded file does not have the digest it was asked for by."};
inline constexpr Rejection kNotEnrolled{
    15009, Code::failed_precondition, "AGENT_NOT_ENROLLED",
    "The agent has not joined an exchange yet; start it with --token-file or --token."};
inline constexpr Rejection kAlreadyRuns{
    15010, Code::already_exists, "AGENT_ALREADY_RUNS",
    "Another agent uses this data folder; stop it first or choose another --data."};
inline constexpr Rejection kBadOption{15011, Code::invalid_argument, "AGENT_BAD_OPTION",
                                      "An option of the agent does not hold what it should."};
inline constexpr Rejection kProgramFailed{
    15012, Code::internal, "AGENT_PROGRAM_FAILED",
    "A program that the agent needs could not be run; see the detail."};

inline constexpr Rejection kInputMissing{
    15013, Code::unavailable, "AGENT_INPUT_MISSING",
    "An input of the task could not be had from the exchange's store; see the detail."};
inline constexpr Rejection kBadText{15014, Code::invalid_argument, "AGENT_BAD_TEXT",
                                    "A text of the task holds a zero byte."};
inline constexpr Rejection kNoNetwork{
    15015, Code::failed_precondition, "AGENT_NO_NETWORK",
    "The task asks for the network, and this supplier grants no network."};
inline constexpr Rejection kBadResultUnit{
    15016, Code::invalid_argument, "AGENT_BAD_RESULT_UNIT",
    "The job's unit of work (result_unit) cannot be counted; see the detail."};
inline constexpr Rejection kEngineUnreachable{
    15017, Code::unavailable, "AGENT_ENGINE_UNREACHABLE",
    "The supplier's engine does not answer; see the detail."};
inline constexpr Rejection kEngineRefused{15018, Code::failed_precondition, "AGENT_ENGINE_REFUSED",
                                          "The supplier's engine refused; see the detail."};

}  // namespace penstock::agent
