#include <utility>

#include "base/try.h"
#include "core/exchange/handlers.h"
#include "core/exchange/ids.h"

namespace penstock::exchange {

Result<void> set_sale_terms(Context& context, const v1::SetSaleTermsRequest& request,
                            v1::SetSaleTermsResponse& response) {
    State& state = context.state;
    TRY_ASSIGN(const ProductId id, read_id<ProductId>(request.product(), "product"));
    // Who may still sell it may still say how.
    TRY(state.catalog.check_price_by_plan(id));
    auto terms = billing::SaleTerms::read(request.terms());
    if (!terms) return std::unexpected(std::move(terms).error().within("terms"));
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

}  // namespace penstock::exchange
