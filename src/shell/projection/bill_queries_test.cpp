#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>

#include <functional>

#include "shell/projection/error.h"
#include "shell/projection/newest_sql.h"
#include "shell/projection/sqlite_projection.h"

namespace penstock::projection {
namespace {

class BillQueriesTest : public testing::Test {
  protected:
    BillQueriesTest() {
        std::string name = testing::TempDir() + "/penstock-bills-XXXXXX";
        folder_ = mkdtemp(name.data());
        tables_ = SqliteProjection::open(folder_ / "projection.db").value();
    }
    ~BillQueriesTest() override { std::filesystem::remove_all(folder_); }

    /// One command; each filler makes an event of it.
    void tell(const std::vector<std::function<void(v1::Event&)>>& fillers) {
        ++sequence_;
        for (std::uint32_t i = 0; i < fillers.size(); ++i) {
            v1::Event event;
            event.set_sequence(sequence_);
            event.set_ordinal(i);
            fillers[i](event);
            tables_->on_event(event);
        }
        ASSERT_TRUE(tables_->caught_up({sequence_}));
    }
    static auto charged(int contract, std::int64_t micros) {
        return [=](v1::Event& event) {
            v1::PlanCharged& body = *event.mutable_plan_charged();
            body.set_contract("ctr_" + std::to_string(contract));
            body.mutable_amount()->set_micros(micros);
        };
    }
    /// Contract n is sold by party_n to party_9.
    static v1::IssuedBill bill(int number, int contract, std::int64_t issued_at) {
        v1::IssuedBill made;
        made.set_id("bill_" + std::to_string(number));
        made.set_kind(v1::SETTLEMENT_BILL);
        made.set_contract("ctr_" + std::to_string(contract));
        made.set_buyer("party_9");
        made.set_supplier("party_" + std::to_string(contract));
        made.set_state(v1::BILL_OPEN);
        made.set_issued_at_ns(issued_at);
        made.mutable_charged()->set_micros(10'000);
        return made;
    }
    static auto changed(const v1::IssuedBill& bill) {
        return [=](v1::Event& event) { *event.mutable_bill_changed() = bill; };
    }
    void open_contracts() {
        for (const int number : {1, 2}) {
            tell({[=](v1::Event& event) {
                v1::Contract& contract = *event.mutable_contract_changed();
                contract.set_id("ctr_" + std::to_string(number));
                contract.set_product("prod_1");
                contract.set_price_plan_version(2);
            }});
        }
    }
    std::vector<std::int64_t> amounts(const char* id) const {
        std::vector<std::int64_t> found;
        const BillSources sources = tables_->bill_sources(id).value();
        for (const auto& charge : sources.by_plan) found.push_back(charge.amount().micros());
        return found;
    }
    std::vector<std::string> ids(std::string_view party,
                                 const v1::ListSettlementBillsRequest& request) const {
        std::vector<std::string> found;
        const auto page = tables_->list_settlement_bills(party, request).value();
        for (const auto& bill : page.bills()) found.push_back(bill.id());
        return found;
    }

    /// How the database answers.
    std::string plan_of(const std::string& sql) const {
        const auto database =
            sqlite::Database::open(folder_ / "projection.db", sqlite::Durability::normal).value();
        auto rows = database.prepare("EXPLAIN QUERY PLAN " + sql).value();
        std::string plan;
        while (rows.step().value()) plan.append(rows.text(3)).append("\n");
        return plan;
    }

    std::filesystem::path folder_;
    std::unique_ptr<SqliteProjection> tables_;
    std::uint64_t sequence_ = 0;
};

TEST_F(BillQueriesTest, a_contract_keeps_what_its_pool_was_measured_at) {
    const auto measured = [](std::int64_t value_milli) {
        return [=](v1::Event& event) {
            v1::Pool& pool = *event.mutable_pool_changed();
            pool.set_id("pool_7");
            pool.mutable_profile()->set_cores(4);
            v1::Measurement& gemm = *pool.mutable_profile()->add_measurements();
            gemm.set_name("gemm_fp64");
            gemm.set_value_milli(value_milli);
        };
    };
    const auto listed = [](v1::Event& event) {
        event.mutable_product_changed()->set_id("prod_1");
        event.mutable_product_changed()->set_pool("pool_7");
    };
    tell({measured(100'000), listed});
    open_contracts();
    tell({measured(200'000), changed(bill(1, 1, 100))});
    open_contracts();
    EXPECT_EQ(tables_->bill_sources("bill_1")->rate.gemm_fp64_mflops_per_core(), 25'000);
}

TEST_F(BillQueriesTest, a_bill_takes_the_charges_that_no_bill_had_before) {
    open_contracts();
    tell({charged(1, 1), charged(2, 2)});
    tell({charged(1, 3), changed(bill(1, 1, 100)), charged(1, 4)});
    tell({charged(2, 5), changed(bill(2, 2, 200))});
    auto settled = bill(1, 1, 100);
    settled.set_state(v1::BILL_SETTLED);
    tell({changed(settled), charged(1, 6), changed(bill(3, 1, 300))});
    EXPECT_THAT(amounts("bill_1"), testing::ElementsAre(1, 3));
    EXPECT_THAT(amounts("bill_2"), testing::ElementsAre(2, 5));
    EXPECT_THAT(amounts("bill_3"), testing::ElementsAre(4, 6));
    EXPECT_EQ(tables_->bill_sources("bill_1")->issued.state(), v1::BILL_SETTLED);
    EXPECT_EQ(tables_->bill_sources("bill_4").error().number(), kNotProjected.number);
    EXPECT_EQ(tables_->bill_sources("ctr_1").error().number(), kNotProjected.number);
}

TEST_F(BillQueriesTest, work_by_the_core_comes_with_its_agent) {
    open_contracts();
    tell({[](v1::Event& event) {
              event.mutable_attempt_changed()->set_attempt("att_8");
              event.mutable_attempt_changed()->set_agent("agent_5");
          },
          [](v1::Event& event) {
              event.mutable_charged()->set_contract("ctr_1");
              event.mutable_charged()->set_attempt("att_8");
          },
          changed(bill(1, 1, 100))});
    const auto sources = tables_->bill_sources("bill_1").value();
    ASSERT_EQ(sources.by_core.size(), 1u);
    EXPECT_EQ(sources.by_core[0].line.attempt(), "att_8");
    EXPECT_EQ(sources.by_core[0].agent, "agent_5");
}

TEST_F(BillQueriesTest, names_and_the_frozen_plan_come_with_a_bill) {
    open_contracts();
    for (const std::uint32_t version : {1u, 2u, 3u})
        tell({[=](v1::Event& event) {
            event.mutable_price_plan_set()->set_product("prod_1");
            event.mutable_price_plan_set()->mutable_plan()->set_version(version);
        }});
    tell({[](v1::Event& event) {
              event.mutable_product_changed()->set_id("prod_1");
              event.mutable_product_changed()->set_name("Cards");
          },
          [](v1::Event& event) {
              event.mutable_party_changed()->set_id("party_9");
              event.mutable_party_changed()->set_name("Buyer");
          },
          changed(bill(1, 1, 100))});
    const auto sources = tables_->bill_sources("bill_1").value();
    EXPECT_EQ(sources.product, "Cards");
    EXPECT_EQ(sources.buyer, "Buyer");
    EXPECT_EQ(sources.supplier, "");
    ASSERT_TRUE(sources.plan);
    EXPECT_EQ(sources.plan->version(), 2u);
    EXPECT_EQ(tables_->party("party_9")->name(), "Buyer");
    EXPECT_FALSE(tables_->party("party_8"));
}

TEST_F(BillQueriesTest, bills_are_listed_for_their_two_sides_and_by_what_they_are) {
    open_contracts();
    for (int number = 1; number <= 6; ++number)
        tell({changed(bill(number, 1 + number % 2, 100 * number))});
    auto settled = bill(4, 1, 400);
    settled.set_state(v1::BILL_SETTLED);
    tell({changed(settled)});
    v1::ListSettlementBillsRequest request;
    request.mutable_page()->set_size(2);
    std::vector<std::string> seen;
    do {
        const auto page = tables_->list_settlement_bills("party_9", request).value();
        for (const auto& bill : page.bills()) seen.push_back(bill.id());
        request.mutable_page()->set_cursor(page.page().next_cursor());
    } while (!request.page().cursor().empty());
    EXPECT_THAT(seen,
                testing::ElementsAre("bill_6", "bill_5", "bill_4", "bill_3", "bill_2", "bill_1"));
    EXPECT_THAT(ids("", {}), testing::SizeIs(6));
    EXPECT_THAT(ids("party_2", {}), testing::ElementsAre("bill_5", "bill_3", "bill_1"));
    EXPECT_THAT(ids("party_8", {}), testing::IsEmpty());
    request.Clear();
    request.set_contract("ctr_1");
    request.set_from_ns(400);
    EXPECT_THAT(ids("", request), testing::ElementsAre("bill_6", "bill_4"));
    request.set_state(v1::BILL_OPEN);
    EXPECT_THAT(ids("party_9", request), testing::ElementsAre("bill_6"));
    request.Clear();
    request.set_until_ns(200);
    EXPECT_THAT(ids("party_9", request), testing::ElementsAre("bill_1"));
}

TEST_F(BillQueriesTest, no_list_walks_past_what_does_not_match) {
    using testing::HasSubstr;
    using testing::Not;
    for (const bool of_party : {false, true}) {
        for (const char* table : {"settlement_bills", "disputes"}) {
            const std::string name = table;
            const bool is_bill = name == "settlement_bills";
            Newest asked{
                .table = table, .thing = is_bill ? "contract" : "bill", .of_party = of_party};
            const std::string side = of_party ? "_buyer" : "";
            const auto expect = [&](const std::string& how) {
                const std::string plan = plan_of(newest_sql(asked));
                EXPECT_THAT(plan, HasSubstr(how));
                EXPECT_THAT(plan, Not(HasSubstr("SCAN " + name)));
            };
            expect(of_party ? name + "_buyer (buyer=? AND rank<?)" : "PRIMARY KEY (rowid<?)");
            asked.by_state = true;
            expect(name + side + "_state (" + (of_party ? "buyer=? AND " : "") +
                   "state=? AND rank<?)");
            asked.by_thing = true;
            expect(name + (is_bill ? "_contract (contract=?" : "_bill (bill=?") + " AND rank<?)");
            if (!is_bill) continue;
            asked = {.table = table, .of_party = of_party, .from_time = true, .until_time = true};
            expect("settlement_bills_issued (issued_at_ns>?)");
            expect(of_party ? "buyer=? AND rank>? AND rank<?" : "rowid>? AND rowid<?");
            asked.by_state = true;
            expect("state=? AND rank>? AND rank<?");
        }
        const std::string told = plan_of(told_sql(of_party));
        EXPECT_THAT(told, HasSubstr(of_party ? "_supplier (supplier=? AND rank>? AND rank<?)"
                                             : "_buyer (buyer=? AND rank>? AND rank<?)"));
        EXPECT_THAT(told, Not(HasSubstr("SCAN settlement_bills")));
        EXPECT_THAT(told, Not(HasSubstr("SCAN taken")));
    }
}

TEST_F(BillQueriesTest, bills_are_listed_by_time) {
    open_contracts();
    // Two of one instant, and a gap.
    const std::int64_t times[] = {100, 200, 200, 500};
    for (int number = 1; number <= 4; ++number) tell({changed(bill(number, 1, times[number - 1]))});
    const auto between = [&](std::int64_t from, std::int64_t until) {
        v1::ListSettlementBillsRequest request;
        request.set_from_ns(from);
        request.set_until_ns(until);
        const auto all = ids("", request);
        EXPECT_EQ(ids("party_9", request), all);
        return all;
    };
    EXPECT_THAT(between(200, 0), testing::ElementsAre("bill_4", "bill_3", "bill_2"));
    EXPECT_THAT(between(200, 201), testing::ElementsAre("bill_3", "bill_2"));
    EXPECT_THAT(between(0, 200), testing::ElementsAre("bill_1"));
    EXPECT_THAT(between(101, 200), testing::IsEmpty());
    EXPECT_THAT(between(201, 500), testing::IsEmpty());
    EXPECT_THAT(between(501, 0), testing::IsEmpty());
    EXPECT_THAT(between(100, 501), testing::SizeIs(4));
}

TEST_F(BillQueriesTest, bills_are_told_of_one_side_oldest_first_with_names_and_the_sum_of_charges) {
    open_contracts();
    tell({[](v1::Event& event) {
              event.mutable_product_changed()->set_id("prod_1");
              event.mutable_product_changed()->set_name("Cards");
          },
          [](v1::Event& event) {
              event.mutable_party_changed()->set_id("party_9");
              event.mutable_party_changed()->set_name("Buyer");
          }});
    tell({charged(1, 4'000), charged(2, 1), charged(1, 5'999), changed(bill(1, 1, 100))});
    tell({[](v1::Event& event) {
              event.mutable_charged()->set_contract("ctr_1");
              event.mutable_charged()->mutable_amount()->set_micros(7);
          },
          charged(1, 10'000), changed(bill(2, 1, 200)), charged(1, 3)});
    auto note = bill(3, 1, 200);
    note.set_kind(v1::SETTLEMENT_CREDIT_NOTE);
    note.mutable_charged()->set_micros(-5);
    tell({changed(note), changed(bill(4, 2, 300))});
    tell({changed(bill(1, 1, 100))});
    const auto told = [&](const BillsAsked& asked) {
        std::vector<std::string> found;
        const std::vector<ToldBill> bills = tables_->told_bills(asked).value();
        for (const ToldBill& bill : bills)
            found.push_back(bill.issued.id() + " " + bill.product + " " + bill.counterparty + " " +
                            std::to_string(bill.subtotal_micros));
        return found;
    };
    BillsAsked asked{.party = "party_1", .as_supplier = true, .until_ns = 400, .most = 9};
    EXPECT_THAT(told(asked),
                testing::ElementsAre("bill_1 Cards Buyer 9999", "bill_2 Cards Buyer 10007",
                                     "bill_3 Cards Buyer -5"));
    asked.as_supplier = false;
    EXPECT_THAT(told(asked), testing::IsEmpty());
    asked.party = "party_9";
    EXPECT_THAT(told(asked), testing::SizeIs(4));
    asked.most = 3;
    EXPECT_EQ(tables_->told_bills(asked).error().number(), kBillsTooMany.number);
    asked.most = 4;
    asked.from_ns = 200;
    asked.until_ns = 300;
    EXPECT_THAT(told(asked), testing::ElementsAre("bill_2 Cards  10007", "bill_3 Cards  -5"));
    asked.from_ns = 301;
    asked.until_ns = 400;
    EXPECT_THAT(told(asked), testing::IsEmpty());
}

TEST_F(BillQueriesTest, a_credit_note_stands_with_its_dispute_and_its_bill) {
    open_contracts();
    tell({charged(1, 10'000), changed(bill(1, 1, 100))});
    v1::Dispute dispute;
    dispute.set_id("dsp_1");
    dispute.set_bill("bill_1");
    dispute.set_buyer("party_9");
    dispute.set_supplier("party_1");
    dispute.set_state(v1::DISPUTE_OPEN);
    dispute.add_evidence("receipt 1, 2 and \\3");
    dispute.add_evidence("b");
    tell({[&](v1::Event& event) { *event.mutable_dispute_changed() = dispute; }});
    EXPECT_EQ(tables_->list_disputes("party_1", {})->disputes(0).SerializeAsString(),
              dispute.SerializeAsString());
    EXPECT_EQ(tables_->list_disputes("party_2", {})->disputes_size(), 0);
    auto note = bill(2, 1, 200);
    note.set_kind(v1::SETTLEMENT_CREDIT_NOTE);
    note.set_corrects("bill_1");
    dispute.set_state(v1::DISPUTE_DECIDED);
    dispute.set_credit_note("bill_2");
    tell({charged(1, 7), changed(note),
          [&](v1::Event& event) { *event.mutable_dispute_changed() = dispute; }});
    tell({changed(bill(3, 1, 300))});
    EXPECT_EQ(tables_->bill_sources("bill_2")->dispute->id(), "dsp_1");
    EXPECT_THAT(amounts("bill_2"), testing::IsEmpty());
    EXPECT_EQ(tables_->bill_sources("bill_1")->credit_notes.at(0).id(), "bill_2");
    EXPECT_THAT(amounts("bill_3"), testing::ElementsAre(7));
    v1::ListDisputesRequest request;
    request.set_state(v1::DISPUTE_OPEN);
    EXPECT_EQ(tables_->list_disputes("", request)->disputes_size(), 0);
    request.clear_state();
    request.set_bill("bill_1");
    EXPECT_EQ(tables_->list_disputes("party_9", request)->disputes_size(), 1);
}

}  // namespace
}  // namespace penstock::projection
