#include <google/protobuf/util/message_differencer.h>
#include <gtest/gtest.h>

#include <functional>
#include <string>

#include "base/archive.h"
#include "core/sla/error.h"
#include "core/sla/test_level.h"

namespace penstock::sla {
namespace {

TEST(ServiceLevel, is_described_as_it_was_given) {
    const v1::ServiceLevel given = test_level();
    const ServiceLevel level = ServiceLevel::read(given).value();
    EXPECT_TRUE(google::protobuf::util::MessageDifferencer::Equals(level.describe(), given));
}

TEST(ServiceLevel, refuses_what_cannot_be_promised_and_names_the_field) {
    struct Case {
        const char* field;
        const Rejection& rejection;
        std::function<void(v1::ServiceLevel&)> spoil;
    };
    const auto steps = [](v1::ServiceLevel& level, int at) {
        return level.mutable_objectives(at)->mutable_steps();
    };
    const Case cases[] = {
        {"objectives", kObjectivesInvalid, [](auto& level) { level.clear_objectives(); }},
        {"objectives", kObjectivesInvalid,
         [](auto& level) { add_objective(level, v1::OBJECTIVE_AVAILABILITY, {{1, 1}}); }},
        {"objectives[2].kind", kObjectivesInvalid,
         [](auto& level) { level.mutable_objectives(2)->set_kind(v1::OBJECTIVE_AVAILABILITY); }},
        {"objectives[0].kind", kObjectiveUnknown,
         [](auto& level) { level.mutable_objectives(0)->clear_kind(); }},
        {"objectives[0].kind", kObjectiveUnknown,
         [](auto& level) {
             level.mutable_objectives(0)->set_kind(static_cast<v1::ObjectiveKind>(257));
         }},
        {"objectives[0].start_within_ns", kStartTimeInvalid,
         [](auto& level) { level.mutable_objectives(0)->set_start_within_ns(1); }},
        {"objectives[1].start_within_ns", kStartTimeInvalid,
         [](auto& level) { level.mutable_objectives(1)->clear_start_within_ns(); }},
        {"objectives[1].start_within_ns", kStartTimeInvalid,
         [](auto& level) {
             level.mutable_objectives(1)->set_start_within_ns(kStartWithinMax.ns + 1);
         }},
        {"objectives[1].steps", kCreditStepsInvalid,
         [&](auto& level) { steps(level, 1)->Clear(); }},
        {"objectives[0].steps", kCreditStepsInvalid,
         [&](auto& level) { steps(level, 0)->SwapElements(0, 1); }},
        {"objectives[0].steps", kCreditStepsInvalid,
         [&](auto& level) { steps(level, 0)->Mutable(1)->set_credit_basis_points(1'000); }},
        {"objectives[0].steps", kCreditStepsInvalid,
         [&](auto& level) { steps(level, 0)->Mutable(1)->set_credit_basis_points(10'001); }},
        {"objectives[0].steps", kCreditStepsInvalid,
         [&](auto& level) { steps(level, 0)->Mutable(0)->set_below_ppm(1'000'001); }},
        {"objectives[0].steps", kCreditStepsInvalid,
         [&](auto& level) { steps(level, 0)->Mutable(1)->set_below_ppm(0); }},
        {"objectives[2].steps", kCreditStepsInvalid,
         [&](auto& level) {
             steps(level, 2)->Clear();
             for (std::uint32_t i = 0; i <= kCreditStepsMax; ++i) {
                 v1::CreditStep& step = *steps(level, 2)->Add();
                 step.set_below_ppm(100 - i);
                 step.set_credit_basis_points(1 + i);
             }
         }},
        {"credit_cap_basis_points", kCreditCapInvalid,
         [](auto& level) { level.clear_credit_cap_basis_points(); }},
        {"credit_cap_basis_points", kCreditCapInvalid,
         [](auto& level) { level.set_credit_cap_basis_points(10'001); }},
    };
    for (const Case& one : cases) {
        v1::ServiceLevel level = test_level();
        one.spoil(level);
        const auto read = ServiceLevel::read(level);
        ASSERT_FALSE(read) << level.ShortDebugString();
        EXPECT_EQ(read.error().reason(), one.rejection.reason) << level.ShortDebugString();
        EXPECT_EQ(read.error().field(), one.field) << level.ShortDebugString();
    }
}

TEST(ServiceLevel, is_read_from_an_archive_only_when_it_can_be_promised) {
    const ServiceLevel level = ServiceLevel::read(test_level()).value();
    std::string bytes;
    ArchiveWriter writer(bytes);
    writer(level);
    ServiceLevel again;
    ArchiveReader reader(bytes);
    reader(again);
    ASSERT_TRUE(reader.finished());
    EXPECT_EQ(again.describe().SerializeAsString(), level.describe().SerializeAsString());
    bytes.back() = 1;  // A cap of 16,780,216.
    ServiceLevel damaged;
    ArchiveReader second(bytes);
    second(damaged);
    EXPECT_FALSE(second.ok());
}

TEST(ServiceLevel, knows_which_starts_are_in_time) {
    const ServiceLevel level = ServiceLevel::read(test_level()).value();
    EXPECT_TRUE(level.is_in_time(seconds(120)));
    EXPECT_FALSE(level.is_in_time(seconds(120) + Duration{1}));
    v1::ServiceLevel without = test_level();
    without.mutable_objectives()->DeleteSubrange(1, 1);
    EXPECT_TRUE(ServiceLevel::read(without).value().is_in_time(kStartWithinMax));
}

}  // namespace
}  // namespace penstock::sla
