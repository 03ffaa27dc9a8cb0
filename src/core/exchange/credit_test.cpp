// Credit lines: raised by two officers, lowered by one, and no money.
#include <gtest/gtest.h>

#include "core/exchange/credit.h"
#include "core/exchange/officers_world.h"
#include "penstock/v1/credit.pb.h"

namespace penstock::exchange {
namespace {

class CreditLines : public testing::Test {
  protected:
    v1::SetCreditLimitRequest limit(std::int64_t micros) {
        v1::SetCreditLimitRequest request;
        request.set_party(world_.buyer);
        request.mutable_limit()->set_micros(micros);
        request.mutable_limit()->set_currency("CNY");
        return request;
    }
    v1::SetCreditLimitResponse set(const Actor& officer, std::int64_t micros) {
        v1::SetCreditLimitResponse response;
        world_.must(officer, "CreditService/SetCreditLimit", limit(micros), response);
        return response;
    }
    std::string_view refused(const Actor& officer, const v1::SetCreditLimitRequest& request) {
        return world_.refused(officer, "CreditService/SetCreditLimit", request);
    }
    v1::CreditLine line(const Actor& actor, const std::string& party) {
        v1::GetCreditLineRequest request;
        request.set_party(party);
        return world_.ask<v1::CreditLine>(actor, "CreditService/GetCreditLine", request);
    }

    OfficersWorld world_;
};

TEST_F(CreditLines, are_raised_by_two_officers_and_lowered_by_one) {
    EXPECT_EQ(refused(world_.operator_key, limit(50'000'000)), "OFFICER_NEEDED");
    EXPECT_TRUE(set(world_.anna, 50'000'000).awaits_second_officer());
    EXPECT_EQ(line(world_.buyer_key, "").limit().micros(), 0);
    EXPECT_EQ(refused(world_.anna, limit(50'000'000)), "SECOND_OFFICER_NEEDED");
    const v1::SetCreditLimitResponse raised = set(world_.bo, 50'000'000);
    EXPECT_FALSE(raised.awaits_second_officer());
    EXPECT_EQ(raised.line().limit().micros(), 50'000'000);
    EXPECT_EQ(line(world_.buyer_key, "").limit().micros(), 50'000'000);
    EXPECT_EQ(set(world_.operator_key, 20'000'000).line().limit().micros(), 20'000'000);
    EXPECT_EQ(set(world_.operator_key, 0).line().limit().micros(), 0);
    EXPECT_EQ(credit_granted(world_.exchange.state(), *PartyId::parse(world_.buyer)), Money{});
    EXPECT_EQ(world_.available(world_.buyer_key), 100'000'000) << "no money has moved";
}

TEST_F(CreditLines, tell_of_every_change_and_keep_it_for_auditors) {
    v1::ActivateVersionRequest activate;
    activate.set_version(kAuditVersion);
    v1::ActivateVersionResponse activated;
    world_.must({Actor::Kind::system, 0}, "InternalService/ActivateVersion", activate, activated);
    set(world_.anna, 7'000'000);
    set(world_.bo, 7'000'000);
    const v1::CreditLine& told =
        world_.recorder.last(v1::Event::kCreditLineChanged).credit_line_changed();
    EXPECT_EQ(told.party(), world_.buyer);
    EXPECT_EQ(told.limit().micros(), 7'000'000);
    const v1::Act& act = world_.recorder.last(v1::Event::kAct).act();
    EXPECT_EQ(act.kind(), v1::ACT_CREDIT_LIMIT_SET);
    EXPECT_EQ(act.party(), world_.buyer);
    EXPECT_EQ(act.detail(), "7000000");
    const std::size_t events = world_.recorder.events.size();
    set(world_.operator_key, 7'000'000);
    EXPECT_EQ(world_.recorder.events.size(), events) << "nothing has changed";
}

TEST_F(CreditLines, are_for_the_party_s_own_eyes_and_the_operator_s) {
    EXPECT_EQ(line(world_.operator_key, world_.buyer).limit().micros(), 0);
    v1::GetCreditLineRequest request;
    request.set_party(world_.buyer);
    const auto others = world_.exchange.query("CreditService/GetCreditLine", world_.supplier_key,
                                              world_.now, request.SerializeAsString());
    ASSERT_FALSE(others);
    EXPECT_EQ(others.error().reason(), "NOT_YOURS");
}

TEST_F(CreditLines, are_refused_where_they_cannot_be) {
    v1::SetCreditLimitRequest request = limit(1);
    request.set_party("party_99");
    EXPECT_EQ(refused(world_.anna, request), "PARTY_NOT_FOUND");
    EXPECT_EQ(refused(world_.anna, limit(-1)), "MONEY_INVALID");
    request = limit(0);
    request.mutable_limit()->set_currency("USD");
    EXPECT_EQ(refused(world_.anna, request), "CURRENCY_UNSUPPORTED");
    const std::int64_t most = ledger::debits_max(ledger::AccountKind::credit_granted).micros;
    set(world_.anna, most);
    set(world_.bo, most);
    request = limit(1);
    request.set_party(world_.supplier);
    EXPECT_EQ(refused(world_.anna, request), "ACCOUNT_OVERFLOW");
}

}  // namespace
}  // namespace penstock::exchange
