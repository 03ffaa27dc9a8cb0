#include "core/billing/sale_terms.h"

#include <google/protobuf/util/message_differencer.h>
#include <gtest/gtest.h>

#include <functional>
#include <string>

#include "base/archive.h"
#include "core/billing/error.h"
#include "penstock/v1/billing.pb.h"

namespace penstock::billing {
namespace {

constexpr std::int64_t kDayNs = seconds(86'400).ns;

v1::SaleTerms full_terms() {
    v1::SaleTerms terms;
    terms.set_version(1);
    terms.set_role(v1::TRADE_ROLE_PRINCIPAL);
    terms.set_tax_basis_points(600);
    terms.set_dispute_window_ns(7 * kDayNs);
    v1::ServiceObjective& objective = *terms.mutable_service_level()->add_objectives();
    objective.set_kind(v1::OBJECTIVE_AVAILABILITY);
    v1::CreditStep& step = *objective.add_steps();
    step.set_below_ppm(999'000);
    step.set_credit_basis_points(1'000);
    terms.mutable_service_level()->set_credit_cap_basis_points(3'000);
    terms.mutable_post_paid()->set_due_after_ns(30 * kDayNs);
    terms.mutable_post_paid()->set_grace_ns(10 * kDayNs);
    return terms;
}

TEST(SaleTerms, are_described_as_they_were_given) {
    const SaleTerms terms = SaleTerms::read(full_terms()).value();
    EXPECT_TRUE(
        google::protobuf::util::MessageDifferencer::Equals(terms.describe(1), full_terms()));
}

TEST(SaleTerms, say_of_what_is_left_out_what_holds_without_terms) {
    const SaleTerms terms = SaleTerms::read({}).value();
    EXPECT_EQ(terms.role, TradeRole::agent);
    EXPECT_EQ(terms.tax_basis_points, 0u);
    EXPECT_EQ(terms.dispute_window, Duration{});
    EXPECT_FALSE(terms.service_level);
    EXPECT_FALSE(terms.post_paid);
}

TEST(SaleTerms, refuse_what_cannot_be_and_name_the_field) {
    struct Case {
        const char* field;
        const Rejection& rejection;
        std::function<void(v1::SaleTerms&)> spoil;
    };
    const Case cases[] = {
        {"role", kRoleInvalid, [](auto& t) { t.set_role(static_cast<v1::TradeRole>(4)); }},
        {"role", kRoleInvalid, [](auto& t) { t.set_role(static_cast<v1::TradeRole>(257)); }},
        {"role", kRoleInvalid, [](auto& t) { t.set_role(static_cast<v1::TradeRole>(-254)); }},
        {"tax_basis_points", kTaxRateInvalid, [](auto& t) { t.set_tax_basis_points(10'001); }},
        {"dispute_window_ns", kDisputeWindowInvalid, [](auto& t) { t.set_dispute_window_ns(-1); }},
        {"dispute_window_ns", kDisputeWindowInvalid,
         [](auto& t) { t.set_dispute_window_ns(90 * kDayNs + 1); }},
        {"post_paid.due_after_ns", kPostPaidInvalid,
         [](auto& t) { t.mutable_post_paid()->set_due_after_ns(7 * kDayNs - 1); }},
        {"post_paid.due_after_ns", kPostPaidInvalid,
         [](auto& t) { t.mutable_post_paid()->set_due_after_ns(180 * kDayNs + 1); }},
        {"post_paid.grace_ns", kPostPaidInvalid,
         [](auto& t) { t.mutable_post_paid()->set_grace_ns(-1); }},
        {"post_paid.grace_ns", kPostPaidInvalid,
         [](auto& t) { t.mutable_post_paid()->set_grace_ns(90 * kDayNs + 1); }},
    };
    for (const Case& wrong : cases) {
        v1::SaleTerms terms = full_terms();
        wrong.spoil(terms);
        const auto read = SaleTerms::read(terms);
        ASSERT_FALSE(read) << wrong.field;
        EXPECT_EQ(read.error().number(), wrong.rejection.number) << wrong.field;
        EXPECT_EQ(read.error().field(), wrong.field);
    }
    v1::SaleTerms terms = full_terms();
    terms.mutable_service_level()->clear_objectives();
    EXPECT_EQ(SaleTerms::read(terms).error().field(), "service_level.objectives");
}

TEST(SaleTerms, may_be_at_their_limits) {
    v1::SaleTerms terms = full_terms();
    terms.set_tax_basis_points(10'000);
    terms.set_dispute_window_ns(90 * kDayNs);
    terms.mutable_post_paid()->set_due_after_ns(90 * kDayNs);
    terms.mutable_post_paid()->set_grace_ns(90 * kDayNs);
    EXPECT_TRUE(SaleTerms::read(terms));
    terms.mutable_post_paid()->set_due_after_ns(180 * kDayNs);
    EXPECT_TRUE(SaleTerms::read(terms));
}

TEST(SaleTermsHistory, counts_versions_from_one_and_keeps_each) {
    SaleTermsHistory history;
    EXPECT_EQ(history.newest(), 0u);
    EXPECT_EQ(history.find(0), nullptr);
    EXPECT_EQ(history.check_add(2).error().number(), kTermsVersionGap.number);
    EXPECT_TRUE(history.check_add(1));
    EXPECT_EQ(history.add(SaleTerms::read(full_terms()).value()), 1u);
    EXPECT_EQ(history.add({}), 2u);
    EXPECT_EQ(history.find(1)->tax_basis_points, 600u);
    EXPECT_EQ(history.find(2)->tax_basis_points, 0u);
    EXPECT_EQ(history.find(3), nullptr);
    while (history.newest() < kTermsVersionsMax) history.add({});
    EXPECT_EQ(history.check_add(0).error().number(), kTermsExhausted.number);
}

TEST(SaleTermsHistory, is_read_back_unless_its_terms_cannot_be) {
    SaleTermsHistory history;
    history.add(SaleTerms::read(full_terms()).value());
    const auto read_back = [&](SaleTermsHistory& out) {
        std::string bytes;
        ArchiveWriter writer(bytes);
        history.visit(writer);
        ArchiveReader reader(bytes);
        out.visit(reader);
        return reader.finished();
    };
    SaleTermsHistory copy;
    ASSERT_TRUE(read_back(copy));
    EXPECT_EQ(copy.find(1)->describe(1).SerializeAsString(), full_terms().SerializeAsString());
    SaleTerms wrong;
    wrong.tax_basis_points = 10'001;
    history.add(wrong);
    EXPECT_FALSE(read_back(copy));
}

}  // namespace
}  // namespace penstock::billing
