#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "core/exchange/by_plan.h"
#include "core/exchange/exchange_world.h"
#include "penstock/v1/terms.pb.h"

namespace penstock::exchange {

inline constexpr std::int64_t kYuan = kMicrosPerUnit;
inline constexpr std::int64_t kGb = 1'000'000'000;
inline constexpr Duration kDay = seconds(86'400);
inline constexpr Duration kHour = seconds(3'600);
inline constexpr Duration kTwoDays = seconds(2 * 86'400);
/// Midnight in UTC+8: the first instant of a day, and of the month, of the plan.
inline constexpr Instant kFirst{1'801'411'200'000'000'000};  // 2027-02-01.

inline v1::PriceComponent component_of(const char* name, v1::PriceUnit unit, std::int64_t micros,
                                       v1::MissingUsage missing = v1::MISSING_USAGE_ZERO) {
    v1::PriceComponent component;
    component.set_name(name);
    component.set_unit(unit);
    component.add_tiers()->set_price_micros(micros);
    component.set_missing_usage(missing);
    return component;
}

/// A product whose supplier sells by plan, from the first instant of a month on.
class ByPlan : public testing::Test {
  protected:
    void SetUp() override { world.now = kFirst; }

    void sell(const std::vector<v1::PriceComponent>& components,
              v1::BillingPeriod period = v1::BILLING_PERIOD_DAY) {
        v1::SetPricePlanRequest request;
        request.set_product(world.product);
        v1::PricePlan& plan = *request.mutable_plan();
        plan.set_version(++version_);
        plan.set_currency("CNY");
        plan.set_utc_offset_minutes(480);
        plan.set_billing_period(period);
        for (const v1::PriceComponent& component : components) *plan.add_components() = component;
        v1::SetPricePlanResponse response;
        world.must(world.supplier_key, "CatalogService/SetPricePlan", request, response);
        price_version_ = response.price_version();
    }
    v1::PlaceOrderRequest order_of(const std::vector<std::pair<const char*, std::int64_t>>& bought,
                                   Duration length, Duration in = {}) const {
        v1::PlaceOrderRequest order = world.order_for(1);
        v1::OrderLine& line = *order.mutable_lines(0);
        line.set_cores(0);
        line.set_price_version(price_version_);
        line.mutable_term()->set_start_ns((world.now + in).ns);
        line.mutable_term()->set_end_ns((world.now + in + length).ns);
        for (const auto& [component, quantity] : bought) {
            v1::PlanQuantity& quantities = *line.add_quantities();
            quantities.set_component(component);
            quantities.set_quantity(quantity);
        }
        order.mutable_max_total()->set_micros(100 * kYuan);
        return order;
    }
    std::string_view refused(const v1::PlaceOrderRequest& order) {
        return world.refused(world.buyer_key, "ContractService/PlaceOrder", order);
    }
    /// Orders, and the supplier accepts.
    std::int64_t buy(const std::vector<std::pair<const char*, std::int64_t>>& bought,
                     Duration length, Duration in = {}) {
        v1::PlaceOrderResponse placed;
        world.must(world.buyer_key, "ContractService/PlaceOrder", order_of(bought, length, in),
                   placed);
        order_ = placed.order();
        world.contract = placed.contracts(0);
        v1::AcceptContractRequest request;
        request.set_contract(world.contract);
        v1::AcceptContractResponse response;
        world.must(world.supplier_key, "ContractService/AcceptContract", request, response);
        reports_ = 0;
        return placed.held().micros();
    }
    v1::ReportUsageRequest report_of(const char* component, Instant from, Instant to,
                                     std::int64_t quantity) const {
        v1::ReportUsageRequest request;
        request.set_contract(world.contract);
        request.set_number(reports_ + 1);
        v1::PlanUsage& record = *request.add_records();
        record.set_component(component);
        record.mutable_interval()->set_start_ns(from.ns);
        record.mutable_interval()->set_end_ns(to.ns);
        record.set_quantity(quantity);
        return request;
    }
    std::int64_t report(const char* component, Instant from, Instant to, std::int64_t quantity) {
        v1::ReportUsageResponse response;
        world.must(world.agent, "ContractService/ReportUsage",
                   report_of(component, from, to, quantity), response);
        reports_ = response.next_number() - 1;
        return response.charged().micros();
    }
    std::string_view refused(const v1::ReportUsageRequest& request) {
        return world.refused(world.agent, "ContractService/ReportUsage", request);
    }
    void cancel() {
        v1::CancelOrderRequest request;
        request.set_order(order_);
        v1::CancelOrderResponse response;
        world.must(world.buyer_key, "ContractService/CancelOrder", request, response);
    }
    /// The buyer pays in, or another.
    void top_up(std::int64_t micros) { top_up(world.buyer_key, micros); }
    void top_up(const Actor& who, std::int64_t micros) {
        v1::RequestTopUpRequest request;
        request.mutable_amount()->set_micros(micros);
        request.mutable_amount()->set_currency("CNY");
        v1::RequestTopUpResponse response;
        world.must(who, "LedgerService/RequestTopUp", request, response);
        v1::ConfirmTopUpRequest confirm;
        confirm.set_top_up(response.top_up());
        confirm.set_bank_reference(response.top_up());
        *confirm.mutable_amount() = request.amount();
        v1::ConfirmTopUpResponse confirmed;
        world.must(world.operator_key, "LedgerService/ConfirmTopUp", confirm, confirmed);
    }
    /// So long that whatever is over by now is closed.
    void pass_window() { world.pass(kReportWindow + seconds(kCloseSpreadSeconds)); }
    std::int64_t cash() { return world.available(world.buyer_key); }
    std::int64_t income() { return world.available(world.supplier_key); }

    v1::SetSaleTermsRequest terms_request(const v1::SaleTerms& terms) const {
        v1::SetSaleTermsRequest request;
        request.set_product(world.product);
        *request.mutable_terms() = terms;
        return request;
    }
    std::uint32_t agree(const v1::SaleTerms& terms) {
        v1::SetSaleTermsResponse response;
        world.must(world.supplier_key, "TermsService/SetSaleTerms", terms_request(terms), response);
        return response.version();
    }

    /// The operator agrees to another role than agent.
    void allow(v1::TradeRole role) {
        v1::AllowTradeRoleRequest request;
        request.set_product(world.product);
        request.set_role(role);
        v1::AllowTradeRoleResponse response;
        world.must(world.operator_key, "TermsService/AllowTradeRole", request, response);
    }
    void set_fee_tax(std::uint32_t basis_points) {
        v1::SetFeeTaxRequest request;
        request.set_tax_basis_points(basis_points);
        v1::SetFeeTaxResponse response;
        world.must(world.operator_key, "TermsService/SetFeeTax", request, response);
    }

    World world;

  private:
    std::uint32_t version_ = 0;
    std::uint32_t price_version_ = 1;
    std::string order_;
    std::uint64_t reports_ = 0;
};

/// Single bytes of a snapshot are altered, with a digest that is right: it is refused, or read as
/// it is.
void expect_damage_is_harmless(const std::string& sound, std::uint32_t seed);

}  // namespace penstock::exchange
