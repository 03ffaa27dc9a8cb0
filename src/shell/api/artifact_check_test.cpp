#include "shell/api/artifact_check.h"

#include <gtest/gtest.h>

#include "penstock/v1/task.pb.h"
#include "shell/api/error.h"

namespace penstock::shell {
namespace {

/// Party 3 may read "mine", and no one anything else.
class OneFile final : public ArtifactCheck {
  public:
    bool may_read(std::string_view digest, PartyId party) const override {
        return digest == "mine" && party == PartyId{3};
    }
};

TEST(ArtifactCheck, refuses_inputs_that_the_caller_may_not_read) {
    v1::SubmitWorkloadRequest submit;
    EXPECT_FALSE(names_files(submit));
    submit.mutable_spec()->add_files()->set_digest("mine");
    EXPECT_TRUE(names_files(submit));
    EXPECT_TRUE(check_files(submit, PartyId{3}, OneFile()));
    EXPECT_FALSE(check_files(submit, PartyId{4}, OneFile()));
    submit.mutable_spec()->add_files()->set_digest("foreign");
    const auto refused = check_files(submit, PartyId{3}, OneFile());
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().number(), kInputNotYours.number);
    EXPECT_EQ(refused.error().field(), "spec.files.digest");
}

TEST(ArtifactCheck, refuses_outputs_that_were_not_delivered) {
    v1::ReportAttemptRequest report;
    EXPECT_FALSE(names_files(report));
    for (const auto state : {v1::ATTEMPT_SUCCEEDED, v1::ATTEMPT_FAILED}) {
        report.Clear();
        report.set_state(state);
        report.add_outputs()->set_digest("mine");
        EXPECT_TRUE(names_files(report));
        EXPECT_TRUE(check_files(report, PartyId{3}, OneFile()));
        report.add_outputs()->set_digest("missing");
        const auto refused = check_files(report, PartyId{3}, OneFile());
        ASSERT_FALSE(refused);
        EXPECT_EQ(refused.error().number(), kOutputMissing.number);
    }
}

}  // namespace
}  // namespace penstock::shell
