#pragma once

#include "base/error.h"

namespace penstock::artifacts {

inline constexpr Rejection kDigestInvalid{
    14201, Code::invalid_argument, "DIGEST_INVALID",
    "A file is named by the SHA-256 of its content: 64 lower-case hexadecimal digits."};
inline constexpr Rejection kDigestMismatch{
    14202, Code::invalid_argument, "DIGEST_MISMATCH",
    "The content is not what its name says; nothing was kept. Send it again, or correct the name."};
inline constexpr Rejection kArtifactTooLarge{
    14203, Code::resource_exhausted, "ARTIFACT_TOO_LARGE",
    "The file is larger than this exchange stores; split it."};
inline constexpr Rejection kArtifactsFull{
    14204, Code::resource_exhausted, "ARTIFACTS_FULL",
    "The exchange's file store is full; try again later, or ask the operator for room."};
inline constexpr Rejection kArtifactNotFound{
    14205, Code::not_found, "ARTIFACT_NOT_FOUND",
    "There is no such file, or it is not yours to read; check the digest."};
inline constexpr Rejection kArtifactFault{
    14206, Code::unavailable, "ARTIFACT_FAULT",
    "The file store cannot be read or written; try again, and tell the operator if it persists."};
inline constexpr Rejection kPartyRoomFull{
    14207, Code::resource_exhausted, "ARTIFACTS_PARTY_FULL",
    "Your party has as many bytes in the file store as it may; ask the operator for more room."};
inline constexpr Rejection kUploadNotAllowed{
    14208, Code::permission_denied, "UPLOAD_NOT_ALLOWED",
    "Only qualified parties may store files; wait until the operator has admitted yours."};

inline constexpr Rejection kArtifactElsewhere{
    14209, Code::unavailable, "ARTIFACT_ELSEWHERE",
    "The file is not at this server, or not yours to read. Name all servers of the exchange; where "
    "they are named, wait for the one that took it."};

}  // namespace penstock::artifacts
