#include <gtest/gtest.h>

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "core/exchange/by_plan_world.h"
#include "core/exchange/officers_world.h"
#include "penstock/v1/dispute.pb.h"

namespace penstock::exchange {
namespace {

/// The first contract's turn, after its end.
constexpr Duration kTurn = seconds(1);

/// Contracts by plan whose bills wait for a while.
class Bills : public ByPlan {
  protected:
    static v1::SaleTerms window_of(Duration window, std::uint32_t tax_basis_points = 0) {
        v1::SaleTerms terms;
        terms.set_dispute_window_ns(window.ns);
        terms.set_tax_basis_points(tax_basis_points);
        return terms;
    }
    v1::IssuedBill last_bill() {
        return world.recorder.last(v1::Event::kBillChanged).bill_changed();
    }
    /// Of all bills and credit notes, by their first event.
    std::vector<v1::IssuedBill> issued() {
        std::map<std::string, bool> seen;
        std::vector<v1::IssuedBill> all;
        for (const v1::Event& event : world.recorder.events) {
            if (event.has_bill_changed() && !std::exchange(seen[event.bill_changed().id()], true))
                all.push_back(event.bill_changed());
        }
        return all;
    }
    std::int64_t balance(v1::AccountKind kind) {
        std::int64_t sum = 0;
        const v1::GetTrialBalanceResponse books = world.books();
        for (const v1::Account& account : books.accounts()) {
            if (account.kind() == kind) sum += account.credits_posted() - account.debits_posted();
        }
        return sum;
    }
};

TEST_F(Bills, wait_in_escrow_until_they_are_due) {
    agree(window_of(kTwoDays, 1'300));
    set_fee_tax(600);
    sell({component_of("port", v1::PRICE_UNIT_PORT_DAY, 10 * kYuan)});
    buy({{"port", 1}}, kDay);
    world.pass(kDay + kTurn);
    const v1::Contract contract = world.contract_now();
    EXPECT_EQ(contract.state(), v1::CONTRACT_SETTLED);
    EXPECT_EQ(contract.charged().micros(), 10 * kYuan);
    v1::IssuedBill bill = last_bill();
    EXPECT_EQ(bill.id(), "bill_1");
    EXPECT_EQ(bill.state(), v1::BILL_OPEN);
    EXPECT_EQ(bill.contract(), world.contract);
    EXPECT_EQ(bill.charged().micros(), 10 * kYuan);
    EXPECT_EQ(bill.paid_to_supplier().micros(), 0);
    EXPECT_EQ(bill.period().start_ns(), kFirst.ns);
    EXPECT_EQ(bill.period().end_ns(), (kFirst + kDay).ns);
    EXPECT_EQ(bill.disputable_until_ns(), (world.now + kTwoDays).ns);
    EXPECT_EQ(bill.due_at_ns(), bill.disputable_until_ns());
    EXPECT_EQ(bill.role(), v1::TRADE_ROLE_AGENT);
    EXPECT_EQ(bill.tax_basis_points(), 1'300u) << "the supplier's";
    EXPECT_EQ(bill.fee_tax_basis_points(), 600u) << "the operator's";
    EXPECT_EQ(income(), 0);
    EXPECT_EQ(balance(v1::ACCOUNT_ESCROW), 10 * kYuan);
    world.pass(kTwoDays - Duration{1});
    EXPECT_EQ(income(), 0);
    world.pass(Duration{1});
    bill = last_bill();
    EXPECT_EQ(bill.state(), v1::BILL_SETTLED);
    EXPECT_EQ(bill.paid_to_supplier().micros(), 9'700'000);
    EXPECT_EQ(bill.operator_fee().micros(), 280'000);
    EXPECT_EQ(bill.tax().micros(), 20'000) << "0.30 × 6 ÷ 106";
    EXPECT_EQ(income(), 9'700'000);
    EXPECT_EQ(balance(v1::ACCOUNT_ESCROW), 0);
    EXPECT_EQ(balance(v1::ACCOUNT_FEE), 280'000);
    EXPECT_EQ(balance(v1::ACCOUNT_TAX), 20'000);
    EXPECT_EQ(world.books().difference(), 0);
}

TEST_F(Bills, keep_the_tax_of_the_fee_with_which_they_were_issued) {
    agree(window_of(kTwoDays, 1'300));
    sell({component_of("port", v1::PRICE_UNIT_PORT_DAY, 10 * kYuan)});
    buy({{"port", 1}}, kDay);
    world.pass(kDay + kTurn);
    EXPECT_EQ(last_bill().fee_tax_basis_points(), 0u) << "before the operator has set any";
    set_fee_tax(600);
    EXPECT_EQ(world.recorder.last(v1::Event::kFeeTaxSet).fee_tax_set().tax_basis_points(), 600u);
    EXPECT_EQ(world
                  .ask<v1::GetFeeTaxResponse>(world.supplier_key, "TermsService/GetFeeTax",
                                              v1::GetFeeTaxRequest())
                  .tax_basis_points(),
              600u);
    auto restored = Exchange::restore(world.exchange.snapshot());
    ASSERT_TRUE(restored);
    EXPECT_EQ(restored->snapshot(), world.exchange.snapshot());
    buy({{"port", 1}}, kDay);
    world.pass(kDay + kTurn);
    EXPECT_EQ(last_bill().fee_tax_basis_points(), 600u);
    world.pass(kTwoDays);
    EXPECT_EQ(balance(v1::ACCOUNT_TAX), 20'000) << "of the second bill alone";
    EXPECT_EQ(balance(v1::ACCOUNT_FEE), 580'000);
    v1::SetFeeTaxRequest request;
    request.set_tax_basis_points(10'001);
    EXPECT_EQ(world.refused(world.operator_key, "TermsService/SetFeeTax", request),
              "TAX_RATE_INVALID");
    request.set_tax_basis_points(0);
    EXPECT_EQ(world.refused(world.supplier_key, "TermsService/SetFeeTax", request),
              "PERMISSION_DENIED");
}

TEST_F(Bills, that_nobody_may_dispute_are_paid_when_they_are_issued) {
    sell({component_of("port", v1::PRICE_UNIT_PORT_DAY, 10 * kYuan)});
    buy({{"port", 1}}, kDay);
    world.pass(kDay + kTurn);
    ASSERT_EQ(issued().size(), 1u);
    EXPECT_EQ(issued().front().state(), v1::BILL_SETTLED);
    EXPECT_EQ(issued().front().paid_to_supplier().micros(), 9'700'000);
    EXPECT_EQ(income(), 9'700'000);
}

TEST_F(Bills, follow_each_other_period_by_period) {
    agree(window_of(kHour));
    sell({component_of("port", v1::PRICE_UNIT_PORT_DAY, 10 * kYuan)});
    buy({{"port", 1}}, seconds(3 * 86'400));
    world.pass(seconds(4 * 86'400));
    world.pass(kHour);
    const auto bills = issued();
    ASSERT_EQ(bills.size(), 3u);
    for (std::size_t i = 0; i < bills.size(); ++i) {
        EXPECT_EQ(bills[i].id(), "bill_" + std::to_string(i + 1));
        EXPECT_EQ(bills[i].period().start_ns(),
                  (kFirst + seconds(86'400 * static_cast<std::int64_t>(i))).ns);
    }
    EXPECT_EQ(income(), 29'100'000);
}

TEST_F(Bills, leave_what_rounds_to_nothing_to_the_next_period) {
    sell({component_of("jobs", v1::PRICE_UNIT_JOB, 4'000)});
    buy({{"jobs", 2}}, seconds(3 * 86'400));
    world.pass(kHour);
    report("jobs", kFirst, world.now, 1);
    world.pass(kDay - kHour);
    pass_window();
    EXPECT_TRUE(issued().empty()) << "0.004 is no whole fen";
    EXPECT_EQ(world.contract_now().charged().micros(), 0);
    report("jobs", kFirst + kDay, world.now, 1);
    world.pass(kDay);
    ASSERT_EQ(issued().size(), 1u);
    EXPECT_EQ(last_bill().charged().micros(), 10'000) << "0.008, to the fen";
    EXPECT_EQ(last_bill().period().start_ns(), kFirst.ns);
    EXPECT_EQ(last_bill().period().end_ns(), (kFirst + kTwoDays).ns);
}

TEST_F(Bills, of_contracts_by_the_core_begin_with_version_three) {
    const auto work = [&] {
        const std::string order = world.place(1);
        world.accept();
        world.submit(order, 1);
        const v1::PullWorkResponse pulled = world.work();
        ASSERT_EQ(pulled.assignments_size(), 1);
        world.pass(seconds(1'000));
        world.finish(pulled.assignments(0), seconds(1'000));
        EXPECT_EQ(world.contract_now().state(), v1::CONTRACT_SETTLED);
    };
    work();
    EXPECT_TRUE(issued().empty()) << "this exchange was opened under version 1";
    EXPECT_EQ(income(), 970'000);
    EXPECT_EQ(world.recorder.last(v1::Event::kTransferPosted).transfer_posted().subject(),
              world.contract);
    v1::ActivateVersionRequest activate;
    activate.set_version(3);
    v1::ActivateVersionResponse activated;
    world.must({Actor::Kind::system, 0}, "InternalService/ActivateVersion", activate, activated);
    const Instant begin = world.now;
    work();
    ASSERT_EQ(issued().size(), 1u);
    const v1::IssuedBill bill = issued().front();
    EXPECT_EQ(bill.state(), v1::BILL_SETTLED);
    EXPECT_EQ(bill.charged().micros(), 1'000'000);
    EXPECT_EQ(bill.paid_to_supplier().micros(), 970'000);
    EXPECT_EQ(bill.operator_fee().micros(), 30'000);
    EXPECT_EQ(bill.period().start_ns(), begin.ns);
    EXPECT_EQ(bill.period().end_ns(), world.now.ns);
    EXPECT_EQ(income(), 2 * 970'000);
}

/// Bills of 10 yuan for a day, disputed for two days; and two officers.
class Disputes : public Bills {
  protected:
    void SetUp() override {
        Bills::SetUp();
        anna = officer('A');
        bo = officer('B');
        agree(window_of(kTwoDays));
        sell({component_of("port", v1::PRICE_UNIT_PORT_DAY, 10 * kYuan)});
        buy({{"port", 1}}, kDay);
        world.pass(kDay + kTurn);
    }
    Actor officer(char letter) { return sign_in_officer(world, letter); }

    static v1::OpenDisputeRequest dispute_of(std::int64_t micros) {
        v1::OpenDisputeRequest request;
        request.set_bill("bill_1");
        request.mutable_amount()->set_micros(micros);
        request.mutable_amount()->set_currency("CNY");
        request.set_reason("It was down for a night.");
        request.add_evidence("receipt 7");
        return request;
    }
    std::string dispute(std::int64_t micros) {
        v1::OpenDisputeResponse response;
        world.must(world.buyer_key, "DisputeService/OpenDispute", dispute_of(micros), response);
        return response.dispute();
    }
    std::string_view refused(const v1::OpenDisputeRequest& request) {
        return world.refused(world.buyer_key, "DisputeService/OpenDispute", request);
    }
    static v1::DecideDisputeRequest decision(const std::string& dispute, std::int64_t micros) {
        v1::DecideDisputeRequest request;
        request.set_dispute(dispute);
        request.mutable_given_back()->set_micros(micros);
        request.mutable_given_back()->set_currency("CNY");
        request.set_note("The logs show four hours.");
        return request;
    }
    /// Both officers say so. Returns the credit note.
    std::string decide(const std::string& dispute, std::int64_t micros) {
        v1::DecideDisputeResponse response;
        for (const Actor& who : {anna, bo})
            world.must(who, "DisputeService/DecideDispute", decision(dispute, micros), response);
        EXPECT_FALSE(response.awaits_second_officer());
        return response.credit_note();
    }
    void withdraw(const std::string& dispute) {
        v1::WithdrawDisputeRequest request;
        request.set_dispute(dispute);
        v1::WithdrawDisputeResponse response;
        world.must(world.buyer_key, "DisputeService/WithdrawDispute", request, response);
    }
    v1::Dispute last_dispute() {
        return world.recorder.last(v1::Event::kDisputeChanged).dispute_changed();
    }

    Actor anna;
    Actor bo;
};

TEST_F(Disputes, freeze_their_part_until_they_are_decided) {
    const std::string id = dispute(4 * kYuan);
    EXPECT_EQ(id, "dsp_1");
    EXPECT_EQ(last_bill().disputed().micros(), 4 * kYuan);
    EXPECT_EQ(last_dispute().state(), v1::DISPUTE_OPEN);
    EXPECT_EQ(last_dispute().evidence(0), "receipt 7");
    EXPECT_EQ(last_dispute().order(), last_bill().order());
    world.pass(kTwoDays);
    EXPECT_EQ(income(), 5'820'000) << "97 in 100 of what nobody disputes";
    EXPECT_EQ(last_bill().state(), v1::BILL_OPEN);
    const std::int64_t before = cash();
    EXPECT_EQ(decide(id, kYuan), "bill_2");
    EXPECT_EQ(cash(), before + kYuan);
    EXPECT_EQ(income(), 8'730'000);
    EXPECT_EQ(last_bill().id(), "bill_1");
    EXPECT_EQ(last_bill().state(), v1::BILL_SETTLED);
    EXPECT_EQ(last_bill().given_back().micros(), kYuan);
    EXPECT_EQ(last_bill().paid_to_supplier().micros(), 8'730'000);
    EXPECT_EQ(last_bill().operator_fee().micros(), 270'000);
    EXPECT_EQ(last_dispute().state(), v1::DISPUTE_DECIDED);
    EXPECT_EQ(last_dispute().given_back().micros(), kYuan);
    EXPECT_EQ(last_dispute().credit_note(), "bill_2");
    const v1::IssuedBill note = issued().back();
    EXPECT_EQ(note.id(), "bill_2");
    EXPECT_EQ(note.kind(), v1::SETTLEMENT_CREDIT_NOTE);
    EXPECT_EQ(note.corrects(), "bill_1");
    EXPECT_EQ(note.charged().micros(), -kYuan);
    EXPECT_EQ(balance(v1::ACCOUNT_ESCROW), 0);
    EXPECT_EQ(world.books().difference(), 0);
}

TEST_F(Disputes, that_are_decided_early_leave_the_rest_until_it_is_due) {
    decide(dispute(4 * kYuan), 4 * kYuan);
    EXPECT_EQ(income(), 0);
    EXPECT_EQ(balance(v1::ACCOUNT_ESCROW), 6 * kYuan);
    EXPECT_EQ(decide(dispute(6 * kYuan), 6 * kYuan), "bill_3");
    EXPECT_EQ(last_bill().state(), v1::BILL_SETTLED) << "nothing of it is left";
    EXPECT_EQ(balance(v1::ACCOUNT_ESCROW), 0);
    EXPECT_EQ(refused(dispute_of(kYuan)), "BILL_SETTLED");
    world.pass(kTwoDays);
    EXPECT_EQ(income(), 0);
}

TEST_F(Disputes, that_give_nothing_back_or_are_withdrawn_pay_the_supplier) {
    const std::string first = dispute(3 * kYuan);
    const std::string second = dispute(7 * kYuan);
    world.pass(kTwoDays);
    EXPECT_EQ(income(), 0) << "all of it is disputed";
    EXPECT_EQ(decide(first, 0), "");
    EXPECT_EQ(income(), 2'910'000);
    withdraw(second);
    EXPECT_EQ(last_dispute().state(), v1::DISPUTE_WITHDRAWN);
    EXPECT_EQ(income(), 9'700'000);
    EXPECT_EQ(last_bill().state(), v1::BILL_SETTLED);
    EXPECT_EQ(issued().size(), 1u) << "no credit note";
    EXPECT_EQ(world.refused(anna, "DisputeService/DecideDispute", decision(first, 0)),
              "DISPUTE_CLOSED");
}

TEST_F(Disputes, that_nobody_decides_end_for_the_supplier) {
    const std::string id = dispute(4 * kYuan);
    const std::int64_t opened = world.now.ns;
    EXPECT_EQ(last_dispute().lapses_at_ns(), opened + 30 * kDay.ns);
    auto restored = Exchange::restore(world.exchange.snapshot());
    ASSERT_TRUE(restored);
    EXPECT_EQ(restored->snapshot(), world.exchange.snapshot());
    world.exchange = *std::move(restored);
    world.pass(kTwoDays);
    world.pass(Duration{28 * kDay.ns - 1});
    EXPECT_EQ(last_dispute().state(), v1::DISPUTE_OPEN);
    EXPECT_EQ(income(), 5'820'000);
    anna = officer('C');
    v1::DecideDisputeResponse proposed;
    world.must(anna, "DisputeService/DecideDispute", decision(id, kYuan), proposed);
    world.pass(Duration{1});
    EXPECT_EQ(last_dispute().state(), v1::DISPUTE_LAPSED);
    EXPECT_EQ(last_dispute().decided_at_ns(), world.now.ns);
    EXPECT_EQ(last_dispute().given_back().micros(), 0);
    EXPECT_EQ(income(), 9'700'000);
    EXPECT_EQ(last_bill().state(), v1::BILL_SETTLED);
    EXPECT_EQ(issued().size(), 1u) << "no credit note";
    EXPECT_EQ(world.refused(officer('D'), "DisputeService/DecideDispute", decision(id, kYuan)),
              "DISPUTE_CLOSED");
    EXPECT_EQ(world.books().difference(), 0);
}

TEST_F(Disputes, that_have_ended_do_not_lapse) {
    const std::string first = dispute(4 * kYuan);
    decide(first, 4 * kYuan);
    const std::string second = dispute(kYuan);
    withdraw(second);
    world.pass(seconds(31 * 86'400));
    EXPECT_EQ(last_dispute().state(), v1::DISPUTE_WITHDRAWN);
    EXPECT_EQ(income(), 5'820'000);
}

TEST_F(Disputes, need_two_officers_who_say_the_same) {
    const std::string id = dispute(4 * kYuan);
    v1::DecideDisputeResponse response;
    world.must(anna, "DisputeService/DecideDispute", decision(id, kYuan), response);
    EXPECT_TRUE(response.awaits_second_officer());
    EXPECT_EQ(world.refused(anna, "DisputeService/DecideDispute", decision(id, kYuan)),
              "SECOND_OFFICER_NEEDED");
    world.must(bo, "DisputeService/DecideDispute", decision(id, 2 * kYuan), response);
    EXPECT_TRUE(response.awaits_second_officer()) << "that is another decision";
    EXPECT_EQ(last_dispute().state(), v1::DISPUTE_OPEN);
    EXPECT_EQ(world.refused(world.operator_key, "DisputeService/DecideDispute", decision(id, 0)),
              "OFFICER_NEEDED");
    EXPECT_EQ(world.refused(anna, "DisputeService/DecideDispute", decision(id, 4'010'000)),
              "GIVEN_BACK_INVALID");
    EXPECT_EQ(world.refused(world.buyer_key, "DisputeService/DecideDispute", decision(id, kYuan)),
              "PERMISSION_DENIED");
}

TEST_F(Disputes, are_refused_that_cannot_be) {
    EXPECT_EQ(refused(dispute_of(10'010'000)), "DISPUTE_AMOUNT_INVALID");
    EXPECT_EQ(refused(dispute_of(1)), "DISPUTE_AMOUNT_INVALID") << "no whole fen";
    EXPECT_EQ(refused(dispute_of(0)), "MONEY_INVALID");
    v1::OpenDisputeRequest request = dispute_of(kYuan);
    request.add_evidence("");
    EXPECT_EQ(refused(request), "EVIDENCE_INVALID");
    request = dispute_of(kYuan);
    request.clear_reason();
    EXPECT_EQ(refused(request), "DISPUTE_REASON_INVALID");
    request = dispute_of(kYuan);
    request.set_bill("bill_9");
    EXPECT_EQ(refused(request), "NOT_YOURS");
    EXPECT_EQ(world.refused(world.supplier_key, "DisputeService/OpenDispute", dispute_of(kYuan)),
              "PERMISSION_DENIED");
    const std::string id = dispute(kYuan);
    world.pass(kTwoDays);
    EXPECT_EQ(refused(dispute_of(kYuan)), "DISPUTE_WINDOW_OVER");
    withdraw(id);
    v1::WithdrawDisputeRequest again;
    again.set_dispute(id);
    EXPECT_EQ(world.refused(world.buyer_key, "DisputeService/WithdrawDispute", again),
              "DISPUTE_CLOSED");
}

TEST_F(Disputes, survive_a_snapshot) {
    const std::string id = dispute(4 * kYuan);
    auto restored = Exchange::restore(world.exchange.snapshot());
    ASSERT_TRUE(restored);
    EXPECT_EQ(restored->snapshot(), world.exchange.snapshot());
    world.exchange = *std::move(restored);
    world.pass(kTwoDays);
    decide(id, 2 * kYuan);
    EXPECT_EQ(income(), 7'760'000);
}

TEST_F(Bills, survive_a_snapshot_and_the_contract_that_they_are_of) {
    agree(window_of(seconds(7 * 86'400)));
    sell({component_of("port", v1::PRICE_UNIT_PORT_DAY, 10 * kYuan)});
    buy({{"port", 1}}, kDay);
    world.pass(kDay + kTurn);
    world.pass(kTwoDays);
    auto restored = Exchange::restore(world.exchange.snapshot());
    ASSERT_TRUE(restored);
    EXPECT_EQ(restored->snapshot(), world.exchange.snapshot());
    world.exchange = *std::move(restored);
    EXPECT_EQ(world.exchange.state().contracts.contracts().size(), 0u);
    world.pass(seconds(5 * 86'400));
    EXPECT_EQ(last_bill().state(), v1::BILL_SETTLED);
    EXPECT_EQ(income(), 9'700'000);
}

}  // namespace
}  // namespace penstock::exchange
