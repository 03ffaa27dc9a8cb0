#include <string>
#include <utility>

#include "base/try.h"
#include "core/exchange/emit.h"
#include "core/exchange/handlers.h"
#include "core/exchange/ids.h"
#include "core/pricing/read_plan.h"

namespace penstock::exchange {
namespace {

/// What a core-hour costs by the plan; zero when the product is not sold by the core then.
Money core_price(const pricing::PricePlan& plan) {
    const auto price = plan.sole_price(pricing::Unit::core_hour);
    return price && catalog::Catalog::can_sell_at(*price) ? *price : Money{};
}

Result<pricing::PricePlan> read_announced(const Context& context, const v1::PricePlan& message) {
    v1::PricePlan sent = message;
    if (sent.effective_from_ns() == 0) sent.set_effective_from_ns(context.now.ns);
    TRY_ASSIGN(pricing::PricePlan plan, pricing::read_plan(sent));
    const Currency currency = context.state.settings.currency;
    if (plan.currency() != currency)
        return reject(kCurrencyUnsupported, "currency",
                      "It is " + std::string(currency.text()) + ".");
    return plan;
}

}  // namespace

void put_plan_in_force(Context& context, ProductId id) {
    State& state = context.state;
    const auto known = state.price_plans.find(id);
    if (known == state.price_plans.end()) return;
    const pricing::PricePlan* plan = known->second.find_in_force(context.now);
    const catalog::Product& product = state.catalog.product(id);
    if (plan == nullptr || !product.listed || plan->version() <= product.plan_version) return;
    state.catalog.price_by_plan(id, plan->version(), core_price(*plan));
    emit_product(context, id);
}

Result<void> set_price_plan(Context& context, const v1::SetPricePlanRequest& request,
                            v1::SetPricePlanResponse& response) {
    State& state = context.state;
    TRY_ASSIGN(const ProductId id, read_id<ProductId>(request.product(), "product"));
    TRY(state.catalog.check_price_by_plan(id));
    auto plan = read_announced(context, request.plan());
    if (!plan) return std::unexpected(std::move(plan).error().within("plan"));
    const auto known = state.price_plans.find(id);
    auto checked = known == state.price_plans.end()
                       ? pricing::PlanHistory().check_announce(*plan, context.now)
                       : known->second.check_announce(*plan, context.now);
    if (!checked) return std::unexpected(std::move(checked).error().within("plan"));

    const Instant from = plan->effective_from();
    const Digest digest = plan->digest();
    v1::PricePlanSet body;
    body.set_product(id.text());
    *body.mutable_plan() = pricing::describe_plan(*plan);
    state.price_plans[id].announce(*std::move(plan));
    context.events.emit_message(v1::Event::kPricePlanSet, body);
    if (from > context.now)
        state.timers.set(from, TimerKind::price_plan, id.value);
    else
        put_plan_in_force(context, id);
    response.set_price_version(state.catalog.product(id).price_version);
    response.set_plan_blake2b({reinterpret_cast<const char*>(digest.data()), digest.size()});
    return {};
}

}  // namespace penstock::exchange
