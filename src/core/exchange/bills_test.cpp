#include <gtest/gtest.h>

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "core/exchange/by_plan_world.h"

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
    agree(window_of(kTwoDays, 600));
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
    EXPECT_EQ(bill.tax_basis_points(), 600u);
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
