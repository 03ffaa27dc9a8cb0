// No single command does more than a bounded part of what comes due for many contracts at once.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <string>

#include "core/exchange/post_paid_world.h"

namespace penstock::exchange {
namespace {

/// A Tick counts to 1,000, and a contract's end that rates its usage for 20.
constexpr int kEndsPerCommand = 50;
constexpr Duration kHalfDay = seconds(43'200);

/// Many contracts of a port at a fen a day.
class Effort : public PostPaid {
  protected:
    void SetUp() override {
        PostPaid::SetUp();
        v1::SaleTerms terms;
        terms.mutable_post_paid()->set_due_after_ns(kHalfDay.ns);
        agree(terms);
        world.pass(kDay);
        sell({component_of("port", v1::PRICE_UNIT_PORT_DAY, kYuan / 100)});
    }
    void buy_many(int orders, int lines, bool post_paid) {
        for (int i = 0; i < orders; ++i) {
            v1::PlaceOrderRequest request = order_for_days(3);
            request.set_post_paid(post_paid);
            for (int line = 1; line < lines; ++line) *request.add_lines() = request.lines(0);
            v1::PlaceOrderResponse placed;
            world.must(world.buyer_key, "ContractService/PlaceOrder", request, placed);
            for (const std::string& contract : placed.contracts()) {
                v1::AcceptContractRequest accept;
                accept.set_contract(contract);
                v1::AcceptContractResponse accepted;
                world.must(world.supplier_key, "ContractService/AcceptContract", accept, accepted);
                world.contract = contract;
            }
        }
    }
    /// How many contracts each command ended, by its number.
    std::map<std::uint64_t, int> ended(v1::CloseReason reason) const {
        std::map<std::uint64_t, int> ended;
        for (const v1::Event& event : world.recorder.events)
            if (event.has_contract_changed() &&
                event.contract_changed().state() == v1::CONTRACT_SETTLED &&
                event.contract_changed().close_reason() == reason)
                ++ended[event.sequence()];
        return ended;
    }
    void expect_ended_in_turn(v1::CloseReason reason, int contracts) {
        int all = 0;
        int most = 0;
        for (const auto& [command, number] : ended(reason)) {
            all += number;
            most = std::max(most, number);
        }
        EXPECT_EQ(all, contracts);
        EXPECT_LE(most, kEndsPerCommand);
        EXPECT_EQ(world.books().difference(), 0);
    }
    void revoke_agent() {
        v1::RevokeAgentRequest request;
        request.set_agent(world.agent_id);
        v1::RevokeAgentResponse response;
        world.must(world.supplier_key, "PartyService/RevokeAgent", request, response);
    }
    void activate(std::uint32_t version) {
        v1::ActivateVersionRequest request;
        request.set_version(version);
        v1::ActivateVersionResponse response;
        world.must({Actor::Kind::system, 0}, "InternalService/ActivateVersion", request, response);
    }
};

TEST_F(Effort, a_revoked_agents_contracts_end_in_turn) {
    activate(kRevokedInTurnVersion);
    buy_many(3, 64, false);
    revoke_agent();
    EXPECT_TRUE(ended(v1::CLOSE_SUPPLIER_REVOKED).empty());
    EXPECT_TRUE(world.exchange.has_due_timers(world.now)) << "before any other command";
    world.pass(Duration{});
    expect_ended_in_turn(v1::CLOSE_SUPPLIER_REVOKED, 3 * 64);
    EXPECT_TRUE(world.exchange.state().desks.empty());
}

TEST_F(Effort, a_revoked_agents_contracts_end_at_once_by_older_rules) {
    buy_many(1, 64, false);
    revoke_agent();
    EXPECT_EQ(ended(v1::CLOSE_SUPPLIER_REVOKED).size(), 1u);
    EXPECT_EQ(ended(v1::CLOSE_SUPPLIER_REVOKED).begin()->second, 64);
}

TEST_F(Effort, an_agent_without_contracts_leaves_no_desk) {
    activate(kRevokedInTurnVersion);
    revoke_agent();
    EXPECT_TRUE(world.exchange.state().desks.empty());
}

TEST_F(Effort, contracts_of_unpaid_bills_without_grace_end_in_turn) {
    buy_many(2, 64, true);
    spend_down_to(0);
    world.pass(kDay + kHour);
    EXPECT_TRUE(ended(v1::CLOSE_BUYER_UNPAID).empty());
    world.pass(kHalfDay);
    expect_ended_in_turn(v1::CLOSE_BUYER_UNPAID, 2 * 64);
}

}  // namespace
}  // namespace penstock::exchange
