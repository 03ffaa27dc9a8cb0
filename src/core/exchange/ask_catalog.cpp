#include <algorithm>

#include "base/identifier.h"
#include "base/try.h"
#include "core/catalog/error.h"
#include "core/exchange/describe.h"
#include "core/exchange/handlers.h"
#include "core/exchange/ids.h"
#include "core/exchange/page.h"
#include "core/party/error.h"
#include "core/pricing/read_plan.h"

namespace penstock::exchange {
namespace {

template <class IdType, class Table>
Result<IdType> require(const Table& table, const std::string& text, std::string_view field,
                       const Rejection& absent) {
    TRY_ASSIGN(const IdType id, read_id<IdType>(text, field));
    if (table.find(id) == nullptr) return reject(absent, field);
    return id;
}

/// As events tell of it, but for what only an answer knows: none are free where nobody works.
void show(const View& view, ProductId id, v1::Product* out) {
    describe(view.state, id, view.now, out);
    if (!is_on_sale(view.state, id, view.now)) out->set_cores_free_now(0);
}

constexpr std::size_t kPlansShown = 10;
/// Plans may be long: a page of them ends with the one that passes this.
constexpr std::size_t kPlansPageBytes = 256 * 1'024;

/// What the product costs now and will cost.
void describe_prices(const View& view, ProductId id, v1::Product& out) {
    const auto found = view.state.price_plans.find(id);
    if (found == view.state.price_plans.end()) return;
    const pricing::PlanHistory& history = found->second;
    if (const auto* plan = history.find(out.price_plan_version()))
        *out.mutable_price_plan() = pricing::describe_plan(*plan);
    const auto to_come = history.to_come(view.now);
    for (const auto& plan : to_come.first(std::min(to_come.size(), kPlansShown)))
        *out.add_price_plans_to_come() = pricing::describe_plan(plan);
}

/// On what terms it is sold now.
void describe_terms(const State& state, ProductId id, v1::Product& out) {
    const auto role = state.trade_roles.find(id);
    if (role != state.trade_roles.end())
        out.set_trade_role_allowed(static_cast<v1::TradeRole>(role->second));
    const auto found = state.sale_terms.find(id);
    if (found == state.sale_terms.end()) return;
    const std::uint32_t newest = found->second.newest();
    *out.mutable_sale_terms() = found->second.find(newest)->describe(newest);
}

}  // namespace

Result<void> get_party(const View& view, const v1::GetPartyRequest& request, v1::Party& response) {
    TRY_ASSIGN(const PartyId id, require<PartyId>(view.state.directory.parties(), request.party(),
                                                  "party", party::kPartyNotFound));
    describe(view.state, id, &response);
    return {};
}

Result<void> get_agent(const View& view, const v1::GetAgentRequest& request, v1::Agent& response) {
    TRY_ASSIGN(const AgentId id, require<AgentId>(view.state.directory.agents(), request.agent(),
                                                  "agent", party::kAgentNotFound));
    describe(view.state, id, &response);
    return {};
}

Result<void> get_pool(const View& view, const v1::GetPoolRequest& request, v1::Pool& response) {
    TRY_ASSIGN(const PoolId id, require<PoolId>(view.state.catalog.pools(), request.pool(), "pool",
                                                catalog::kPoolNotFound));
    describe(view.state, id, view.now, &response);
    return {};
}

Result<void> get_product(const View& view, const v1::GetProductRequest& request,
                         v1::Product& response) {
    TRY_ASSIGN(const ProductId id,
               require<ProductId>(view.state.catalog.products(), request.product(), "product",
                                  catalog::kProductNotFound));
    show(view, id, &response);
    describe_prices(view, id, response);
    describe_terms(view.state, id, response);
    return {};
}

Result<void> list_price_plans(const View& view, const v1::ListPricePlansRequest& request,
                              v1::ListPricePlansResponse& response) {
    TRY_ASSIGN(const Page page, read_page(request.page()));
    TRY_ASSIGN(const ProductId id,
               require<ProductId>(view.state.catalog.products(), request.product(), "product",
                                  catalog::kProductNotFound));
    response.set_in_force(view.state.catalog.product(id).plan_version);
    const auto found = view.state.price_plans.find(id);
    if (found == view.state.price_plans.end()) return {};
    const auto versions = found->second.versions();
    std::size_t bytes = 0;
    for (std::size_t at = std::min<std::size_t>(page.after, versions.size()); at < versions.size();
         ++at) {
        if (static_cast<std::uint32_t>(response.plans_size()) == page.size ||
            bytes > kPlansPageBytes) {
            response.mutable_page()->set_next_cursor(std::to_string(at));
            break;
        }
        v1::PricePlan& plan = *response.add_plans();
        plan = pricing::describe_plan(versions[at]);
        bytes += plan.ByteSizeLong();
    }
    return {};
}

Result<void> list_sale_terms(const View& view, const v1::ListSaleTermsRequest& request,
                             v1::ListSaleTermsResponse& response) {
    TRY_ASSIGN(const Page page, read_page(request.page()));
    TRY_ASSIGN(const ProductId id,
               require<ProductId>(view.state.catalog.products(), request.product(), "product",
                                  catalog::kProductNotFound));
    const auto found = view.state.sale_terms.find(id);
    if (found == view.state.sale_terms.end()) return {};
    const auto versions = found->second.versions();
    for (std::size_t at = std::min<std::size_t>(page.after, versions.size()); at < versions.size();
         ++at) {
        if (static_cast<std::uint32_t>(response.terms_size()) == page.size) {
            response.mutable_page()->set_next_cursor(std::to_string(at));
            break;
        }
        *response.add_terms() = versions[at].describe(static_cast<std::uint32_t>(at) + 1);
    }
    return {};
}

Result<void> list_products(const View& view, const v1::ListProductsRequest& request,
                           v1::ListProductsResponse& response) {
    TRY_ASSIGN(const Page page, read_page(request.page()));
    const auto& listed = view.state.catalog.listed();
    auto next = listed.upper_bound(ProductId{page.after});
    for (; next != listed.end(); ++next) {
        if (static_cast<std::uint32_t>(response.products_size()) == page.size) {
            response.mutable_page()->set_next_cursor(std::to_string(std::prev(next)->value));
            break;
        }
        show(view, *next, response.add_products());
    }
    return {};
}

Result<void> resolve_identifier(const View& view, const v1::ResolveIdentifierRequest& request,
                                v1::ResolveIdentifierResponse& response) {
    auto identifier = parse_identifier(request.identifier());
    if (!identifier) return std::unexpected(std::move(identifier).error().within("identifier"));
    const State& state = view.state;
    const std::uint64_t number = identifier->number;
    bool known = identifier->issuer == state.settings.identifier_issuer;
    switch (identifier->kind) {
        case IdentifierKind::site:
            known = known && state.catalog.find_site(SiteId{number}) != nullptr;
            response.set_kind("site");
            response.set_id(SiteId{number}.text());
            break;
        case IdentifierKind::pool:
            known = known && state.catalog.find_pool(PoolId{number}) != nullptr;
            response.set_kind("pool");
            response.set_id(PoolId{number}.text());
            break;
        case IdentifierKind::resource:
            known = known && state.catalog.find_product(ProductId{number}) != nullptr;
            response.set_kind("product");
            response.set_id(ProductId{number}.text());
            break;
    }
    if (!known) return reject(kIdentifierUnknown, "identifier");
    return {};
}

}  // namespace penstock::exchange
