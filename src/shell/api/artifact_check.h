#pragma once

#include <google/protobuf/message.h>

#include <string_view>

#include "base/error.h"
#include "base/id.h"

namespace penstock::shell {

/// What the file store says about the files that commands name. Thread-safe; may wait for a disk.
class ArtifactCheck {
  public:
    virtual ~ArtifactCheck() = default;
    /// Whether the file is stored, and the party has uploaded or been given it.
    virtual bool may_read(std::string_view digest, PartyId party) const = 0;
};

/// Whether a command names files: inputs of a workload, outputs of an attempt.
bool names_files(const google::protobuf::Message& request);

/// No one gets at another's file by naming it, and nothing is charged that was not delivered.
/// @retval kInputNotYours, kOutputMissing
Result<void> check_files(const google::protobuf::Message& request, PartyId party,
                         const ArtifactCheck& artifacts);

}  // namespace penstock::shell
