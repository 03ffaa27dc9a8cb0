// Rolling escrow: what is set aside ahead, what tops it up, suspension for funds, and runway.
#include "core/exchange/rolling_escrow.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "core/exchange/officers_world.h"
#include "core/exchange/rolling_escrow_world.h"
#include "penstock/v1/credit.pb.h"

namespace penstock::exchange {
namespace {

const Actor kSystem{Actor::Kind::system, 0};
TEST_F(RollingEscrow, sets_one_day_aside_and_each_next_one_before_it_begins) {
    EXPECT_EQ(buy_port(5), 10 * kYuan);
    EXPECT_EQ(cash(), 90 * kYuan);
    EXPECT_EQ(now().by_plan().covered_until_ns(), (kFirst + kDay).ns);
    world.pass(kDay - Duration{1});
    EXPECT_EQ(cash(), 90 * kYuan);
    world.pass(Duration{1});
    EXPECT_EQ(cash(), 80 * kYuan);
    EXPECT_EQ(now().escrow().micros(), 20 * kYuan);
    EXPECT_EQ(now().by_plan().covered_until_ns(), (kFirst + kTwoDays).ns);
    check_books();
    world.pass(days(4));
    world.pass(kTurn);
    EXPECT_EQ(now().state(), v1::CONTRACT_SETTLED);
    EXPECT_EQ(now().charged().micros(), 50 * kYuan);
    EXPECT_EQ(cash(), 50 * kYuan);
    EXPECT_EQ(income(), 48'500'000);
    check_books();
}

TEST_F(RollingEscrow, keeps_a_window_of_several_periods_covered) {
    roll(3);
    EXPECT_EQ(buy_port(9), 30 * kYuan);
    world.pass(kDay);
    EXPECT_EQ(cash(), 60 * kYuan);
    EXPECT_EQ(now().by_plan().covered_until_ns(), (kFirst + days(4)).ns);
    spend_down_to(5 * kYuan);
    world.pass(days(2));
    EXPECT_EQ(now().state(), v1::CONTRACT_ACTIVE) << "what is covered goes on";
    EXPECT_EQ(now().by_plan().covered_until_ns(), (kFirst + days(4)).ns);
    get_back(12 * kYuan);
    world.pass(kDay);
    EXPECT_EQ(now().by_plan().covered_until_ns(), (kFirst + days(5)).ns)
        << "so many as cash covers";
    EXPECT_EQ(cash(), 7 * kYuan);
    check_books();
}

TEST_F(RollingEscrow, sets_no_more_aside_than_the_term_can_cost) {
    roll(12);
    EXPECT_EQ(buy_port(2), 20 * kYuan);
    world.pass(kDay);
    EXPECT_EQ(cash(), 80 * kYuan);
}

TEST_F(RollingEscrow, counts_what_earlier_periods_did_not_use) {
    EXPECT_EQ(buy({{"jobs", 10}}, days(3)), 10 * kYuan);
    world.pass(kHour);
    report("jobs", kFirst, world.now, 4);
    world.pass(kDay - kHour);
    EXPECT_EQ(cash(), 80 * kYuan) << "more of the first day may be reported yet";
    report("jobs", kFirst + kHour, kFirst + kDay, 0);
    world.pass(kDay);
    EXPECT_EQ(cash(), 76 * kYuan);
    check_books();
}

TEST_F(RollingEscrow, is_refused_where_its_terms_make_no_sense) {
    const auto refused_terms = [&](const v1::SaleTerms& terms) {
        return world.refused(world.supplier_key, "TermsService/SetSaleTerms", terms_request(terms));
    };
    EXPECT_EQ(refused_terms(rolling(0)), "ROLLING_ESCROW_INVALID");
    EXPECT_EQ(refused_terms(rolling(13)), "ROLLING_ESCROW_INVALID");
    v1::SaleTerms terms = rolling(1);
    terms.mutable_rolling_escrow()->set_grace_ns(days(91).ns);
    EXPECT_EQ(refused_terms(terms), "ROLLING_ESCROW_INVALID");
    terms.mutable_rolling_escrow()->set_grace_ns(-1);
    EXPECT_EQ(refused_terms(terms), "ROLLING_ESCROW_INVALID");
}

TEST_F(RollingEscrow, bounds_the_whole_commitment_by_max_total) {
    v1::PlaceOrderRequest order = order_of({{"port", 1}}, days(5));
    order.mutable_max_total()->set_micros(50 * kYuan - 1);
    EXPECT_EQ(refused(order), "MAX_TOTAL_EXCEEDED");
}

TEST_F(RollingEscrow, is_suspended_where_cash_does_not_cover_the_next_period) {
    buy_port(9);
    spend_down_to(10 * kYuan - 1);
    world.pass(kDay);
    EXPECT_EQ(now().state(), v1::CONTRACT_SUSPENDED_FOR_FUNDS);
    EXPECT_EQ(now().by_plan().suspended_since_ns(), (kFirst + kDay).ns);
    EXPECT_EQ(now().by_plan().suspended_until_ns(), (kFirst + kDay + kGrace).ns);
    EXPECT_EQ(now().charged().micros(), 10 * kYuan) << "the day that was covered is paid";
    EXPECT_EQ(income(), 9'700'000);
    world.pass(kDay);
    EXPECT_EQ(now().accrued().micros(), 10 * kYuan);
    EXPECT_EQ(cash(), 10 * kYuan - 1);
    check_books();
}

TEST_F(RollingEscrow, goes_on_at_once_when_the_buyer_resumes_it) {
    buy_port(3);
    spend_down_to(0);
    EXPECT_EQ(refused_resumption(world.buyer_key), "CONTRACT_WRONG_STATE");
    world.pass(kDay);
    EXPECT_EQ(refused_resumption(world.buyer_key), "INSUFFICIENT_FUNDS");
    EXPECT_EQ(refused_resumption(world.supplier_key), "PERMISSION_DENIED");
    world.pass(kHour);
    get_back(40 * kYuan);
    world.pass(kHour + kHour + kHour + kHour + kHour);
    EXPECT_EQ(now().state(), v1::CONTRACT_SUSPENDED_FOR_FUNDS);
    resume();
    EXPECT_EQ(now().state(), v1::CONTRACT_ACTIVE);
    EXPECT_EQ(now().by_plan().suspended_since_ns(), 0);
    EXPECT_EQ(now().escrow().micros(), 27'500'000)
        << "18 hours of the day are left, and the next day begins soon";
    check_books();
    world.pass(days(2));
    world.pass(kTurn);
    EXPECT_EQ(now().state(), v1::CONTRACT_SETTLED);
    EXPECT_EQ(now().close_reason(), v1::CLOSE_TERM_ENDED);
    EXPECT_EQ(now().charged().micros(), 27'500'000) << "the term's end stays";
    EXPECT_EQ(cash(), 22'500'000);
    check_books();
}

TEST_F(RollingEscrow, goes_on_by_itself_within_a_day_of_cash) {
    buy_port(9);
    spend_down_to(0);
    world.pass(kDay);
    get_back(60 * kYuan);
    world.pass(kDay - Duration{1});
    EXPECT_EQ(now().state(), v1::CONTRACT_SUSPENDED_FOR_FUNDS);
    world.pass(Duration{1});
    EXPECT_EQ(now().state(), v1::CONTRACT_ACTIVE);
    EXPECT_EQ(now().escrow().micros(), 20 * kYuan);
}

TEST_F(RollingEscrow, does_not_begin_its_grace_anew_for_a_moment) {
    buy_port(9);
    spend_down_to(0);
    world.pass(kDay);
    get_back(kYuan);
    world.pass(kDay - seconds(1));
    EXPECT_EQ(refused_resumption(world.buyer_key), "INSUFFICIENT_FUNDS");
    get_back(10 * kYuan);
    resume();
    EXPECT_EQ(now().by_plan().covered_until_ns(), (kFirst + days(3)).ns);
}

TEST_F(RollingEscrow, ends_after_its_grace_on_the_buyers_side) {
    buy_port(9);
    spend_down_to(0);
    world.pass(kDay);
    world.pass(kGrace - Duration{1});
    EXPECT_EQ(now().state(), v1::CONTRACT_SUSPENDED_FOR_FUNDS);
    world.pass(Duration{1});
    EXPECT_EQ(now().state(), v1::CONTRACT_SETTLED);
    EXPECT_EQ(now().close_reason(), v1::CLOSE_BUYER_OUT_OF_FUNDS);
    EXPECT_EQ(now().by_plan().charged_time().end_ns(), (kFirst + kDay).ns);
    EXPECT_EQ(now().charged().micros(), 10 * kYuan);
    check_books();
}

TEST_F(RollingEscrow, may_be_cancelled_while_it_is_suspended) {
    buy({{"port", 1}, {"jobs", 2}}, days(5));
    spend_down_to(0);
    world.pass(kDay);
    cancel();
    EXPECT_EQ(now().state(), v1::CONTRACT_CLOSING) << "jobs may still be reported";
    EXPECT_EQ(report("jobs", kFirst, kFirst + kDay, 1), kYuan);
    pass_window();
    EXPECT_EQ(now().state(), v1::CONTRACT_SETTLED);
    EXPECT_EQ(now().close_reason(), v1::CLOSE_BUYER_CANCELLED);
    EXPECT_EQ(now().charged().micros(), 11 * kYuan);
    EXPECT_EQ(cash(), kYuan);
    check_books();
}

TEST_F(RollingEscrow, ends_with_its_term_while_it_is_suspended) {
    buy_port(2);
    spend_down_to(0);
    world.pass(kDay);
    world.pass(kDay);
    EXPECT_EQ(refused_resumption(world.buyer_key), "CONTRACT_WRONG_STATE");
    world.pass(kTurn);
    EXPECT_EQ(now().state(), v1::CONTRACT_SETTLED);
    EXPECT_EQ(now().close_reason(), v1::CLOSE_TERM_ENDED);
    EXPECT_EQ(now().charged().micros(), 10 * kYuan);
}

TEST_F(RollingEscrow, takes_the_last_reports_of_what_was_used_before_it_was_suspended) {
    buy({{"jobs", 10}}, days(9));
    spend_down_to(9 * kYuan);
    world.pass(kDay);
    EXPECT_EQ(now().state(), v1::CONTRACT_SUSPENDED_FOR_FUNDS);
    EXPECT_EQ(refused(report_of("jobs", kFirst, world.now + seconds(1), 1)), "USAGE_IN_FUTURE");
    EXPECT_EQ(report("jobs", kFirst, kFirst + kHour, 7), 7 * kYuan);
    pass_window();
    EXPECT_EQ(refused(report_of("jobs", kFirst + kHour, kFirst + kDay, 1)), "CONTRACT_WRONG_STATE");
    EXPECT_EQ(now().charged().micros(), 7 * kYuan);
    check_books();
    EXPECT_EQ(refused_resumption(world.buyer_key), "INSUFFICIENT_FUNDS");
    EXPECT_EQ(runway().next_top_up().micros(), 17 * kYuan) << "three of the first day are left";
    get_back(8 * kYuan);
    resume();
    EXPECT_EQ(now().escrow().micros(), 27 * kYuan);
    EXPECT_EQ(cash(), 0);
    EXPECT_EQ(report("jobs", world.now, world.now, 1), kYuan);
    check_books();
}

TEST_F(RollingEscrow, goes_on_before_its_last_period_is_closed) {
    buy({{"jobs", 10}}, days(9));
    spend_down_to(0);
    world.pass(kDay);
    world.pass(seconds(60));
    get_back(50 * kYuan);
    resume();
    const Instant resumed = world.now;
    check_books();
    EXPECT_EQ(report("jobs", kFirst, kFirst + kHour, 2), 2 * kYuan);
    pass_window();
    EXPECT_EQ(refused(report_of("jobs", resumed - seconds(30), resumed, 1)), "USAGE_OUT_OF_ORDER");
    EXPECT_EQ(report("jobs", resumed, world.now, 3), 3 * kYuan);
    cancel();
    pass_window();
    EXPECT_EQ(now().charged().micros(), 5 * kYuan);
    EXPECT_EQ(cash(), 55 * kYuan);
    check_books();
}

TEST_F(RollingEscrow, owes_no_service_while_it_is_suspended) {
    v1::SaleTerms terms = rolling(1);
    v1::ServiceObjective& objective = *terms.mutable_service_level()->add_objectives();
    objective.set_kind(v1::OBJECTIVE_AVAILABILITY);
    v1::CreditStep& step = *objective.add_steps();
    step.set_below_ppm(999'999);
    step.set_credit_basis_points(10'000);
    terms.mutable_service_level()->set_credit_cap_basis_points(10'000);
    agree(terms);
    buy_port(9);
    spend_down_to(0);
    world.pass(kDay);
    v1::MarkAgentLostRequest lost;
    lost.set_agent(world.agent_id);
    v1::MarkAgentLostResponse marked;
    world.must(kSystem, "InternalService/MarkAgentLost", lost, marked);
    world.pass(kHour);
    v1::MarkAgentBackRequest back;
    back.set_agent(world.agent_id);
    v1::MarkAgentBackResponse returned;
    world.must(kSystem, "InternalService/MarkAgentBack", back, returned);
    check_books();
    get_back(50 * kYuan);
    resume();
    check_books();
    world.pass(kDay);
    pass_window();
    EXPECT_GT(now().charged().micros(), 15 * kYuan) << "nothing is given back";
    check_books();
}

TEST_F(RollingEscrow, begins_suspended_where_it_is_accepted_so_late_that_more_is_needed) {
    world.pass(kDay - kHour);
    v1::PlaceOrderResponse placed;
    world.must(world.buyer_key, "ContractService/PlaceOrder", order_of({{"port", 2}}, kTwoDays),
               placed);
    world.contract = placed.contracts(0);
    EXPECT_EQ(placed.held().micros(), 840'000) << "of the day's last hour";
    spend_down_to(kYuan);
    world.pass(kHour + kHour);
    accept();
    EXPECT_EQ(now().state(), v1::CONTRACT_SUSPENDED_FOR_FUNDS);
    EXPECT_EQ(now().by_plan().suspended_since_ns(), world.now.ns);
    check_books();
    world.pass(kHour);
    get_back(50 * kYuan);
    resume();
    EXPECT_EQ(now().by_plan().charged_time().start_ns(), world.now.ns);
    EXPECT_EQ(now().escrow().micros(), 37'510'000) << "22 hours, and 23 of the last day";
    check_books();
    v1::CancelOrderRequest cancellation;
    cancellation.set_order(now().order());
    v1::CancelOrderResponse cancelled;
    world.must(world.buyer_key, "ContractService/CancelOrder", cancellation, cancelled);
    EXPECT_EQ(now().state(), v1::CONTRACT_SETTLED);
    EXPECT_EQ(now().charged().micros(), 0);
    check_books();
}

/// Whatever passes the checksum is refused, or is just what would be written again.
TEST_F(RollingEscrow, damaged_windows_are_refused_or_read_as_they_are) {
    buy({{"port", 1}, {"jobs", 1}}, days(9));
    spend_down_to(0);
    world.pass(kDay);
    pass_window();
    const std::string sound = world.exchange.snapshot();
    expect_damage_is_harmless(sound, 5);
}

TEST_F(RollingEscrow, on_credit_nothing_is_set_aside) {
    v1::SaleTerms terms = rolling(1);
    terms.mutable_post_paid()->set_due_after_ns(kDay.ns);
    agree(terms);
    v1::SetCreditLimitRequest limit;
    limit.set_party(world.buyer);
    limit.mutable_limit()->set_micros(15 * kYuan);
    limit.mutable_limit()->set_currency("CNY");
    v1::SetCreditLimitResponse granted;
    for (const char letter : {'A', 'B'})
        world.must(sign_in_officer(world, letter), "CreditService/SetCreditLimit", limit, granted);
    v1::PlaceOrderRequest order = order_of({{"port", 1}}, days(2));
    order.set_post_paid(true);
    EXPECT_EQ(refused(order), "CREDIT_EXCEEDED") << "the whole is on credit";
    order.mutable_lines(0)->mutable_term()->set_end_ns((kFirst + kDay).ns);
    v1::PlaceOrderResponse placed;
    world.must(world.buyer_key, "ContractService/PlaceOrder", order, placed);
    world.contract = placed.contracts(0);
    accept();
    EXPECT_EQ(cash(), 100 * kYuan);
    EXPECT_EQ(refused_runway(), "CONTRACT_HAS_NO_RUNWAY");
    spend_down_to(0);
    world.pass(kDay);
    world.pass(kTurn);
    EXPECT_EQ(now().close_reason(), v1::CLOSE_TERM_ENDED);
    EXPECT_EQ(now().charged().micros(), 10 * kYuan);
    check_books();
}

TEST_F(RollingEscrow, tells_its_runway) {
    EXPECT_EQ(buy_port(9), 10 * kYuan);
    v1::Runway reach = runway();
    EXPECT_EQ(reach.covered_until_ns(), (kFirst + kDay).ns);
    EXPECT_EQ(reach.lasts_until_ns(), (kFirst + days(9)).ns);
    EXPECT_TRUE(reach.reaches_end());
    EXPECT_EQ(reach.next_top_up_at_ns(), (kFirst + kDay).ns);
    EXPECT_EQ(reach.next_top_up().micros(), 10 * kYuan);
    EXPECT_EQ(reach.free_cash().micros(), 90 * kYuan);
    spend_down_to(25 * kYuan);
    reach = runway();
    EXPECT_EQ(reach.lasts_until_ns(), (kFirst + days(3)).ns);
    EXPECT_FALSE(reach.reaches_end());
    spend_down_to(0);
    world.pass(kDay);
    reach = runway();
    EXPECT_EQ(reach.lasts_until_ns(), (kFirst + kDay).ns);
    EXPECT_EQ(reach.next_top_up_at_ns(), 0);
    EXPECT_EQ(reach.next_top_up().micros(), 10 * kYuan);
}

TEST_F(RollingEscrow, has_no_runway_where_all_is_set_aside) {
    agree(v1::SaleTerms());
    buy_port(3);
    EXPECT_EQ(refused_runway(), "CONTRACT_HAS_NO_RUNWAY");
}

TEST_F(RollingEscrow, warns_once_at_each_of_seven_three_and_one_days) {
    buy_port(40);
    EXPECT_EQ(warnings(), std::vector<std::uint32_t>()) << "cash lasts for ten days";
    const auto after = [&](std::int64_t more) {
        for (; more > 0; --more) world.pass(kDay);
        return warnings();
    };
    EXPECT_EQ(after(3), std::vector<std::uint32_t>());
    EXPECT_EQ(runway().warned_days(), 0u);
    EXPECT_EQ(after(1), std::vector<std::uint32_t>{7}) << "six days are left";
    EXPECT_EQ(runway().warned_days(), 7u);
    EXPECT_EQ(runway().warned_at_ns(), (kFirst + days(4)).ns);
    EXPECT_EQ(runway().look_at_ns(), (kFirst + days(4)).ns + 1) << "a day before it is uncovered";
    EXPECT_EQ(after(3), std::vector<std::uint32_t>{7});
    EXPECT_EQ(after(1), (std::vector<std::uint32_t>{7, 3}));
    EXPECT_EQ(after(1), (std::vector<std::uint32_t>{7, 3}));
    world.pass(Duration{1});
    EXPECT_EQ(warnings(), (std::vector<std::uint32_t>{7, 3, 1}));
}

TEST_F(RollingEscrow, warns_again_once_it_has_recovered) {
    buy_port(40);
    spend_down_to(40 * kYuan);
    world.pass(kDay);
    EXPECT_EQ(warnings(), std::vector<std::uint32_t>{7});
    get_back(50 * kYuan);
    world.pass(kDay);
    EXPECT_EQ(runway().warned_days(), 0u);
    EXPECT_EQ(runway().warned_at_ns(), 0);
    spend_down_to(20 * kYuan);
    world.pass(kDay);
    EXPECT_EQ(warnings(), (std::vector<std::uint32_t>{7, 3}));
    check_books();
}

TEST_F(RollingEscrow, tells_of_the_last_warning_while_it_has_recovered_in_part) {
    buy_port(40);
    spend_down_to(5 * kYuan);
    world.pass(Duration{1});
    EXPECT_EQ(warnings(), std::vector<std::uint32_t>{1});
    get_back(15 * kYuan);
    world.pass(kDay - Duration{1});
    EXPECT_EQ(warnings(), std::vector<std::uint32_t>{1}) << "two days are left, and it was less";
    EXPECT_EQ(runway().warned_days(), 1u) << "nobody was warned of three";
    EXPECT_EQ(runway().warned_at_ns(), kFirst.ns + 1);
    world.pass(kDay);
    EXPECT_EQ(runway().warned_at_ns(), kFirst.ns + 1);
    check_books();
    world.pass(Duration{1});
    EXPECT_EQ(warnings(), (std::vector<std::uint32_t>{1, 1})) << "less than a day once more";
    EXPECT_EQ(runway().warned_at_ns(), (kFirst + kTwoDays).ns + 1);
}

TEST_F(RollingEscrow, warns_within_a_month_that_nothing_covers_the_next) {
    world.pass(seconds(1));
    sell({component_of("port", v1::PRICE_UNIT_PORT_DAY, kYuan)}, v1::BILLING_PERIOD_MONTH);
    EXPECT_EQ(buy_port(90), 28 * kYuan);
    spend_down_to(0);
    world.pass(days(21) - seconds(1));
    EXPECT_EQ(warnings(), std::vector<std::uint32_t>());
    world.pass(Duration{1});
    EXPECT_EQ(warnings(), std::vector<std::uint32_t>{7});
    world.pass(days(4));
    world.pass(days(2));
    EXPECT_EQ(warnings(), (std::vector<std::uint32_t>{7, 3, 1}));
    world.pass(kDay);
    EXPECT_EQ(now().state(), v1::CONTRACT_SUSPENDED_FOR_FUNDS);
}

TEST_F(RollingEscrow, what_runs_out_while_the_exchange_is_away_is_suspended_in_turn) {
    world.pass(kDay);
    sell({component_of("port", v1::PRICE_UNIT_PORT_DAY, kYuan / 100)});
    constexpr int kContracts = 20;
    for (int i = 0; i < kContracts; ++i) buy_port(60);
    spend_down_to(kContracts * 24 * kYuan / 100);
    const std::size_t before = world.recorder.events.size();
    world.pass(days(40));
    EXPECT_EQ(now().state(), v1::CONTRACT_SUSPENDED_FOR_FUNDS);
    int all = 0;
    int most = 0;
    std::map<std::uint64_t, int> closed;
    for (std::size_t i = before; i < world.recorder.events.size(); ++i) {
        const v1::Event& event = world.recorder.events[i];
        if (!event.has_plan_charged()) continue;
        ++all;
        most = std::max(most, ++closed[event.sequence()]);
    }
    EXPECT_GE(all, kContracts * 24);
    EXPECT_LE(most, 50 + 25) << "one contract's periods may come on top of what a Tick counts to";
    check_books();
}

TEST_F(RollingEscrow, a_resumption_without_room_in_the_turnover_says_so) {
    buy_port(5);
    spend_down_to(0);
    world.pass(kDay);
    ASSERT_EQ(now().state(), v1::CONTRACT_SUSPENDED_FOR_FUNDS);
    top_up(kMoneyMax.micros - 100 * kYuan);
    get_back(50 * kYuan);
    const State& state = world.exchange.state();
    const AccountId account = state.ledger.find(
        ledger::AccountKind::cash, *PartyId::parse(world.buyer), state.settings.currency);
    const Money room = kMoneyMax - state.ledger.account(account).debits_posted;
    spend_down_to(cash() - room.micros + 9 * kYuan);
    ASSERT_GT(cash(), 10 * kYuan);
    EXPECT_EQ(refused_resumption(world.buyer_key), "ACCOUNT_OVERFLOW");
}

}  // namespace
}  // namespace penstock::exchange
