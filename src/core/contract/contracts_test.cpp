#include "core/contract/contracts.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <set>
#include <sstream>
#include <string>

#include "core/contract/error.h"

namespace penstock::contract {
namespace {

constexpr Instant kNow{1'000'000'000'000'000};

Terms sample_terms() {
    Terms terms;
    terms.buyer = PartyId{1};
    terms.supplier = PartyId{2};
    terms.cores = 2;
    terms.term = {kNow, kNow + seconds(3'600)};
    terms.price_per_core_hour = Money{1'234'567};
    terms.fee_basis_points = 250;
    terms.currency = *Currency::parse("CNY");
    return terms;
}

struct Opened {
    Contracts contracts;
    OrderId order;
    ContractId contract;
};

Opened opened() {
    Opened result;
    const std::array terms{sample_terms()};
    const std::array bounds{*Contracts::bound(terms[0])};
    const std::array holds{TransferId{7}};
    result.order = result.contracts.open(PartyId{1}, terms[0].currency, terms, bounds, holds, kNow);
    result.contract = result.contracts.order(result.order).contracts.front();
    return result;
}

TEST(Contracts, bound_covers_the_whole_term_and_a_fen_more) {
    // 1.234567 × 2 cores × 1 h = 2.469134, up to the fen 2.47, and one fen.
    EXPECT_EQ(*Contracts::bound(sample_terms()), Money{2'480'000});
}

TEST(Contracts, bound_refuses_what_costs_more_than_a_line_may) {
    Terms terms = sample_terms();
    terms.cores = 1'000'000;
    terms.price_per_core_hour = Money{1'000'000'000'000};
    EXPECT_EQ(Contracts::bound(terms).error().reason(), kTooExpensive.reason);
}

TEST(Contracts, refuses_impossible_terms) {
    const auto refused = [](auto change) {
        Terms terms = sample_terms();
        change(terms);
        const auto result = Contracts::check_terms(terms, kNow);
        return result ? std::string_view("accepted") : result.error().reason();
    };
    EXPECT_EQ(refused([](Terms&) {}), "accepted");
    EXPECT_EQ(refused([](Terms& t) { t.cores = 0; }), kCoresInvalid.reason);
    EXPECT_EQ(refused([](Terms& t) { t.term.end = t.term.start; }), kTermInvalid.reason);
    EXPECT_EQ(refused([](Terms& t) { t.term.end = t.term.start + seconds(59); }),
              kTermInvalid.reason);
    EXPECT_EQ(refused([](Terms& t) { t.term.start = kNow - seconds(61); }), kTermInvalid.reason);
    EXPECT_EQ(refused([](Terms& t) { t.term.end = Instant{INT64_MAX}; }), kTermInvalid.reason);
}

TEST(Contracts, takes_only_the_edges_of_the_table) {
    auto [contracts, order, id] = opened();
    EXPECT_TRUE(contracts.check_step(id, Step::accept));
    EXPECT_EQ(contracts.check_step(id, Step::settle).error().reason(), kWrongState.reason);
    contracts.accept(id, kNow);
    EXPECT_EQ(contracts.check_step(id, Step::accept).error().reason(), kWrongState.reason);
    EXPECT_EQ(contracts.check_step(id, Step::refuse).error().reason(), kWrongState.reason);
    contracts.close(id, CloseReason::term_ended);
    contracts.settle(id, CloseReason::work_completed, kNow);
    EXPECT_EQ(contracts.at(id).close_reason, CloseReason::term_ended);
    for (const Step step : {Step::accept, Step::refuse, Step::close, Step::settle})
        EXPECT_FALSE(contracts.check_step(id, step));
}

TEST(Contracts, settlement_parts_add_up_for_every_accrual) {
    for (std::int64_t micros = 0; micros < 2'000'000; micros += 1'237) {
        auto [contracts, order, id] = opened();
        contracts.accept(id, kNow);
        contracts.accrue(id, Money{micros});
        const Settlement parts = contracts.settle(id, CloseReason::work_completed, kNow);
        EXPECT_EQ(parts.charged, parts.paid_to_supplier + parts.operator_fee + parts.rounding);
        EXPECT_LE(std::abs(parts.rounding.micros), kMicrosPerFen);
        EXPECT_EQ(parts.charged + parts.refunded, contracts.at(id).escrow);
        EXPECT_TRUE(broken_invariants(contracts).empty());
    }
}

TEST(Contracts, never_accrues_beyond_the_escrow) {
    auto [contracts, order, id] = opened();
    contracts.accept(id, kNow);
    const Money room = contracts.at(id).escrow - Money{kMicrosPerFen};
    EXPECT_EQ(contracts.accrue(id, room + Money{5}), room);
    EXPECT_EQ(contracts.accrue(id, Money{1}), Money{0});
}

TEST(Contracts, retires_the_order_with_its_last_contract) {
    auto [contracts, order, id] = opened();
    contracts.refuse(id, CloseReason::supplier_declined, kNow);
    EXPECT_TRUE(contracts.is_ended(order));
    EXPECT_TRUE(contracts.retire(id));
    EXPECT_EQ(contracts.require_order(order).error().reason(), kOrderNotFound.reason);
    EXPECT_EQ(contracts.require(id).error().reason(), kContractNotFound.reason);
}

constexpr std::string_view word(Step step) {
    switch (step) {
        case Step::accept:
            return "accept";
        case Step::refuse:
            return "refuse";
        case Step::close:
            return "close";
        case Step::settle:
            return "settle";
        case Step::suspend:
            return "suspend";
        case Step::resume:
            return "resume";
    }
    return "";
}

TEST(ContractStates, are_drawn_as_the_table_says) {
    std::ifstream file(PENSTOCK_CONTRACT_STATES);
    std::stringstream text;
    text << file.rdbuf();
    const std::string guide = text.str();
    const std::string drawn = guide.substr(0, guide.find("## Attempt"));
    for (const Edge& edge : kEdges) {
        const std::string row = "| " + std::string(name(edge.from)) + " | " +
                                std::string(word(edge.step)) + " | " + std::string(name(edge.to)) +
                                " |";
        EXPECT_NE(drawn.find(row), std::string::npos) << row;
    }
    // And no row beside these: a heading, a rule and one line for each edge.
    std::size_t rows = 0;
    for (auto at = drawn.find("\n| "); at != std::string::npos; at = drawn.find("\n| ", at + 1))
        ++rows;
    EXPECT_EQ(rows, kEdges.size() + 1) << PENSTOCK_CONTRACT_STATES;
}

TEST(ChangeStates, are_drawn_as_the_table_says) {
    std::ifstream file(PENSTOCK_CONTRACT_STATES);
    std::stringstream text;
    text << file.rdbuf();
    const std::string guide = text.str();
    const std::string drawn = guide.substr(guide.find("## Change order"));
    for (const ChangeEdge& edge : kChangeEdges) {
        const std::string row = "| " + std::string(name(edge.from)) + " | " +
                                std::string(name(edge.step)) + " | " + std::string(name(edge.to)) +
                                " | " + std::string(edge.meaning) + " |";
        EXPECT_NE(drawn.find(row), std::string::npos) << row;
    }
    std::size_t rows = 0;
    for (auto at = drawn.find("\n| "); at != std::string::npos; at = drawn.find("\n| ", at + 1))
        ++rows;
    EXPECT_EQ(rows, kChangeEdges.size() + 1) << PENSTOCK_CONTRACT_STATES;
}

/// By plan, with 5 set aside.
ContractId accepted_by_plan(Contracts& contracts) {
    Terms terms = sample_terms();
    terms.quantities = {2};
    const std::array all{terms};
    const std::array bounds{Money{5'000'000}};
    const std::array holds{TransferId{7}};
    const OrderId order = contracts.open(PartyId{1}, terms.currency, all, bounds, holds, kNow);
    const ContractId id = contracts.order(order).contracts.front();
    contracts.accept(id, kNow);
    return id;
}

TEST(Contracts, settles_periods_and_the_rest_at_the_end) {
    Contracts contracts;
    const ContractId id = accepted_by_plan(contracts);
    contracts.accrue_by_plan(id, Money{1'234'567});
    const Settlement first = contracts.settle_period(id, kNow + seconds(60));
    EXPECT_EQ(first.charged, Money{1'230'000});
    EXPECT_EQ(first.charged, first.paid_to_supplier + first.operator_fee + first.rounding);
    EXPECT_EQ(first.refunded, Money{0});
    EXPECT_TRUE(broken_invariants(contracts).empty());
    EXPECT_EQ(contracts.settle_period(id, kNow + seconds(60)).charged, Money{0}) << "nothing twice";
    contracts.accrue_by_plan(id, Money{1'005'000});
    const Settlement last = contracts.settle(id, CloseReason::term_ended, kNow);
    EXPECT_EQ(last.charged, Money{1'010'000}) << "half up";
    EXPECT_EQ(last.refunded, Money{5'000'000 - 1'230'000 - 1'010'000});
    EXPECT_EQ(contracts.at(id).charged, Money{2'240'000});
    EXPECT_TRUE(broken_invariants(contracts).empty());
}

TEST(Contracts, what_rounding_leaves_of_one_period_counts_in_the_next) {
    Contracts contracts;
    const ContractId id = accepted_by_plan(contracts);
    Money charged;
    Money paid;
    for (int period = 0; period < 365; ++period) {
        contracts.accrue_by_plan(id, Money{3'333});  // A third of a fen.
        const Settlement one = contracts.settle_period(id, kNow + seconds(60));
        charged += one.charged;
        paid += one.paid_to_supplier + one.operator_fee + one.rounding;
    }
    EXPECT_EQ(charged, Money{1'220'000}) << "1.216545";
    EXPECT_EQ(paid, charged);
    EXPECT_TRUE(broken_invariants(contracts).empty());
}

TEST(Contracts, by_hand_a_day_is_left_to_accept) {
    Terms terms = sample_terms();
    terms.term.end = kNow + seconds(3 * 86'400);
    terms.by_hand = true;
    const std::array all{terms};
    const std::array bounds{Money{10'000}};
    const std::array holds{TransferId{7}};
    Contracts contracts;
    const OrderId order = contracts.open(PartyId{1}, terms.currency, all, bounds, holds, kNow);
    EXPECT_EQ(contracts.at(contracts.order(order).contracts.front()).accept_until,
              kNow + kAcceptByHandWindow);
}

TEST(Contracts, rejections_have_numbers_of_their_own) {
    std::set<std::uint16_t> numbers;
    for (const Rejection* rejection : kRejections) {
        EXPECT_TRUE(numbers.insert(rejection->number).second) << rejection->reason;
        EXPECT_EQ(rejection->number / 1'000, 6);
    }
}

}  // namespace
}  // namespace penstock::contract
