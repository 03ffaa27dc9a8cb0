#include "shell/api/artifact_check.h"

#include "penstock/v1/task.pb.h"
#include "shell/api/error.h"

namespace penstock::shell {

bool names_files(const google::protobuf::Message& request) {
    if (const auto* submit = dynamic_cast<const v1::SubmitWorkloadRequest*>(&request))
        return submit->spec().files_size() > 0;
    const auto* report = dynamic_cast<const v1::ReportAttemptRequest*>(&request);
    return report != nullptr && report->outputs_size() > 0;
}

Result<void> check_files(const google::protobuf::Message& request, PartyId party,
                         const ArtifactCheck& artifacts) {
    if (const auto* submit = dynamic_cast<const v1::SubmitWorkloadRequest*>(&request)) {
        for (const v1::FileMount& file : submit->spec().files())
            if (!artifacts.may_read(file.digest(), party))
                return reject(kInputNotYours, "spec.files.digest", file.path());
    }
    if (const auto* report = dynamic_cast<const v1::ReportAttemptRequest*>(&request)) {
        for (const v1::Artifact& output : report->outputs())
            if (!artifacts.may_read(output.digest(), party))
                return reject(kOutputMissing, "outputs.digest", output.path());
    }
    return {};
}

}  // namespace penstock::shell
