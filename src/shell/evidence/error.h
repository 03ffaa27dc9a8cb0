#pragma once

#include "base/error.h"

namespace penstock::evidence {

inline constexpr Rejection kReceiptPending{
    14301, Code::unavailable, "RECEIPT_PENDING",
    "A record of this order is not yet covered by a signed checkpoint; ask again in a second."};
inline constexpr Rejection kCheckpointMismatch{
    14302, Code::data_loss, "EVIDENCE_MISMATCH",
    "The evidence log is not what its last signed checkpoint says; restore data/evidence from a "
    "backup and keep the damaged files for examination."};
inline constexpr Rejection kCheckpointConflict{
    14303, Code::aborted, "CHECKPOINT_CONFLICT",
    "Another process has signed a checkpoint of this log; stop it, for a log has one writer."};
inline constexpr Rejection kEvidenceFault{
    14304, Code::unavailable, "EVIDENCE_FAULT",
    "A file of the evidence log cannot be read or written; check its folder and the free space."};
inline constexpr Rejection kEvidenceKeyMissing{
    14305, Code::data_loss, "EVIDENCE_KEY_MISSING",
    "The log has records but a key of it is gone; restore it from a backup: a new key would make a "
    "log that contradicts the old one."};
inline constexpr Rejection kNotInLog{14306, Code::not_found, "NOT_IN_LOG",
                                     "The evidence log has no such file; see c2sp.org/tlog-tiles."};

}  // namespace penstock::evidence
