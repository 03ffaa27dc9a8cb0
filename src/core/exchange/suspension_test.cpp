// How a contract that is suspended for funds goes on, or ends: its grace, and who may do what.
#include <gtest/gtest.h>

#include <string>
#include <utility>

#include "base/archive.h"
#include "base/hash.h"
#include "core/exchange/rolling_escrow_world.h"

namespace penstock::exchange {
namespace {

class Suspension : public RollingEscrow {
  protected:
    void SetUp() override {
        RollingEscrow::SetUp();
        buy_port(20);
        spend_down_to(0);
    }
    std::int64_t suspended_until() { return now().by_plan().suspended_until_ns(); }
    void review(v1::PartyState state) {
        v1::ReviewPartyRequest request;
        request.set_party(world.buyer);
        request.set_decision(state);
        v1::ReviewPartyResponse response;
        world.must(world.operator_key, "PartyService/ReviewParty", request, response);
    }
};

TEST_F(Suspension, counts_its_grace_from_when_the_exchange_is_back) {
    world.pass(days(5));
    EXPECT_EQ(now().state(), v1::CONTRACT_SUSPENDED_FOR_FUNDS);
    EXPECT_EQ(now().by_plan().suspended_since_ns(), (kFirst + kDay).ns);
    EXPECT_EQ(suspended_until(), (kFirst + days(5) + kGrace).ns);
    check_books();
    world.pass(kGrace - Duration{1});
    EXPECT_EQ(now().state(), v1::CONTRACT_SUSPENDED_FOR_FUNDS);
    world.pass(Duration{1});
    EXPECT_EQ(now().close_reason(), v1::CLOSE_BUYER_OUT_OF_FUNDS);
    EXPECT_EQ(now().charged().micros(), 10 * kYuan) << "the days of the outage are not paid";
    check_books();
}

/// The same of a yuan a day, by weeks. The first one is paid.
class WeeklySuspension : public RollingEscrow {
  protected:
    void SetUp() override {
        RollingEscrow::SetUp();
        world.pass(seconds(1));
        sell({component_of("port", v1::PRICE_UNIT_PORT_DAY, kYuan)}, v1::BILLING_PERIOD_WEEK);
        buy_port(60);
        spend_down_to(0);
        pass_to(days(7));
        EXPECT_EQ(suspended_until(), kFirst + days(7) + kGrace);
    }
    void pass_to(Duration after_first) { world.pass(kFirst + after_first - world.now); }
    Instant suspended_until() { return Instant{now().by_plan().suspended_until_ns()}; }
    void go_on_with(std::int64_t micros) {
        get_back(micros);
        resume();
        EXPECT_EQ(suspended_until(), Instant{});
        check_books();
    }
};

TEST_F(WeeklySuspension, has_what_is_left_of_its_last_grace_where_no_whole_week_was_paid) {
    pass_to(days(8));
    go_on_with(6 * kYuan);
    pass_to(days(14));
    EXPECT_EQ(now().state(), v1::CONTRACT_SUSPENDED_FOR_FUNDS);
    EXPECT_EQ(suspended_until(), kFirst + days(15));
    check_books();
    pass_to(days(15));
    EXPECT_EQ(now().close_reason(), v1::CLOSE_BUYER_OUT_OF_FUNDS);
    EXPECT_EQ(now().charged().micros(), 13 * kYuan);
    check_books();
}

TEST_F(WeeklySuspension, has_less_and_less_of_it) {
    pass_to(days(8));
    go_on_with(6 * kYuan);
    pass_to(days(14) + kHour);
    EXPECT_EQ(suspended_until(), kFirst + days(15) + kHour) << "the exchange was an hour late";
    pass_to(days(15));
    go_on_with(6 * kYuan);
    pass_to(days(21));
    EXPECT_EQ(suspended_until(), kFirst + days(21) + kHour);
}

TEST_F(WeeklySuspension, has_a_whole_grace_again_after_a_whole_week) {
    pass_to(days(8));
    go_on_with(13 * kYuan);
    pass_to(days(14));
    pass_to(days(21));
    EXPECT_EQ(now().state(), v1::CONTRACT_SUSPENDED_FOR_FUNDS);
    EXPECT_EQ(suspended_until(), kFirst + days(21) + kGrace);
    check_books();
}

TEST_F(Suspension, ends_at_once_by_its_buyers_notice_and_not_by_its_suppliers) {
    world.pass(kDay);
    world.pass(kHour);
    v1::GiveSupplierNoticeRequest suppliers;
    suppliers.set_contract(world.contract);
    EXPECT_EQ(world.refused(world.supplier_key, "ContractService/GiveSupplierNotice", suppliers),
              "NOTICE_NOT_AGREED");
    v1::GiveNoticeRequest request;
    request.set_contract(world.contract);
    v1::GiveNoticeResponse response;
    world.must(world.buyer_key, "ContractService/GiveNotice", request, response);
    EXPECT_EQ(response.ends_at_ns(), world.now.ns);
    EXPECT_TRUE(response.has_ended());
    EXPECT_EQ(now().state(), v1::CONTRACT_SETTLED);
    EXPECT_EQ(now().close_reason(), v1::CLOSE_BUYER_CANCELLED);
    EXPECT_EQ(now().charged().micros(), 10 * kYuan);
    check_books();
}

TEST_F(Suspension, lasts_while_the_operator_has_suspended_the_buyer) {
    world.pass(kDay);
    get_back(50 * kYuan);
    review(v1::PARTY_SUSPENDED);
    EXPECT_EQ(refused_resumption(world.buyer_key), "PARTY_SUSPENDED");
    world.pass(kDay);
    EXPECT_EQ(now().state(), v1::CONTRACT_SUSPENDED_FOR_FUNDS);
    EXPECT_EQ(cash(), 50 * kYuan);
    review(v1::PARTY_QUALIFIED);
    resume();
    check_books();
}

TEST_F(Suspension, ends_after_its_grace_while_the_operator_has_suspended_the_buyer) {
    world.pass(kDay);
    get_back(50 * kYuan);
    review(v1::PARTY_SUSPENDED);
    world.pass(kGrace);
    EXPECT_EQ(now().close_reason(), v1::CLOSE_BUYER_OUT_OF_FUNDS);
    check_books();
}

/// A snapshot without what its contract has begun with is refused.
TEST_F(Suspension, is_not_got_round_by_a_snapshot_without_a_window) {
    const std::string sound = world.exchange.snapshot();
    const std::size_t first_line = sound.find('\n') + 1;
    const auto changed = [&](auto change) {
        State state;
        ArchiveReader reader(std::string_view(sound).substr(
            first_line, sound.size() - first_line - Digest{}.size()));
        state.visit(reader);
        EXPECT_TRUE(reader.finished());
        change(state);
        std::string bytes = sound.substr(0, first_line);
        ArchiveWriter writer(bytes);
        state.visit(writer);
        const Digest digest = digest_of(bytes);
        bytes.append(reinterpret_cast<const char*>(digest.data()), digest.size());
        return bytes;
    };
    EXPECT_EQ(changed([](State&) {}), sound);
    EXPECT_FALSE(Exchange::restore(changed([](State& state) { state.escrow_windows.clear(); })));
    EXPECT_FALSE(Exchange::restore(changed([](State& state) {
        for (auto& [id, window] : state.escrow_windows) window.grace_ends = Instant{-1};
    })));
}

}  // namespace
}  // namespace penstock::exchange
