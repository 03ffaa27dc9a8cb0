#include "core/pricing/history.h"

#include <gtest/gtest.h>

#include "base/archive.h"
#include "core/pricing/error.h"
#include "core/pricing/test_plan.h"

namespace penstock::pricing {
namespace {

PricePlan version(std::uint32_t number, Instant from, std::int64_t micros = kYuan,
                  const char* currency = "CNY") {
    PlanTerms terms = terms_of({flat(Unit::node_month, micros)});
    terms.version = number;
    terms.effective_from = from;
    terms.currency = *Currency::parse(currency);
    return PricePlan::freeze(std::move(terms)).value();
}

PlanHistory two_versions() {
    PlanHistory history;
    history.announce(version(1, at("2026-01-01")));
    history.announce(version(2, at("2028-02-29", 600), 2 * kYuan));
    return history;
}

TEST(PlanHistory, changes_at_the_named_instant) {
    const PlanHistory history = two_versions();
    const Instant change = at("2028-02-29", 600);
    EXPECT_EQ(history.find_in_force(at("2026-01-01") - Duration{1}), nullptr);
    EXPECT_EQ(history.find_in_force(at("2026-01-01"))->version(), 1u);
    EXPECT_EQ(history.find_in_force(change - Duration{1})->version(), 1u);
    EXPECT_EQ(history.find_in_force(change)->version(), 2u);
    EXPECT_EQ(history.find_in_force(kLastInstant)->version(), 2u);
}

TEST(PlanHistory, shows_what_is_to_come) {
    const PlanHistory history = two_versions();
    EXPECT_EQ(history.to_come(Instant{0}).size(), 2u);
    ASSERT_EQ(history.to_come(at("2027-01-01")).size(), 1u);
    EXPECT_EQ(history.to_come(at("2027-01-01"))[0].version(), 2u);
    EXPECT_TRUE(history.to_come(at("2028-02-29", 600)).empty());
}

TEST(PlanHistory, refuses_versions_out_of_order) {
    const PlanHistory history = two_versions();
    const Instant now = at("2028-03-01");
    const auto refusal = [&](const PricePlan& plan) {
        const auto checked = history.check_announce(plan, now);
        return checked ? std::string_view() : checked.error().reason();
    };
    EXPECT_EQ(refusal(version(3, now)), "");
    EXPECT_EQ(refusal(version(2, now)), kPlanVersionGap.reason);
    EXPECT_EQ(refusal(version(4, now)), kPlanVersionGap.reason);
    EXPECT_EQ(refusal(version(3, now - Duration{1})), kPlanTooEarly.reason);
    EXPECT_EQ(refusal(version(3, now, 1, "EUR")), kPlanCurrencyChanged.reason);
    EXPECT_EQ(history.check_announce(version(3, at("2028-02-29", 600)), at("2028-02-01"))
                  .error()
                  .reason(),
              kPlanTooEarly.reason);
}

TEST(PlanHistory, has_an_end) {
    PlanHistory history;
    for (std::uint32_t i = 1; i <= kPlanVersionsMax; ++i) history.announce(version(i, Instant{i}));
    EXPECT_EQ(history.check_announce(version(kPlanVersionsMax + 1, at("2026-01-01")), Instant{0})
                  .error()
                  .reason(),
              kPlanVersionsExhausted.reason);
}

TEST(PlanHistory, cuts_where_plan_or_period_changes) {
    const PlanHistory history = two_versions();
    const auto pieces = history.cut({at("2028-01-20"), at("2028-03-05")});
    ASSERT_TRUE(pieces);
    ASSERT_EQ(pieces->size(), 4u);
    const auto is = [&](std::size_t i, Interval interval, std::uint32_t number) {
        return (*pieces)[i].interval == interval && (*pieces)[i].plan->version() == number;
    };
    EXPECT_TRUE(is(0, between("2028-01-20", "2028-02-01"), 1));
    EXPECT_TRUE(is(1, {at("2028-02-01"), at("2028-02-29", 600)}, 1));
    EXPECT_TRUE(is(2, {at("2028-02-29", 600), at("2028-03-01")}, 2));
    EXPECT_TRUE(is(3, between("2028-03-01", "2028-03-05"), 2));
    EXPECT_EQ(history.cut({Instant{0}, at("2026-02-01")}).error().reason(), kPlanNotInForce.reason);
    EXPECT_TRUE(history.cut({at("2027-01-01"), at("2027-01-01")})->empty());
}

/// One node for a leap month in which the price doubles at ten o'clock of the last day.
TEST(PlanHistory, each_version_charges_for_its_own_time) {
    const PlanHistory history = two_versions();
    Money sum;
    const auto pieces = history.cut(between("2028-02-01", "2028-03-01"));
    for (const PlanHistory::Piece& piece : *pieces) {
        TestRating rating(*piece.plan, piece.interval);
        ASSERT_TRUE(rating.add(piece.interval, 1));
        sum += rating.sum();
    }
    // 28 days and 10 hours at 1 yuan a month, 14 hours at 2: 682/696 and 28/696.
    EXPECT_EQ(sum, Money{979'885 + 40'230});
}

TEST(PlanHistory, is_archived_and_looked_at_again) {
    const PlanHistory history = two_versions();
    std::string bytes;
    ArchiveWriter writer(bytes);
    writer(history);
    PlanHistory again;
    ArchiveReader reader(bytes);
    reader(again);
    ASSERT_TRUE(reader.ok());
    EXPECT_EQ(again.versions().size(), 2u);
    EXPECT_EQ(again.versions()[1], history.versions()[1]);
    bytes[8] = 2;  // The version of the first.
    ArchiveReader damaged(bytes);
    damaged(again);
    EXPECT_FALSE(damaged.ok());
}

}  // namespace
}  // namespace penstock::pricing
