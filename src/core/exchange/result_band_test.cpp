// Trials before purchase: what a band promises, on what ground, and what is given back by itself.
#include <gtest/gtest.h>

#include <functional>
#include <string>

#include "core/exchange/bands_world.h"
#include "core/exchange/result_band.h"

namespace penstock::exchange {
namespace {

TEST_F(Bands, give_back_nothing_of_results_within_them) {
    const std::string order = buy_within(trial(kTried), 1'000, 1'200);
    const std::string workload = submit(order, job(2));
    run({{10, seconds(13)}, {11, seconds(12)}});
    const v1::Contract contract = world.contract_now();
    EXPECT_EQ(contract.state(), v1::CONTRACT_SETTLED);
    EXPECT_EQ(contract.delivered().results(), 21u);
    EXPECT_EQ(contract.delivered().charged().micros(), 25 * kSecondCosts);
    EXPECT_EQ(contract.delivered().given_back().micros(), 0);
    EXPECT_EQ(contract.accrued().micros(), 25 * kSecondCosts);
}

TEST_F(Bands, give_back_what_results_were_dearer_by_themselves) {
    const std::string order = buy_within(trial(kTried), 1'000, 1'200);
    submit(order, job(2));
    run({{10, seconds(20)}, {10, seconds(12)}});
    const v1::Contract contract = world.contract_now();
    EXPECT_EQ(contract.state(), v1::CONTRACT_SETTLED);
    // 20 results at 1,200 are 24,000 of 32,000.
    EXPECT_EQ(contract.delivered().given_back().micros(), 8'000);
    EXPECT_EQ(contract.accrued().micros(), 24'000);
    EXPECT_EQ(contract.charged().micros(), 20'000) << "rounded to the fen, half-even";
    EXPECT_EQ(contract.charged().micros() + contract.refunded().micros(),
              contract.escrow().micros());
    const v1::PlanCharged& credit = world.recorder.last(v1::Event::kPlanCharged).plan_charged();
    EXPECT_EQ(credit.contract(), world.contract);
    EXPECT_EQ(credit.amount().micros(), -8'000);
    ASSERT_EQ(credit.charges_size(), 1);
    EXPECT_EQ(credit.charges(0).kind(), v1::PLAN_CHARGE_RESULT_CREDIT);
    EXPECT_EQ(credit.charges(0).quantity(), "20");
    EXPECT_EQ(world.books().difference(), 0);
}

TEST_F(Bands, give_back_half_of_the_charge_at_most) {
    const std::string order = buy_within(trial(kTried), 1'000, 1'200);
    submit(order, job(1));
    run({{0, seconds(50)}});
    EXPECT_EQ(world.contract_now().delivered().given_back().micros(), 25'000);
}

TEST_F(Bands, count_tasks_that_succeeded_alone) {
    const std::string order = buy_within(trial(kTried), 1'000, 1'200);
    submit(order, job(2));
    run({{1, seconds(40)}}, [](v1::ReportAttemptRequest& report) {
        report.set_state(v1::ATTEMPT_FAILED);
        report.set_exit_code(1);
    });
    run({{10, seconds(12)}});
    const v1::Contract contract = world.contract_now();
    EXPECT_EQ(contract.state(), v1::CONTRACT_SETTLED);
    EXPECT_EQ(contract.accrued().micros(), 52 * kSecondCosts) << "what failed is paid";
    EXPECT_EQ(contract.delivered().charged().micros(), 12 * kSecondCosts);
    EXPECT_EQ(contract.delivered().given_back().micros(), 0);
}

TEST_F(Bands, are_refused_below_what_the_trial_showed) {
    const std::string tried = trial(kTried);
    const Error refused = refused_order(order_within(tried, 1'000, 1'199));
    EXPECT_EQ(refused.reason(), "RESULT_BAND_TOO_LOW");
    EXPECT_EQ(refused.field(), "lines[0].result_band.high");
}

TEST_F(Bands, are_refused_without_a_trial_of_the_buyers_own) {
    const std::string tried = trial(kTried);
    EXPECT_EQ(refused_order(order_within("wl_77", 1'000, 1'200)).reason(), "TRIAL_NOT_FOUND");
    v1::PlaceOrderRequest none = order_within(tried, 1'000, 1'200);
    none.mutable_lines(0)->mutable_result_band()->set_trial("frames");
    EXPECT_EQ(refused_order(none).field(), "lines[0].result_band.trial");

    const std::string order = world.place(1);
    world.accept();
    const std::string no_trial = submit(order, job(1));
    EXPECT_EQ(refused_order(order_within(no_trial, 1'000, 1'200)).reason(), "TRIAL_NOT_FOUND");
}

TEST_F(Bands, are_refused_where_the_trial_showed_too_little) {
    const auto refused = [&](const std::vector<Shown>& shown) {
        const Error error = refused_order(order_within(trial(shown), 1, 1'000'000));
        EXPECT_EQ(error.field(), "lines[0].result_band.trial");
        return std::string(error.reason()) + ": " + error.detail();
    };
    EXPECT_EQ(refused({{5, seconds(5)}, {5, seconds(5)}, {0, seconds(5)}}),
              "NOT_TRIED: A task had no result, or too many to count.");
    EXPECT_EQ(refused({{5, seconds(5)}, {5, seconds(5)}}),
              "NOT_TRIED: Too few of its tasks ran on the product.");
}

TEST_F(Bands, are_refused_of_a_part_of_the_trial) {
    const std::string order = world.place(1);
    world.accept();
    v1::WorkloadSpec spec = job(4);
    spec.set_trial_seconds(60);
    const std::string tried = submit(order, spec);
    run(kTried);
    EXPECT_EQ(refused_order(order_within(tried, 1'000, 1'200)).detail(), "It has not ended.");
    run({{10, seconds(30)}}, [](v1::ReportAttemptRequest& report) {
        report.set_state(v1::ATTEMPT_FAILED);
        report.set_exit_code(1);
    });
    EXPECT_EQ(refused_order(order_within(tried, 1'000, 1'200)).detail(),
              "Not all of its tasks succeeded.");
}

TEST_F(Bands, are_refused_below_what_a_task_cost_with_all_that_follows_its_last_result) {
    // All three show ten results in the first second, and then none for 11 s.
    const std::string order = world.place(1);
    world.accept();
    v1::WorkloadSpec spec = job(3);
    spec.set_trial_seconds(60);
    const std::string tried = submit(order, spec);
    run({{10, seconds(12)}, {10, seconds(12)}, {10, seconds(12)}},
        [](v1::ReportAttemptRequest& report) {
            change_record(report, [](auto& record) { record.set_results_wall_ns(seconds(1).ns); });
        });
    EXPECT_EQ(refused_order(order_within(tried, 100, 1'199)).reason(), "RESULT_BAND_TOO_LOW");
    buy_within(tried, 100, 1'200);
}

TEST_F(Bands, hold_nobody_to_results_that_could_not_all_be_counted) {
    const std::string order = buy_within(trial(kTried), 1'000, 1'200);
    submit(order, job(1));
    run({{1, seconds(50)}}, [](v1::ReportAttemptRequest& report) {
        change_record(report, [](auto& record) { record.set_results_incomplete(true); });
    });
    const v1::Contract contract = world.contract_now();
    EXPECT_EQ(contract.state(), v1::CONTRACT_SETTLED);
    EXPECT_EQ(contract.delivered().given_back().micros(), 0);
    EXPECT_EQ(contract.delivered().uncounted_tasks(), 1u) << "and says why";
    EXPECT_EQ(contract.accrued().micros(), 50 * kSecondCosts);
    EXPECT_TRUE(world.recorder.last(v1::Event::kCharged).charged().results_incomplete());
}

TEST_F(Bands, say_of_what_and_for_how_many_they_are) {
    const auto trial_order = world.place(1);
    world.accept();
    v1::WorkloadSpec spec = job(3);
    spec.mutable_result_unit()->set_quoted_per(100);
    spec.set_trial_seconds(60);
    const std::string tried = submit(trial_order, spec);
    run(kTried);
    EXPECT_FALSE(world.contract_now().has_result_band());
    v1::PlaceOrderRequest request = order_within(tried, 100'000, 120'000);
    request.mutable_lines(0)->mutable_result_band()->set_unit("film");
    request.mutable_lines(0)->mutable_result_band()->set_quoted_per(7);
    v1::PlaceOrderResponse response;
    world.must(world.buyer_key, "ContractService/PlaceOrder", request, response);
    world.contract = response.contracts(0);
    const v1::ResultBand offered = world.work().contracts(0).result_band();
    EXPECT_EQ(offered.unit(), "frame") << "not what the order says";
    EXPECT_EQ(offered.quoted_per(), 100u);
    EXPECT_EQ(world.contract_now().result_band().unit(), "frame");
    EXPECT_EQ(world.contract_now().result_band().quoted_per(), 100u);
}

class BandsOfOld : public Bands {
  protected:
    BandsOfOld() : Bands(kBandUnitVersion - 1) {}
};

/// More bytes would give an old journal another hash; tests/golden replays one.
TEST_F(BandsOfOld, tell_no_more_than_their_rules_knew) {
    const std::string order = buy_within(trial(kTried), 1'000, 1'200);
    submit(order, job(2));
    const auto uncounted = [](v1::ReportAttemptRequest& report) {
        change_record(report, [](auto& record) { record.set_results_incomplete(true); });
    };
    run({{1, seconds(50)}}, uncounted);
    EXPECT_FALSE(world.recorder.last(v1::Event::kCharged).charged().has_results_incomplete());
    activate(kBandUnitVersion);
    run({{1, seconds(50)}}, uncounted);
    EXPECT_TRUE(world.recorder.last(v1::Event::kCharged).charged().results_incomplete());
    const v1::Contract settled =
        world.recorder.last(v1::Event::kContractChanged).contract_changed();
    EXPECT_EQ(settled.state(), v1::CONTRACT_SETTLED);
    EXPECT_EQ(settled.result_band().unit(), "frame");
    EXPECT_EQ(settled.delivered().uncounted_tasks(), 2u) << "those of before, too";
    for (const v1::Event& event : world.recorder.events) {
        if (event.has_version_activated() &&
            event.version_activated().version() == kBandUnitVersion)
            break;
        EXPECT_FALSE(event.contract_changed().result_band().has_unit());
        EXPECT_FALSE(event.contract_changed().result_band().has_quoted_per());
        EXPECT_FALSE(event.contract_changed().delivered().has_uncounted_tasks());
    }
}

TEST_F(BandsOfOld, of_which_nothing_was_counted_are_settled_without_a_word) {
    const std::string order = world.place(1);
    world.accept();
    submit(order, job(1));
    run({{1, seconds(50)}}, [](v1::ReportAttemptRequest& report) {
        change_record(report, [](auto& record) { record.set_results_incomplete(true); });
    });
    EXPECT_EQ(world.contract_now().state(), v1::CONTRACT_SETTLED);
    EXPECT_FALSE(world.contract_now().has_delivered());
}

TEST_F(Bands, of_one_order_are_of_one_job) {
    const std::string first = trial(kTried);
    const std::string order = world.place(1);
    world.accept();
    v1::WorkloadSpec other = job(3);
    other.set_run("another job");
    other.set_trial_seconds(60);
    const std::string second = submit(order, other);
    run(kTried);
    v1::PlaceOrderRequest request = order_within(first, 1'000, 1'200);
    *request.add_lines() = order_within(second, 1'000, 1'200).lines(0);
    const Error refused = refused_order(request);
    EXPECT_EQ(refused.reason(), "RESULT_BAND_INVALID");
    EXPECT_EQ(refused.field(), "lines[1].result_band.trial");
}

TEST_F(Bands, are_refused_when_they_are_no_bands) {
    const std::string tried = trial(kTried);
    EXPECT_EQ(refused_order(order_within(tried, 1'201, 1'200)).reason(), "RESULT_BAND_INVALID");
    EXPECT_EQ(refused_order(order_within(tried, 0, 1'200)).field(), "lines[0].result_band.low");
}

TEST_F(Bands, hold_for_the_job_that_was_tried_alone) {
    const std::string order = buy_within(trial(kTried), 1'000, 1'200);
    const auto refused = [&](const v1::WorkloadSpec& spec) {
        return world.refused(world.buyer_key, "TaskService/SubmitWorkload",
                             workload_of(order, spec));
    };
    v1::WorkloadSpec other = job(2);
    other.set_run("sleep 1000");
    other.mutable_result_unit()->set_quoted_per(1'000);
    EXPECT_EQ(refused(other), "OTHER_JOB_THAN_TRIED");
    const Reply reply =
        world.send(world.buyer_key, "TaskService/SubmitWorkload", workload_of(order, other));
    EXPECT_EQ(reply.error->detail(),
              "The trial is wl_1. It differs in run, result_unit.quoted_per.");
    v1::WorkloadSpec cut_short = job(2);
    cut_short.set_trial_seconds(1);
    EXPECT_EQ(refused(cut_short), "OTHER_JOB_THAN_TRIED");
    v1::WorkloadSpec same = job(9);
    same.set_name("the film");
    same.set_max_task_seconds(100);
    submit(order, same);
}

TEST_F(Bands, are_shown_to_the_supplier_before_it_accepts) {
    const std::string tried = trial(kTried);
    v1::PlaceOrderResponse response;
    world.must(world.buyer_key, "ContractService/PlaceOrder", order_within(tried, 1'000, 1'200),
               response);
    const v1::PullWorkResponse work = world.work();
    ASSERT_EQ(work.contracts_size(), 1);
    EXPECT_EQ(work.contracts(0).result_band().high().micros(), 1'200);
    EXPECT_EQ(work.contracts(0).result_band().trial(), tried);
}

TEST_F(Bands, survive_a_snapshot) {
    const std::string tried = trial(kTried);
    restart();
    EXPECT_EQ(refused_order(order_within(tried, 1'000, 1'199)).reason(), "RESULT_BAND_TOO_LOW");
    const std::string order = buy_within(tried, 1'000, 1'200);
    restart();
    submit(order, job(2));
    run({{10, seconds(20)}});
    restart();
    run({{10, seconds(12)}});
    EXPECT_EQ(world.contract_now().delivered().given_back().micros(), 8'000);
}

struct BadUnit {
    std::string field;
    std::function<void(v1::WorkloadSpec&)> spoil;
};

TEST_F(Bands, need_units_that_can_be_counted) {
    const std::string order = world.place(1);
    world.accept();
    for (const BadUnit& bad :
         {BadUnit{"spec.result_unit.name",
                  [](auto& spec) { spec.mutable_result_unit()->clear_name(); }},
          {"spec.result_unit", [](auto& spec) { spec.mutable_result_unit()->set_line("x"); }},
          {"spec.result_unit", [](auto& spec) { spec.mutable_result_unit()->clear_files(); }},
          {"spec.result_unit.files",
           [](auto& spec) { spec.mutable_result_unit()->set_files("../*"); }},
          {"spec.result_unit.per_match",
           [](auto& spec) { spec.mutable_result_unit()->set_per_match(1'000'000'001); }},
          {"spec.result_unit.quoted_per",
           [](auto& spec) { spec.mutable_result_unit()->set_quoted_per(1'000'000'000'001); }},
          {"spec.result_unit.per_task",
           [](auto& spec) { spec.mutable_result_unit()->set_per_task(1ULL << 60); }},
          {"spec.array_size",
           [](auto& spec) {
               spec.set_trial_seconds(60);
               spec.set_array_size(65);
           }},
          {"spec.trial_seconds", [](auto& spec) { spec.set_trial_seconds(3'601); }},
          {"spec.trial_seconds",
           [](auto& spec) {
               spec.set_trial_seconds(60);
               spec.set_max_task_seconds(59);
           }},
          {"spec.result_unit", [](auto& spec) {
               spec.set_trial_seconds(60);
               spec.clear_result_unit();
           }}}) {
        v1::WorkloadSpec spec = job(1);
        bad.spoil(spec);
        const Reply reply =
            world.send(world.buyer_key, "TaskService/SubmitWorkload", workload_of(order, spec));
        ASSERT_EQ(reply.outcome, Reply::Outcome::rejected) << bad.field;
        EXPECT_EQ(reply.error->reason(), "TASK_SPEC_INVALID");
        EXPECT_EQ(reply.error->field(), bad.field);
    }
}

}  // namespace
}  // namespace penstock::exchange
