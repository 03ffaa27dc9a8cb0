#include <gtest/gtest.h>

#include <string>

#include "core/exchange/by_plan_world.h"

namespace penstock::exchange {
namespace {

class SaleTermsOfProducts : public ByPlan {
  protected:
    static v1::SaleTerms taxed(std::uint32_t basis_points) {
        v1::SaleTerms terms;
        terms.set_tax_basis_points(basis_points);
        return terms;
    }
    std::string_view refused_terms(const v1::SaleTerms& terms) {
        return world.refused(world.supplier_key, "TermsService/SetSaleTerms", terms_request(terms));
    }
    v1::Product product() {
        v1::GetProductRequest request;
        request.set_product(world.product);
        return world.ask<v1::Product>(world.buyer_key, "CatalogService/GetProduct", request);
    }
    v1::ListSaleTermsResponse versions(std::uint32_t size, const std::string& cursor) {
        v1::ListSaleTermsRequest request;
        request.set_product(world.product);
        request.mutable_page()->set_size(size);
        request.mutable_page()->set_cursor(cursor);
        return world.ask<v1::ListSaleTermsResponse>(world.buyer_key, "TermsService/ListSaleTerms",
                                                    request);
    }
};

TEST_F(SaleTermsOfProducts, are_told_in_an_event_and_with_the_product) {
    EXPECT_FALSE(product().has_sale_terms_version());
    EXPECT_FALSE(product().has_sale_terms());
    EXPECT_EQ(agree(taxed(600)), 1u);
    const v1::SaleTermsSet told = world.recorder.last(v1::Event::kSaleTermsSet).sale_terms_set();
    EXPECT_EQ(told.product(), world.product);
    EXPECT_EQ(told.terms().version(), 1u);
    EXPECT_EQ(told.terms().role(), v1::TRADE_ROLE_AGENT) << "what was left out is told";
    EXPECT_EQ(told.terms().tax_basis_points(), 600u);
    EXPECT_EQ(product().sale_terms_version(), 1u);
    EXPECT_EQ(product().sale_terms().SerializeAsString(), told.terms().SerializeAsString());
}

TEST_F(SaleTermsOfProducts, are_frozen_into_contracts_by_plan) {
    sell({component_of("port", v1::PRICE_UNIT_PORT_DAY, kYuan)});
    buy({{"port", 1}}, kDay);
    EXPECT_EQ(world.contract_now().by_plan().sale_terms_version(), 0u);
    agree(taxed(600));
    EXPECT_EQ(world.contract_now().by_plan().sale_terms_version(), 0u);
    buy({{"port", 1}}, kDay);
    agree(taxed(1'300));
    EXPECT_EQ(world.contract_now().by_plan().sale_terms_version(), 1u);
    EXPECT_EQ(
        world.contract_now().SerializeAsString(),
        world.recorder.last(v1::Event::kContractChanged).contract_changed().SerializeAsString());
    auto restored = Exchange::restore(world.exchange.snapshot());
    ASSERT_TRUE(restored);
    EXPECT_EQ(restored->snapshot(), world.exchange.snapshot());
}

TEST_F(SaleTermsOfProducts, can_be_ordered_by_their_version) {
    sell({component_of("port", v1::PRICE_UNIT_PORT_DAY, kYuan)});
    const auto order_by = [&](std::uint32_t version) {
        v1::PlaceOrderRequest order = order_of({{"port", 1}}, kDay);
        order.mutable_lines(0)->set_sale_terms_version(version);
        return order;
    };
    EXPECT_EQ(refused(order_by(1)), "SALE_TERMS_CHANGED");
    v1::PlaceOrderResponse placed;
    world.must(world.buyer_key, "ContractService/PlaceOrder", order_by(0), placed);
    agree(taxed(600));
    EXPECT_EQ(refused(order_by(0)), "SALE_TERMS_CHANGED");
    world.must(world.buyer_key, "ContractService/PlaceOrder", order_by(1), placed);
}

TEST_F(SaleTermsOfProducts, take_another_role_with_the_operators_consent_alone) {
    sell({component_of("port", v1::PRICE_UNIT_PORT_DAY, kYuan)});
    v1::SaleTerms terms;
    terms.set_role(v1::TRADE_ROLE_PRINCIPAL);
    EXPECT_EQ(refused_terms(terms), "TRADE_ROLE_NOT_ALLOWED");
    EXPECT_EQ(world.send(world.supplier_key, "TermsService/SetSaleTerms", terms_request(terms))
                  .error->field(),
              "terms.role");
    EXPECT_EQ(product().trade_role_allowed(), v1::TRADE_ROLE_UNSPECIFIED);
    allow(v1::TRADE_ROLE_HOSTING);
    EXPECT_EQ(refused_terms(terms), "TRADE_ROLE_NOT_ALLOWED") << "that is another role";
    allow(v1::TRADE_ROLE_PRINCIPAL);
    const v1::TradeRoleAllowed told =
        world.recorder.last(v1::Event::kTradeRoleAllowed).trade_role_allowed();
    EXPECT_EQ(told.product(), world.product);
    EXPECT_EQ(told.role(), v1::TRADE_ROLE_PRINCIPAL);
    EXPECT_EQ(product().trade_role_allowed(), v1::TRADE_ROLE_PRINCIPAL);
    EXPECT_EQ(agree(terms), 1u);
    buy({{"port", 1}}, kDay);
    auto restored = Exchange::restore(world.exchange.snapshot());
    ASSERT_TRUE(restored);
    EXPECT_EQ(restored->snapshot(), world.exchange.snapshot());
    allow(v1::TRADE_ROLE_AGENT);
    EXPECT_EQ(refused(order_of({{"port", 1}}, kDay)), "TRADE_ROLE_NOT_ALLOWED")
        << "nobody buys on terms to which the operator agrees no more";
    agree(taxed(600));
    buy({{"port", 1}}, kDay);
}

TEST_F(SaleTermsOfProducts, are_agreed_to_by_the_operator_for_products_that_there_are) {
    v1::AllowTradeRoleRequest request;
    request.set_product(world.product);
    request.set_role(v1::TRADE_ROLE_HOSTING);
    const auto refused_to = [&](const Actor& actor) {
        return world.refused(actor, "TermsService/AllowTradeRole", request);
    };
    EXPECT_EQ(refused_to(world.supplier_key), "PERMISSION_DENIED");
    EXPECT_EQ(refused_to(world.buyer_key), "PERMISSION_DENIED");
    request.set_role(static_cast<v1::TradeRole>(4));
    EXPECT_EQ(refused_to(world.operator_key), "TRADE_ROLE_INVALID");
    request.set_product("prod_99");
    EXPECT_EQ(refused_to(world.operator_key), "PRODUCT_NOT_FOUND");
}

TEST_F(SaleTermsOfProducts, are_listed_by_version_in_pages) {
    EXPECT_EQ(versions(2, "").terms_size(), 0);
    for (const std::uint32_t rate : {100u, 200u, 300u}) agree(taxed(rate));
    const auto first = versions(2, "");
    ASSERT_EQ(first.terms_size(), 2);
    EXPECT_EQ(first.terms(1).version(), 2u);
    EXPECT_EQ(first.terms(1).tax_basis_points(), 200u);
    const auto rest = versions(2, first.page().next_cursor());
    ASSERT_EQ(rest.terms_size(), 1);
    EXPECT_EQ(rest.terms(0).version(), 3u);
    EXPECT_EQ(rest.page().next_cursor(), "");
}

TEST_F(SaleTermsOfProducts, are_refused_with_the_field_at_fault) {
    EXPECT_EQ(refused_terms(taxed(10'001)), "TAX_RATE_INVALID");
    v1::SaleTerms later = taxed(600);
    later.set_version(2);
    EXPECT_EQ(refused_terms(later), "SALE_TERMS_VERSION_GAP");
    const Reply reply =
        world.send(world.supplier_key, "TermsService/SetSaleTerms", terms_request(later));
    EXPECT_EQ(reply.error->field(), "terms.version");
    later.set_version(1);
    EXPECT_EQ(agree(later), 1u);
    EXPECT_EQ(refused_terms(later), "SALE_TERMS_VERSION_GAP");
    EXPECT_EQ(world.refused(world.buyer_key, "TermsService/SetSaleTerms", terms_request(later)),
              "PERMISSION_DENIED");
    v1::WithdrawProductRequest withdraw;
    withdraw.set_product(world.product);
    v1::WithdrawProductResponse withdrawn;
    world.must(world.supplier_key, "CatalogService/WithdrawProduct", withdraw, withdrawn);
    EXPECT_EQ(refused_terms(taxed(1)), "PRODUCT_NOT_LISTED");
}

}  // namespace
}  // namespace penstock::exchange
