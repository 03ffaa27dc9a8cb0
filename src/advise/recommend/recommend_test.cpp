#include "advise/recommend/recommend.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <string>

#include "advise/intent/names.h"
#include "advise/intent/sentence.h"
#include "advise/intent/slots.h"
#include "advise/intent/yaml.h"
#include "advise/recommend/error.h"
#include "advise/recommend/option.h"

namespace penstock::recommend {
namespace {

constexpr Instant kNow{1'795'000'000'000'000'000};

class RecommendTest : public testing::Test {
  protected:
    v1::Recommendation plan(const v1::Intent& intent) const {
        auto plans = recommend(market_, estimator_, intent, kNow);
        EXPECT_TRUE(plans) << plans.error().message();
        return plans ? *plans : v1::Recommendation();
    }
    static v1::Intent sentence(std::string_view text) {
        return intent::read_sentence(text, kNow)->intent();
    }
    static v1::Intent yaml(std::string_view text) {
        const auto intent = intent::parse_intent(text, "test");
        EXPECT_TRUE(intent) << text;
        return intent.value_or(v1::Intent());
    }

    const estimate::Estimator estimator_ = *estimate::Estimator::shipped();
    Market market_ = *reference_market(estimator_.chips, kNow);
};

constexpr std::string_view kTraining =
    "{workload: pre-training, parameters: 70B, tokens: 1T, chip_origin: domestic, within: 30d, "
    "places: [yangtze-river-delta]";

TEST_F(RecommendTest, answers_a_sentence_and_its_twin_alike) {
    const auto chinese =
        plan(sentence("在长三角找国产卡，三十天内训练70B模型，1T token，预算500万"));
    const auto english = plan(sentence(
        "In the Yangtze River Delta, train a 70B model on 1T tokens on domestic cards within 30 "
        "days, budget 5 million CNY"));
    ASSERT_GT(chinese.plans_size(), 1);
    EXPECT_EQ(chinese.intent().SerializeAsString(), english.intent().SerializeAsString());
    ASSERT_EQ(chinese.plans_size(), english.plans_size());
    for (int i = 0; i < chinese.plans_size(); ++i) {
        const v1::Recommended& one = chinese.plans(i);
        EXPECT_EQ(one.SerializeAsString(), english.plans(i).SerializeAsString());
        EXPECT_LE(one.cost().micros(), 5'000'000'000'000);
        EXPECT_LE(one.order().max_total().micros(), 5'000'000'000'000);
        EXPECT_LE(one.finish_ns(), (kNow + seconds(30 * 86'400)).ns);
        EXPECT_TRUE(intent::lies_in(one.legs(0).place(), "yangtze-river-delta"));
        EXPECT_GT(one.figures_size(), 4);
        EXPECT_GT(one.reasons_size(), 0);
    }
}

TEST_F(RecommendTest, says_the_least_budget_that_suffices) {
    const auto none = plan(yaml(std::string(kTraining) + ", budget: 1000000.00 CNY}"));
    ASSERT_EQ(none.plans_size(), 0);
    EXPECT_EQ(none.funnel().rbegin()->after(), 0U);
    const auto budget =
        std::ranges::find(none.relaxations(), "budget", &v1::Recommendation::Relaxation::slot);
    ASSERT_NE(budget, none.relaxations().end());
    auto intent = yaml(std::string(kTraining) + "}");
    ASSERT_TRUE(intent::set_slot(intent, *intent::find_slot("budget"), budget->value()));
    EXPECT_GT(plan(intent).plans_size(), 0);
    intent.mutable_budget()->set_micros(intent.budget().micros() - 10'000);
    EXPECT_EQ(plan(intent).plans_size(), 0);
}

TEST_F(RecommendTest, says_the_least_time_that_suffices) {
    auto intent = yaml(std::string(kTraining) + ", budget: 5000000.00 CNY}");
    intent.set_within_seconds(86'400);
    const auto none = plan(intent);
    ASSERT_EQ(none.plans_size(), 0);
    const auto within =
        std::ranges::find(none.relaxations(), "within", &v1::Recommendation::Relaxation::slot);
    ASSERT_NE(within, none.relaxations().end());
    ASSERT_TRUE(intent::set_slot(intent, *intent::find_slot("within"), within->value()));
    EXPECT_GT(plan(intent).plans_size(), 0);
    intent.set_within_seconds(intent.within_seconds() - 3'600);
    EXPECT_EQ(plan(intent).plans_size(), 0);
}

TEST_F(RecommendTest, loosens_a_deadline_as_a_deadline) {
    auto intent = yaml(std::string(kTraining) + "}");
    intent.clear_within_seconds();
    intent.set_deadline_ns((kNow + seconds(86'400)).ns);
    const auto none = plan(intent);
    ASSERT_EQ(none.plans_size(), 0);
    const auto deadline =
        std::ranges::find(none.relaxations(), "deadline", &v1::Recommendation::Relaxation::slot);
    ASSERT_NE(deadline, none.relaxations().end());
    EXPECT_TRUE(deadline->text().english().starts_with("with deadline "))
        << deadline->text().english();
    ASSERT_TRUE(intent::set_slot(intent, *intent::find_slot("deadline"), deadline->value()));
    EXPECT_GT(plan(intent).plans_size(), 0) << deadline->value();
    intent.set_deadline_ns(intent.deadline_ns() - seconds(7'200).ns);
    EXPECT_EQ(plan(intent).plans_size(), 0);
    // Both bind: neither helps alone.
    intent.set_deadline_ns((kNow + seconds(86'400)).ns);
    intent.set_within_seconds(86'400);
    const auto both = plan(intent);
    ASSERT_GT(both.relaxations_size(), 0);
    EXPECT_EQ(both.relaxations(0).slot(), "within deadline");
}

TEST_F(RecommendTest, names_the_slot_that_was_said) {
    const auto none =
        plan(yaml("{nodes: 1000, duration: 1d, tokens: 1T, parameters: 7B, "
                  "workload: pre-training, within: 1d}"));
    ASSERT_EQ(none.plans_size(), 0);
    const auto nodes =
        std::ranges::find(none.relaxations(), "nodes", &v1::Recommendation::Relaxation::slot);
    ASSERT_NE(nodes, none.relaxations().end());
    EXPECT_EQ(nodes->text().english(), "without nodes (1000)");
}

/// Slot and value of each relaxation.
std::vector<std::pair<std::string, std::string>> proposals(const v1::Recommendation& plans) {
    std::vector<std::pair<std::string, std::string>> out;
    for (const auto& one : plans.relaxations()) out.emplace_back(one.slot(), one.value());
    return out;
}

TEST_F(RecommendTest, proposes_the_most_that_there_is) {
    using Proposals = std::vector<std::pair<std::string, std::string>>;
    const auto few = plan(yaml("{cards: 5000, chips: [h100], duration: 3d}"));
    EXPECT_EQ(proposals(few), (Proposals{{"cards", "4096"}}));
    EXPECT_EQ(few.relaxations(0).text().english(), "with cards 4096 instead of 5000");
    EXPECT_EQ(few.relaxations(0).text().chinese(), "卡数由 5000 改为 4096");
    Offer cores = market_.offers.front();
    cores.resource = Resource::cores;
    cores.card_hour = Money{100'000};
    cores.memory_per_core_bytes = 4'000'000'000;
    cores.free = {{kNow, 48}, {kNow + seconds(10 * 86'400), 0}};
    market_.offers.push_back(cores);
    EXPECT_EQ(proposals(plan(yaml("{cores: 64, duration: 10h}"))), (Proposals{{"cores", "48"}}));
    EXPECT_EQ(proposals(plan(yaml("{cores: 64, memory: 64GB, duration: 10h}"))),
              (Proposals{{"cores", "48"}}));
    EXPECT_EQ(proposals(plan(yaml("{cores: 32, memory: 1TB, duration: 10h}"))),
              (Proposals{{"memory", "128GB"}}));
    EXPECT_EQ(proposals(plan(yaml("{nodes: 8, cores: 16, duration: 10h}"))),
              (Proposals{{"nodes", "3"}, {"cores", "6"}}));
    EXPECT_EQ(proposals(plan(yaml("{cores: 512, memory: 1TB, duration: 10h}"))),
              (Proposals{{"cores memory", "48 192GB"}}));
    EXPECT_EQ(proposals(plan(yaml("{cores: 32, duration: 20d}"))),
              (Proposals{{"duration", "10d"}}));
    // 10 hours of 32 cores cost 32 CNY.
    EXPECT_EQ(proposals(plan(yaml("{cores: 32, duration: 10h, budget: 24.00 CNY}"))),
              (Proposals{{"budget", "32.00 CNY"}, {"cores", "24"}, {"duration", "7h30m"}}));
}

TEST_F(RecommendTest, says_that_the_reference_market_has_no_cores) {
    const auto none = plan(yaml("{cores: 64, duration: 10h}"));
    EXPECT_EQ(none.plans_size(), 0);
    EXPECT_EQ(none.relaxations_size(), 0);
    EXPECT_NE(none.notes(0).english().find("--market exchange"), std::string::npos);
    market_.is_reference = false;
    EXPECT_EQ(plan(yaml("{cores: 64, duration: 10h}")).notes(0).english(),
              "Nobody sells cores by the hour here now.");
}

/// With what a plan shows as the most, there is that plan.
TEST_F(RecommendTest, takes_a_budget_of_what_a_plan_may_cost) {
    market_.most_of = [](const v1::PlaceOrderRequest& order) -> Result<Money> {
        const auto& line = order.lines(0);
        const auto hours =
            static_cast<double>(line.term().end_ns() - line.term().start_ns()) / 3.6e12;
        return Money{static_cast<std::int64_t>(
                         hours * static_cast<double>(line.quantities(0).quantity()) * 3'000'077) +
                     7'001};
    };
    Offer offer = *std::ranges::find_if(market_.offers, [&](const Offer& one) {
        return market_.chips[one.chip].chip.model == "A100-SXM4-80GB";
    });
    offer.card_hour = Money{3'000'077};
    market_.offers = {offer};
    for (const char* text : {"{cards: 3, duration: 1h}", "{cards: 7, duration: 100d}",
                             "{workload: fine-tuning, parameters: 7B, tokens: 1B}"}) {
        auto intent = yaml(text);
        const auto free = plan(intent);
        ASSERT_GT(free.plans_size(), 0);
        for (const v1::Recommended& one : free.plans()) {
            const std::int64_t most = one.order().max_total().micros();
            EXPECT_EQ(most % kMicrosPerFen, 0) << "as it is shown";
            EXPECT_LE(market_.most_of(one.order())->micros, most);
            *intent.mutable_budget() = one.order().max_total();
            const auto again = plan(intent);
            ASSERT_GT(again.plans_size(), 0) << text << most;
            for (const v1::Recommended& other : again.plans())
                EXPECT_LE(other.order().max_total().micros(), most);
        }
    }
    // The least of all budgets is proposed, and no fen less will do.
    auto intent = yaml("{cards: 3, duration: 1h, budget: 1.00 CNY}");
    const auto none = plan(intent);
    ASSERT_GT(none.relaxations_size(), 0);
    ASSERT_TRUE(intent::set_slot(intent, *intent::find_slot("budget"), "9.01 CNY"));
    EXPECT_GT(plan(intent).plans_size(), 0);
    const auto budget =
        std::ranges::find(none.relaxations(), "budget", &v1::Recommendation::Relaxation::slot);
    ASSERT_NE(budget, none.relaxations().end());
    EXPECT_EQ(budget->value(), "9.01 CNY");
}

TEST_F(RecommendTest, shows_the_price_from_its_cheapest_hour_to_its_dearest) {
    Offer offer = market_.offers.front();
    std::array<std::uint32_t, 24> hours{};
    for (std::size_t i = 0; i < 24; ++i) hours[i] = i < 12 ? 334 : 1'000;
    offer.card_hour = Money{3'000'000};
    offer.price_by_hour.emplace(hours);
    offer.cheapest_hour = Money{1'000'000};
    market_.offers = {offer};
    const auto plans = plan(yaml("{cards: 8, duration: 1d}"));
    const auto& figures = plans.plans(0).figures();
    const auto price = std::ranges::find(figures, "card_hour", &v1::Recommended::Figure::id);
    ASSERT_NE(price, figures.end());
    EXPECT_EQ(price->value(), "1.00 – 3.00 CNY");
    EXPECT_NE(price->how().english().find("on average here 2.01 CNY"), std::string::npos)
        << price->how().english();
}

TEST_F(RecommendTest, loosens_two_where_one_is_not_enough) {
    auto intent = yaml(std::string(kTraining) + ", budget: 100.00 CNY}");
    intent.set_within_seconds(3'600);
    const auto none = plan(intent);
    ASSERT_GT(none.relaxations_size(), 0);
    EXPECT_EQ(none.relaxations(0).slot(), "within budget");
}

TEST_F(RecommendTest, never_proposes_that_data_leaves) {
    const auto none = plan(
        yaml("{cards: 8, duration: 1d, data_place: shanghai, residence: own-city, chips: [b200]}"));
    EXPECT_EQ(none.plans_size(), 0);
    EXPECT_GT(none.relaxations_size(), 0);
    for (const auto& one : none.relaxations())
        EXPECT_EQ(one.slot().find("residence"), std::string::npos);
}

TEST_F(RecommendTest, keeps_data_where_it_may_be) {
    const auto plans =
        plan(yaml("{cards: 8, duration: 1d, data_place: suzhou, residence: own-province}"));
    ASSERT_GT(plans.plans_size(), 0);
    for (const v1::Recommended& one : plans.plans())
        EXPECT_TRUE(intent::lies_in(one.legs(0).place(), "jiangsu")) << one.legs(0).place();
    // Nothing that is offered to all is the buyer's own site.
    EXPECT_EQ(plan(yaml("{cards: 8, duration: 1d, data_place: suzhou, residence: own-site}"))
                  .plans_size(),
              0);
}

TEST_F(RecommendTest, asks_where_data_lies_that_may_not_leave) {
    for (const char* text : {"{cards: 8, duration: 1d, residence: own-city}",
                             "{cards: 8, duration: 1d, residence: own-city, data_place: zhejiang}",
                             "{cards: 8, duration: 1d, data_class: core}"}) {
        const auto refused = recommend(market_, estimator_, yaml(text), kNow);
        ASSERT_FALSE(refused) << text;
        EXPECT_EQ(refused.error().field(), "data_place");
    }
    // A municipality is a city, too.
    EXPECT_GT(plan(yaml("{cards: 8, duration: 1d, residence: own-city, data_place: shanghai}"))
                  .plans_size(),
              0);
    const auto guarded =
        plan(yaml("{cards: 8, duration: 1d, data_class: core, data_place: suzhou}"));
    EXPECT_GT(guarded.plans_size(), 0);
    for (const auto& one : guarded.plans())
        EXPECT_TRUE(intent::lies_in(one.legs(0).place(), "jiangsu"));
}

TEST_F(RecommendTest, uses_no_more_cards_than_were_asked_for) {
    EXPECT_EQ(plan(yaml("{workload: pre-training, parameters: 70B, tokens: 1B, cards_max: 8, "
                        "chips: [a100]}"))
                  .plans_size(),
              0);
    const auto plans = plan(yaml("{flops: 1e22, cards: 64}"));
    EXPECT_GT(plans.plans_size(), 0);
    for (const auto& one : plans.plans()) {
        ASSERT_EQ(one.legs_size(), 1);
        EXPECT_LE(one.legs(0).cards(), 64U);
    }
}

TEST_F(RecommendTest, holds_to_a_price_of_a_million_tokens) {
    const auto dearest = [&](const std::string& limit) {
        return plan(yaml("{workload: batch-inference, parameters: 7B, tokens: 10B, unit_price: " +
                         limit + " CNY per million-tokens}"));
    };
    const auto open = dearest("1000.00");
    ASSERT_GT(open.plans_size(), 0);
    const auto cheap = dearest("1.00");
    for (const auto& one : cheap.plans()) EXPECT_LE(one.cost().micros(), 10'000 * 1'000'000LL);
    EXPECT_EQ(dearest("0.01").plans_size(), 0);
    const auto refused =
        recommend(market_, estimator_,
                  yaml("{cards: 8, duration: 1d, unit_price: 1.00 CNY per frame}"), kNow);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().field(), "unit_price");
}

TEST_F(RecommendTest, proposes_nothing_that_has_no_plan) {
    for (const std::string rest :
         {", within: 1h, budget: 100.00 CNY}", ", within: 4d, budget_per_month: 100.00 CNY}",
          ", within: 30d, budget: 700000.00 USD}", ", within: 30d, carbon_total: 100 kg}"}) {
        const auto none = plan(yaml(
            "{workload: pre-training, parameters: 70B, tokens: 1T, chip_origin: domestic" + rest));
        EXPECT_EQ(none.plans_size(), 0) << rest;
        for (const auto& one : none.relaxations()) {
            if (one.slot().find(' ') != std::string::npos || one.value().empty()) continue;
            auto intent = none.intent();
            ASSERT_TRUE(intent::set_slot(intent, *intent::find_slot(one.slot()), one.value()));
            const auto then = plan(intent);
            ASSERT_GT(then.plans_size(), 0) << rest << one.slot() << one.value();
            std::int64_t least = INT64_MAX;
            for (const auto& each : then.plans()) least = std::min(least, each.cost().micros());
            EXPECT_EQ(least, one.cost().micros()) << one.slot();
        }
    }
}

TEST_F(RecommendTest, tries_no_more_changes_than_anybody_waits_for) {
    // Nobody offers anything in Lhasa, which is never proposed to be given up: each change is
    // tried, then each two of them.
    auto intent = yaml(
        "{cards: 64, duration: 3d, chips: [ascend-910b], chip_origin: domestic, "
        "chips_certified: true, card_memory: 32GB, cards_per_node: 8, budget: 100.00 CNY, "
        "budget_per_month: 100.00 CNY, "
        "carbon_total: 100 kg, unit_price: 1.00 CNY per card-hour, interruption: none, "
        "green_share: 80%, carbon_intensity: 300 g/kWh, pue: 1.25, availability: 99.9%, "
        "suppliers_certified: true, places_excluded: [xinjiang], chips_excluded: [h100], "
        "latency: [50ms from shanghai], within: 30d, residence: own-city, data_place: lhasa}");
    const auto is_cut_short = [](const v1::Recommendation& plans) {
        return std::ranges::any_of(plans.notes(), [](const v1::BilingualText& note) {
            return note.english().starts_with("There are too many demands");
        });
    };
    const auto many = plan(intent);
    EXPECT_EQ(many.plans_size(), 0);
    EXPECT_EQ(many.relaxations_size(), 0);
    EXPECT_TRUE(is_cut_short(many));
    EXPECT_FALSE(is_cut_short(
        plan(yaml("{cards: 8, duration: 1d, chips: [b200], residence: own-city, within: 30d, "
                  "data_place: lhasa}"))));
}

TEST_F(RecommendTest, chooses_among_alternatives_by_the_first_goal) {
    const auto plans =
        plan(yaml("{cards: 8, duration: 30d, objective: [carbon], any_of: "
                  "[{chips: [a100]}, {chips: [l4]}]}"));
    ASSERT_GT(plans.plans_size(), 0);
    EXPECT_EQ(plans.intent().chips(0), "l4");
}

TEST_F(RecommendTest, counts_what_the_market_does_not_say_as_not_met) {
    const auto none = plan(yaml("{cards: 8, duration: 1d, green_share: 80%}"));
    EXPECT_EQ(none.plans_size(), 0);
    ASSERT_GT(none.relaxations_size(), 0);
    EXPECT_EQ(none.relaxations(0).slot(), "green_share");
}

TEST_F(RecommendTest, builds_on_no_figures_that_are_unsure) {
    auto intent = yaml(std::string(kTraining) + "}");
    intent.add_chips("ascend-910c");
    EXPECT_EQ(plan(intent).plans_size(), 0);
    // Cards for a time need no figures.
    EXPECT_GT(plan(yaml("{cards: 8, duration: 1d, chips: [ascend-910c]}")).plans_size(), 0);
}

TEST_F(RecommendTest, takes_a_delay_of_unsaid_direction_for_a_round_trip) {
    const auto within = [&](const std::string& way) {
        return plan(yaml("{cards: 8, duration: 1d, latency: ['5ms from shanghai" + way + "']}"))
            .funnel()
            .begin()
            ->after();
    };
    EXPECT_EQ(within(""), within(" round-trip"));
    EXPECT_GT(within(" one-way"), within(" round-trip"));
}

TEST_F(RecommendTest, takes_the_first_alternative_that_can_be_had) {
    const auto plans =
        plan(yaml("{cards: 8, duration: 1d, ordered: [{chips: [b200]}, {chips: [a100]}, "
                  "{chips: [h100]}]}"));
    ASSERT_GT(plans.plans_size(), 0);
    EXPECT_EQ(plans.intent().chips(0), "a100");
}

TEST_F(RecommendTest, moves_data_only_where_that_is_truly_cheaper) {
    Offer near = market_.offers.front();
    near.id = "near";
    near.card_hour = Money{10'000'000};
    Offer far = near;
    far.id = "far";
    far.place = near.place == 0 ? 1 : 0;
    far.card_hour = Money{6'000'000};
    const auto cheapest = [&](std::int64_t gigabyte_micros) {
        far.gigabyte_in = Money{gigabyte_micros};
        market_.offers = {near, far};
        auto intent = yaml("{cards: 8, duration: 10h, data_size: 1TB, objective: [price]}");
        intent.set_data_place(market_.places[near.place].id);
        return plan(intent).plans(0).legs(0).offer();
    };
    // 80 card-hours, each cheaper by 4: 320 for 1,000 GB.
    EXPECT_EQ(cheapest(319'000), "far");
    EXPECT_EQ(cheapest(321'000), "near");
}

TEST_F(RecommendTest, waits_for_the_cheap_hours) {
    Offer offer = market_.offers.front();
    std::array<std::uint32_t, 24> hours{};
    for (std::size_t i = 0; i < 24; ++i) hours[i] = i >= 2 && i < 6 ? 300 : 1'140;
    offer.price_by_hour.emplace(hours);
    market_.offers = {offer};
    const auto plans = plan(yaml("{cards: 8, duration: 4h, objective: [price]}"));
    const std::int64_t start = plans.plans(0).start_ns() / 1'000'000'000 % 86'400;
    EXPECT_EQ(start, 2 * 3'600);
    EXPECT_EQ(plans.plans(0).cost().micros(),
              up_to_fen(static_cast<double>(offer.card_hour.micros) * 32 * 0.3));
}

TEST_F(RecommendTest, shares_what_one_supplier_cannot_do_in_time) {
    auto intent = yaml(
        "{workload: batch-inference, parameters: 70B, tokens: 3T, within: 5d, "
        "chip_origin: domestic}");
    const auto plans = plan(intent);
    ASSERT_GT(plans.plans_size(), 0);
    const auto& legs = plans.plans(0).legs();
    ASSERT_GT(legs.size(), 1);
    std::uint32_t shares = 0;
    std::int64_t cost = 0;
    for (const auto& leg : legs) {
        shares += leg.share_ppm();
        cost += leg.cost().micros();
    }
    EXPECT_NEAR(shares, 1'000'000, legs.size());
    EXPECT_NEAR(static_cast<double>(cost), static_cast<double>(plans.plans(0).cost().micros()),
                1e4 * legs.size());
}

TEST_F(RecommendTest, plans_nothing_for_longer_than_anybody_lives) {
    const auto none =
        plan(yaml("{workload: pre-training, parameters: 1T, tokens: 1000T, chips: [a100]}"));
    EXPECT_EQ(none.plans_size(), 0);
    EXPECT_EQ(none.funnel().rbegin()->constraint(), "time");
}

/// Two offers of cores, of which one has little memory, and one of cards.
TEST_F(RecommendTest, plans_cores_for_a_time) {
    Offer cards = market_.offers.front();
    Offer large = cards;
    large.id = "large";
    large.resource = Resource::cores;
    large.card_hour = Money{200'000};
    large.memory_per_core_bytes = 8'000'000'000;
    Offer small = large;
    small.id = "small";
    small.card_hour = Money{100'000};
    small.memory_per_core_bytes = 1'000'000'000;
    market_.offers = {cards, large, small};
    const auto plans = plan(yaml("{workload: hpc, cores: 64, duration: 10h}"));
    ASSERT_GT(plans.plans_size(), 0);
    EXPECT_EQ(plans.funnel(0).constraint(), "resource");
    EXPECT_EQ(plans.plans(0).legs(0).offer(), "small");
    EXPECT_EQ(plans.plans(0).legs(0).cores(), 64U);
    EXPECT_EQ(plans.plans(0).legs(0).cards(), 0U);
    EXPECT_EQ(plans.plans(0).cost().micros(), 64'000'000);
    EXPECT_EQ(plans.plans(0).order().lines(0).cores(), 64U);
    const auto single = plan(yaml("{cores: 1, duration: 1h}"));
    EXPECT_EQ(single.plans(0).figures(0).how().english(), "1 core × 1 h");
    // Memory is of each node.
    const auto roomy =
        plan(yaml("{workload: hpc, nodes: 4, cores: 16, memory: 64GB, duration: 10h}"));
    ASSERT_GT(roomy.plans_size(), 0);
    EXPECT_EQ(roomy.plans(0).legs(0).offer(), "large");
    EXPECT_EQ(plan(yaml("{cores: 64, duration: 10h, unit_price: 0.15 CNY per core-hour}"))
                  .plans(0)
                  .legs(0)
                  .offer(),
              "small");
    EXPECT_EQ(plan(yaml("{cards: 8, duration: 10h}")).plans(0).legs(0).chip(),
              market_.chips[cards.chip].chip.model);
    const auto refused =
        recommend(market_, estimator_,
                  yaml("{cores: 64, duration: 1h, unit_price: 1.00 CNY per card-hour}"), kNow);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().field(), "unit_price");
}

TEST_F(RecommendTest, counts_a_chip_that_is_not_told_as_none) {
    market_.chips.push_back({.chip = {}, .is_told = false});
    Offer offer = market_.offers.front();
    offer.chip = static_cast<std::uint32_t>(market_.chips.size() - 1);
    market_.offers = {offer};
    EXPECT_GT(plan(yaml("{cards: 8, duration: 1d}")).plans_size(), 0);
    for (const char* demand : {"chip_origin: foreign", "chip_origin: domestic", "chips: [h100]",
                               "chips_excluded: [h100]"})
        EXPECT_EQ(plan(yaml(std::string("{cards: 8, duration: 1d, ") + demand + "}"))
                      .funnel(0)
                      .constraint(),
                  "chip")
            << demand;
}

TEST_F(RecommendTest, counts_the_energy_that_a_supplier_states) {
    Offer offer = market_.offers.front();
    offer.power = StatedPower{.watts = 500, .carbon_g_per_kwh = 100};
    offer.pue_milli = 1'200;
    market_.offers = {offer};
    const auto plans = plan(yaml("{cards: 8, duration: 10h, carbon_intensity: 150 g/kWh}"));
    ASSERT_GT(plans.plans_size(), 0);
    EXPECT_EQ(plans.plans(0).energy_wh(), 48'000U);
    EXPECT_EQ(plans.plans(0).carbon_g(), 4'800U);
}

TEST_F(RecommendTest, orders_no_more_than_the_budget_pays_for) {
    // The exchange holds three yuan for each card-hour, whatever the offer says.
    market_.most_of = [](const v1::PlaceOrderRequest& order) -> Result<Money> {
        const auto& line = order.lines(0);
        const auto hours =
            static_cast<double>(line.term().end_ns() - line.term().start_ns()) / 3.6e12;
        return Money{up_to_fen(hours * static_cast<double>(line.quantities(0).quantity()) * 3e6)};
    };
    Offer offer = *std::ranges::find_if(market_.offers, [&](const Offer& one) {
        return market_.chips[one.chip].chip.model == "A100-SXM4-80GB";
    });
    offer.card_hour = Money{3'000'000};
    market_.offers = {offer};
    auto intent = yaml("{workload: pre-training, parameters: 70B, tokens: 1T}");
    const auto free = plan(intent);
    ASSERT_GT(free.plans_size(), 0);
    const auto& most = free.plans(0);
    EXPECT_EQ(most.order().max_total().micros(), market_.most_of(most.order())->micros);
    EXPECT_GT(most.cost_high().micros(), most.cost().micros());
    // More than is expected, and less than it may take.
    const std::int64_t limit = (most.cost().micros() + most.cost_high().micros()) / 2;
    intent.mutable_budget()->set_micros(limit);
    intent.mutable_budget()->set_currency("CNY");
    intent.add_objective(v1::GOAL_PRICE);
    const auto limited = plan(intent);
    ASSERT_GT(limited.plans_size(), 0);
    for (const v1::Recommended& one : limited.plans()) {
        EXPECT_LE(market_.most_of(one.order())->micros, one.order().max_total().micros());
        EXPECT_LE(one.order().max_total().micros(), limit);
        EXPECT_GE(one.order().lines(0).term().end_ns(), one.finish_ns());
    }
}

TEST_F(RecommendTest, refuses_what_contradicts_itself) {
    const auto refused = recommend(market_, estimator_,
                                   yaml("{cards: 8, chip_origin: domestic, chips: [h100]}"), kNow);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().number(), kIntentContradicts.number);
}

}  // namespace
}  // namespace penstock::recommend
