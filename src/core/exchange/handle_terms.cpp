#include <string>
#include <utility>

#include "base/try.h"
#include "core/billing/error.h"
#include "core/catalog/error.h"
#include "core/exchange/audit.h"
#include "core/exchange/by_plan.h"
#include "core/exchange/handlers.h"
#include "core/exchange/ids.h"

namespace penstock::exchange {

bool is_role_allowed(const State& state, ProductId product, billing::TradeRole role) {
    if (role == billing::TradeRole::agent) return true;
    const auto found = state.trade_roles.find(product);
    return found != state.trade_roles.end() && found->second == role;
}

Result<void> set_sale_terms(Context& context, const v1::SetSaleTermsRequest& request,
                            v1::SetSaleTermsResponse& response) {
    State& state = context.state;
    TRY_ASSIGN(const ProductId id, read_id<ProductId>(request.product(), "product"));
    // Who may still sell it may still say how.
    TRY(state.catalog.check_price_by_plan(id));
    auto terms = billing::SaleTerms::read(request.terms());
    if (!terms) return std::unexpected(std::move(terms).error().within("terms"));
    // The operator answers for what it sells itself, and for whose machines it hosts.
    if (!is_role_allowed(state, id, terms->role))
        return reject(billing::kRoleNotAllowed, "terms.role");
    const auto known = state.sale_terms.find(id);
    auto checked = known == state.sale_terms.end()
                       ? billing::SaleTermsHistory().check_add(request.terms().version())
                       : known->second.check_add(request.terms().version());
    if (!checked) return std::unexpected(std::move(checked).error().within("terms"));

    v1::SaleTermsSet body;
    body.set_product(id.text());
    const std::uint32_t version = state.sale_terms[id].add(*terms);
    *body.mutable_terms() = terms->describe(version);
    context.events.emit_message(v1::Event::kSaleTermsSet, body);
    response.set_version(version);
    return {};
}

Result<void> allow_trade_role(Context& context, const v1::AllowTradeRoleRequest& request,
                              v1::AllowTradeRoleResponse&) {
    State& state = context.state;
    TRY_ASSIGN(const ProductId id, read_id<ProductId>(request.product(), "product"));
    if (state.catalog.find_product(id) == nullptr)
        return reject(catalog::kProductNotFound, "product");
    TRY_ASSIGN(const billing::TradeRole role, billing::read_role(request.role()));

    state.trade_roles[id] = role;
    v1::TradeRoleAllowed body;
    body.set_product(id.text());
    body.set_role(static_cast<v1::TradeRole>(role));
    context.events.emit_message(v1::Event::kTradeRoleAllowed, body);
    emit_act(context, {.kind = v1::ACT_TRADE_ROLE_ALLOWED,
                       .party = state.catalog.product(id).party,
                       .subject = id.text(),
                       .detail = v1::TradeRole_Name(body.role())});
    return {};
}

Result<void> set_fee_tax(Context& context, const v1::SetFeeTaxRequest& request,
                         v1::SetFeeTaxResponse&) {
    TRY_ASSIGN(const std::uint32_t rate, billing::read_tax_rate(request.tax_basis_points()));
    context.state.settings.fee_tax_basis_points = rate;
    v1::FeeTaxSet body;
    body.set_tax_basis_points(rate);
    context.events.emit_message(v1::Event::kFeeTaxSet, body);
    emit_act(context, {.kind = v1::ACT_FEE_TAX_SET, .detail = std::to_string(rate)});
    return {};
}

Result<void> get_fee_tax(const View& view, const v1::GetFeeTaxRequest&,
                         v1::GetFeeTaxResponse& response) {
    response.set_tax_basis_points(view.state.settings.fee_tax_basis_points);
    return {};
}

}  // namespace penstock::exchange
