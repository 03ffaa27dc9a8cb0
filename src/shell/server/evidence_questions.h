#pragma once

#include "shell/api/api.h"
#include "shell/evidence/evidence_log.h"
#include "shell/projection/projection.h"
#include "shell/server/table_questions.h"

namespace penstock::shell {

/// Has `api` answer for the log's key, receipts, and signed identifiers. All outlive it.
void serve_evidence(Api& api, evidence::EvidenceLog& log, projection::Projection& tables,
                    TableFeed& feed);

}  // namespace penstock::shell
