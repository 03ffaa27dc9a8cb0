// Guarantees: placed by a party, given back by the operator, drawn by two officers.
#include <gtest/gtest.h>

#include "core/exchange/officers_world.h"
#include "penstock/v1/guarantee.pb.h"
#include "penstock/v1/identity.pb.h"

namespace penstock::exchange {
namespace {

class Guarantee : public testing::Test {
  protected:
    template <class Request>
    static Request of(std::int64_t micros) {
        Request request;
        request.mutable_amount()->set_micros(micros);
        request.mutable_amount()->set_currency("CNY");
        return request;
    }
    std::int64_t place(std::int64_t micros) {
        v1::PlaceGuaranteeResponse response;
        world_.must(world_.buyer_key, "GuaranteeService/PlaceGuarantee",
                    of<v1::PlaceGuaranteeRequest>(micros), response);
        return response.guarantee().micros();
    }
    v1::ReleaseGuaranteeRequest release(std::int64_t micros) {
        auto request = of<v1::ReleaseGuaranteeRequest>(micros);
        request.set_party(world_.buyer);
        return request;
    }
    v1::DrawGuaranteeRequest draw(std::int64_t micros) {
        auto request = of<v1::DrawGuaranteeRequest>(micros);
        request.set_party(world_.buyer);
        request.set_beneficiary(world_.buyer);
        request.set_note("The order was not met.");
        return request;
    }

    OfficersWorld world_;
};

TEST_F(Guarantee, is_set_aside_and_given_back_in_parts) {
    EXPECT_EQ(place(30'000'000), 30'000'000);
    EXPECT_EQ(place(10'000'000), 40'000'000);
    EXPECT_EQ(world_.available(world_.buyer_key), 60'000'000);
    EXPECT_EQ(world_.refused(world_.buyer_key, "GuaranteeService/PlaceGuarantee",
                             of<v1::PlaceGuaranteeRequest>(60'000'001)),
              "INSUFFICIENT_FUNDS");
    v1::ReleaseGuaranteeResponse response;
    world_.must(world_.operator_key, "GuaranteeService/ReleaseGuarantee", release(15'000'000),
                response);
    EXPECT_EQ(response.guarantee().micros(), 25'000'000);
    EXPECT_EQ(world_.available(world_.buyer_key), 75'000'000);
    EXPECT_EQ(world_.refused(world_.operator_key, "GuaranteeService/ReleaseGuarantee",
                             release(25'000'001)),
              "INSUFFICIENT_FUNDS");
}

TEST_F(Guarantee, is_drawn_by_two_officers_alone) {
    v1::ActivateVersionRequest activate;
    activate.set_version(kAuditVersion);
    v1::ActivateVersionResponse activated;
    world_.must({Actor::Kind::system, 0}, "InternalService/ActivateVersion", activate, activated);
    place(30'000'000);
    EXPECT_EQ(world_.refused(world_.operator_key, "GuaranteeService/DrawGuarantee", draw(1)),
              "OFFICER_NEEDED");
    v1::DrawGuaranteeResponse response;
    world_.must(world_.anna, "GuaranteeService/DrawGuarantee", draw(20'000'000), response);
    EXPECT_TRUE(response.awaits_second_officer());
    EXPECT_EQ(response.guarantee().micros(), 30'000'000);
    EXPECT_EQ(world_.refused(world_.anna, "GuaranteeService/DrawGuarantee", draw(20'000'000)),
              "SECOND_OFFICER_NEEDED");
    world_.must(world_.bo, "GuaranteeService/DrawGuarantee", draw(20'000'000), response);
    EXPECT_FALSE(response.awaits_second_officer());
    EXPECT_EQ(response.guarantee().micros(), 10'000'000);
    EXPECT_EQ(world_.available(world_.buyer_key), 90'000'000) << "who was its own beneficiary";
    const v1::Act& act = world_.recorder.last(v1::Event::kAct).act();
    EXPECT_EQ(act.kind(), v1::ACT_GUARANTEE_DRAWN);
    EXPECT_EQ(act.subject(), response.transfer());
    EXPECT_EQ(act.detail(), "The order was not met.");
}

TEST_F(Guarantee, is_not_drawn_by_the_word_of_who_was_removed) {
    place(30'000'000);
    const auto is_drawn_after_removal = [&](const char* user, const Actor& first,
                                            const Actor& second) {
        v1::DrawGuaranteeResponse response;
        world_.must(first, "GuaranteeService/DrawGuarantee", draw(10'000'000), response);
        v1::RemoveUserRequest remove;
        remove.set_user(user);
        v1::RemoveUserResponse removed;
        world_.must(world_.operator_key, "IdentityService/RemoveUser", remove, removed);
        world_.must(second, "GuaranteeService/DrawGuarantee", draw(10'000'000), response);
        return !response.awaits_second_officer();
    };
    const Actor cleo = sign_in_officer(world_, 'C');
    EXPECT_TRUE(is_drawn_after_removal("user_1", world_.anna, world_.bo)) << "by the older rules";
    v1::ActivateVersionRequest activate;
    activate.set_version(3);
    v1::ActivateVersionResponse activated;
    world_.must({Actor::Kind::system, 0}, "InternalService/ActivateVersion", activate, activated);
    EXPECT_FALSE(is_drawn_after_removal("user_2", world_.bo, cleo));
}

TEST_F(Guarantee, is_refused_where_there_is_none) {
    EXPECT_EQ(world_.refused(world_.supplier_key, "GuaranteeService/PlaceGuarantee",
                             of<v1::PlaceGuaranteeRequest>(1)),
              "INSUFFICIENT_FUNDS");
    EXPECT_EQ(world_.refused(world_.anna, "GuaranteeService/DrawGuarantee", draw(1)),
              "ACCOUNT_NOT_FOUND");
    EXPECT_EQ(world_.refused(world_.anna, "GuaranteeService/ReleaseGuarantee", release(1)),
              "ACCOUNT_NOT_FOUND");
    place(5'000'000);
    auto request = draw(5'000'001);
    EXPECT_EQ(world_.refused(world_.anna, "GuaranteeService/DrawGuarantee", request),
              "INSUFFICIENT_FUNDS");
    request = draw(1);
    request.set_beneficiary("party_99");
    EXPECT_EQ(world_.refused(world_.anna, "GuaranteeService/DrawGuarantee", request),
              "ACCOUNT_NOT_FOUND");
    request = draw(1);
    request.clear_note();
    EXPECT_EQ(world_.refused(world_.anna, "GuaranteeService/DrawGuarantee", request),
              "CUSTODY_NOTE_INVALID");
}

}  // namespace
}  // namespace penstock::exchange
