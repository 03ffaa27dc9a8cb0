#include <algorithm>
#include <array>

#include "base/try.h"
#include "core/exchange/amounts.h"
#include "core/exchange/describe.h"
#include "core/exchange/emit.h"
#include "core/exchange/handlers.h"
#include "core/exchange/ids.h"
#include "core/exchange/supply.h"
#include "core/exchange/work.h"
#include "penstock/v1/statement.pb.h"

namespace penstock::exchange {
namespace {

Result<catalog::Profile> read_profile(const v1::ProfileStatement& statement) {
    catalog::Profile profile;
    if (statement.challenge().size() != profile.challenge.size())
        return reject(kRequestMalformed, "profile.body.challenge", "A challenge has 16 bytes.");
    std::ranges::copy(statement.challenge(), reinterpret_cast<char*>(profile.challenge.data()));
    profile.measured_at = Instant{statement.measured_at_ns()};
    profile.cores = statement.cores();
    profile.memory_bytes = statement.memory_bytes();
    profile.topology = statement.topology();
    profile.cpu_model = statement.cpu_model();
    profile.cpu_ids.assign(statement.cpu_ids().begin(), statement.cpu_ids().end());
    for (const v1::Measurement& item : statement.measurements()) {
        profile.measurements.push_back({item.name(), item.unit(), item.value_milli(),
                                        item.spread_milli(), item.repetitions(), item.method(),
                                        item.software()});
    }
    return profile;
}

}  // namespace

void set_pool_limit(Context& context, PoolId pool) {
    const auto* profile = context.state.catalog.pool(pool).verified_profile(context.now);
    context.state.capacity.set_pool_limit(pool, profile == nullptr ? 0 : profile->cores);
}

void stop_selling(Context& context, PoolId pool, std::span<const ProductId> withdrawn) {
    for (const ProductId product : withdrawn) {
        context.state.capacity.set_supply(pool, product, context.now, 0);
        emit_product(context, product);
    }
}

Result<void> issue_challenge(Context& context, const v1::IssueChallengeRequest& request,
                             v1::IssueChallengeResponse& response) {
    catalog::Catalog& catalog = context.state.catalog;
    TRY_ASSIGN(const PoolId id, read_id<PoolId>(request.pool(), "pool"));
    TRY_ASSIGN(const catalog::Nonce nonce, catalog.check_challenge(id, request.challenge()));
    response.set_expires_at_ns(catalog.issue_challenge(id, nonce, context.now).ns);
    return {};
}

Result<void> submit_profile(Context& context, const v1::SubmitProfileRequest& request,
                            v1::SubmitProfileResponse& response) {
    catalog::Catalog& catalog = context.state.catalog;
    TRY_ASSIGN(const PoolId id, read_id<PoolId>(request.pool(), "pool"));
    v1::ProfileStatement statement;
    if (request.profile().type() != "profile" ||
        !statement.ParseFromString(request.profile().body()))
        return reject(kRequestMalformed, "profile.body", "It is no signed profile.");
    if (statement.pool() != request.pool())
        return reject(kRequestMalformed, "profile.body.pool", "It is of another pool.");
    if (statement.agent() != context.caller.agent.text())
        return reject(kRequestMalformed, "profile.body.agent", "It names another agent.");
    TRY_ASSIGN(catalog::Profile profile, read_profile(statement));
    TRY(catalog.check_profile(id, profile, context.now));

    const auto accepted = catalog.accept_profile(id, std::move(profile), context.now);
    set_pool_limit(context, id);
    stop_selling(context, id, accepted.withdrawn);
    emit_pool(context, id);
    touch_desk(context.state, context.caller.agent);
    response.set_expires_at_ns(accepted.expires_at.ns);
    return {};
}

Result<void> list_product(Context& context, const v1::ListProductRequest& request,
                          v1::ListProductResponse& response) {
    State& state = context.state;
    TRY_ASSIGN(const PoolId pool, read_id<PoolId>(request.pool(), "pool"));
    TRY_ASSIGN(const Money price,
               read_money(state, request.price_per_core_hour(), "price_per_core_hour"));
    const catalog::Offer offer{pool, request.name(), price, state.settings.currency,
                               request.cores()};
    TRY(state.catalog.check_listing(offer, context.now));
    // The product's id is the next one: supply is checked for it before it exists.
    TRY(state.capacity.check_supply(pool, state.catalog.products().next_id(), context.now,
                                    request.cores()));

    const ProductId id = state.catalog.list_product(offer);
    state.capacity.set_supply(pool, id, context.now, request.cores());
    emit_product(context, id);
    response.set_product(id.text());
    response.set_identifier(identifier_of(state, id));
    response.set_price_version(state.catalog.product(id).price_version);
    return {};
}

Result<void> reprice_product(Context& context, const v1::RepriceProductRequest& request,
                             v1::RepriceProductResponse& response) {
    catalog::Catalog& catalog = context.state.catalog;
    TRY_ASSIGN(const ProductId id, read_id<ProductId>(request.product(), "product"));
    TRY_ASSIGN(const Money price,
               read_money(context.state, request.price_per_core_hour(), "price_per_core_hour"));
    TRY(catalog.check_reprice(id, request.expected_price_version(), price));
    response.set_price_version(catalog.reprice(id, price));
    emit_product(context, id);
    return {};
}

Result<void> withdraw_product(Context& context, const v1::WithdrawProductRequest& request,
                              v1::WithdrawProductResponse&) {
    catalog::Catalog& catalog = context.state.catalog;
    TRY_ASSIGN(const ProductId id, read_id<ProductId>(request.product(), "product"));
    TRY(catalog.check_withdraw(id));
    catalog.withdraw(id);
    stop_selling(context, catalog.product(id).pool, std::array{id});
    return {};
}

}  // namespace penstock::exchange
