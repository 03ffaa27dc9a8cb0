#pragma once

#include "base/error.h"

namespace penstock::shell {

inline constexpr Rejection kCredentialsMalformed{
    14041, Code::unauthenticated, "CREDENTIALS_MALFORMED",
    "The Authorization header is neither \"Bearer psk_<key number>_<secret>\" nor a "
    "\"Penstock-Agent\" signature; copy the whole key."};
inline constexpr Rejection kCredentialsWrong{
    14042, Code::unauthenticated, "CREDENTIALS_WRONG",
    "The key is unknown, revoked, or its secret is wrong; make a new one with CreateApiKey."};
inline constexpr Rejection kAgentUnknown{
    14043, Code::unauthenticated, "AGENT_UNKNOWN",
    "The agent is unknown or revoked; enrol it again with a new token."};
inline constexpr Rejection kIdempotencyKeyMissing{
    14044, Code::invalid_argument, "IDEMPOTENCY_KEY_MISSING",
    "Every command needs the header Idempotency-Key: a new random value of 1 to 255 characters for "
    "each new request, and the same one when the same request is sent again."};
inline constexpr Rejection kIdempotencyKeyGuessable{
    14045, Code::invalid_argument, "IDEMPOTENCY_KEY_GUESSABLE",
    "A command without credentials needs an Idempotency-Key of at least 16 random characters, for "
    "instance a UUID: whoever guesses it can read the answer."};
inline constexpr Rejection kIdempotencyKeyUnreadable{
    14054, Code::invalid_argument, "IDEMPOTENCY_KEY_UNREADABLE",
    "An Idempotency-Key consists of printable ASCII characters, for instance a UUID."};
inline constexpr Rejection kNotYourself{
    14046, Code::permission_denied, "NOT_YOURSELF",
    "An agent does this for itself alone, with its own request signature."};
inline constexpr Rejection kKeyEpochWrong{
    14047, Code::failed_precondition, "KEY_EPOCH_WRONG",
    "The statement was signed with another of the agent's keys than the one that is registered; "
    "sign it with the current key."};
inline constexpr Rejection kLogGap{
    14048, Code::out_of_range, "LOG_GAP",
    "The text does not join what the log holds; send from the offset that the last answer gave."};
inline constexpr Rejection kLogPieceTooLong{14049, Code::invalid_argument, "LOG_PIECE_TOO_LONG",
                                            "A piece of a log has at most 65,536 bytes."};
inline constexpr Rejection kWaitTooLong{14050, Code::invalid_argument, "WAIT_TOO_LONG",
                                        "A wait is 0 to 30,000 milliseconds."};
inline constexpr Rejection kNotServed{
    14051, Code::unimplemented, "NOT_SERVED",
    "This server does not serve the method; see /openapi.json for those it does."};
inline constexpr Rejection kTooBusy{14052, Code::resource_exhausted, "TOO_BUSY",
                                    "Too many such questions are waiting; try again shortly."};
inline constexpr Rejection kNoSuchTask{14053, Code::not_found, "TASK_NOT_FOUND",
                                       "There is no such task of yours; check the id."};
inline constexpr Rejection kInputNotYours{
    14055, Code::failed_precondition, "INPUT_NOT_YOURS",
    "The file is not stored, or not yours to read; upload it first, then submit again."};
inline constexpr Rejection kKeyElsewhere{
    14057, Code::permission_denied, "KEY_ELSEWHERE",
    "The key does not count from your address; use it from its own networks, or make another."};
inline constexpr Rejection kCsrfTokenMissing{
    14058, Code::permission_denied, "CSRF_TOKEN_MISSING",
    "What changes something needs the header X-CSRF-Token beside the session cookie; GetSession "
    "gives its value."};
// 14059 was NOT_A_TRIAL, and is not given again.
inline constexpr Rejection kTrialOfAnotherJob{
    14060, Code::failed_precondition, "TRIAL_OF_ANOTHER_JOB",
    "The trial ran another job than the one that is to be planned; try this one, or plan that "
    "one."};
inline constexpr Rejection kTooManyTrials{14061, Code::invalid_argument, "TOO_MANY_TRIALS",
                                          "Name up to 64 trials; the newest on each product do."};
inline constexpr Rejection kOutputMissing{
    14056, Code::failed_precondition, "OUTPUT_MISSING",
    "An output was not uploaded by this agent's party; upload it first, then report again."};

}  // namespace penstock::shell
