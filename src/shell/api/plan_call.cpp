#include "shell/api/plan_call.h"

#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

#include "advise/intent/message.h"
#include "advise/plan/plan.h"
#include "advise/recommend/recommend.h"
#include "base/try.h"
#include "core/exchange/describe.h"
#include "core/exchange/exchange.h"
#include "core/exchange/state.h"
#include "penstock/v1/contract.pb.h"
#include "penstock/v1/recommendation.pb.h"
#include "shell/api/exchange_market.h"
#include "shell/api/result_line.h"
#include "shell/api/trials.h"

namespace penstock::shell {

namespace {

/// What a plan is made from.
struct Market {
    std::vector<plan::Candidate> candidates;
    std::vector<plan::Trial> trials;
    Currency currency;
    Instant now;
};

std::function<std::uint32_t(Interval)> cores_free(const exchange::State& state, ProductId id) {
    const auto product = state.capacity.products().find(id);
    if (product == state.capacity.products().end()) return [](Interval) { return 0u; };
    const capacity::Schedule& pool = state.capacity.pools().at(product->second.pool).schedule;
    // Copies: the exchange goes on while the plan is made.
    return [own = product->second.schedule, pool](Interval interval) {
        const std::int64_t free = std::min(own.headroom(interval), pool.headroom(interval));
        return static_cast<std::uint32_t>(std::max<std::int64_t>(0, free));
    };
}

plan::Candidate describe(const exchange::State& state, ProductId id, PartyId buyer, Instant now) {
    const catalog::Product& product = state.catalog.product(id);
    const catalog::Pool& pool = state.catalog.pool(product.pool);
    plan::Candidate candidate;
    candidate.product = id.text();
    candidate.product_name = product.name;
    candidate.pool = product.pool.text();
    candidate.supplier_name = state.directory.party(product.party).name;
    candidate.price_per_core_hour = product.price_per_core_hour;
    candidate.price_version = product.price_version;
    const catalog::Profile* profile = pool.verified_profile(now);
    if (profile != nullptr) {
        candidate.memory_per_core_bytes = catalog::memory_per_core_bytes(*profile);
        candidate.gemm_fp64_mflops_per_core = catalog::gemm_fp64_mflops_per_core(*profile);
    }
    candidate.on_sale =
        exchange::is_on_sale(state, id, now) && product.is_sold_by_core() && product.party != buyer;
    candidate.cores_free = cores_free(state, id);
    return candidate;
}

/// What was tried is a candidate though it may have been withdrawn: it has its quote.
void add_tried(const exchange::State& state, const ApiCall& call, Market& market) {
    for (const plan::Trial& trial : market.trials) {
        if (std::ranges::find(market.candidates, trial.product, &plan::Candidate::product) !=
            market.candidates.end())
            continue;
        const auto id = ProductId::parse(trial.product);
        market.candidates.push_back(describe(state, *id, call.caller.party, call.now));
    }
}

void serve_workload_plans(Api& api) {
    api.serve("ContractService/PlanWorkload", [&api](std::unique_ptr<ApiCall> call) {
        auto market = std::make_shared<Market>();
        api.with_authorised(
            std::move(call), Ownership::checked,
            [market](const Core& core, ApiCall& seen) -> Result<void> {
                const exchange::State& state = core.exchange().state();
                market->currency = state.settings.currency;
                market->now = seen.now;
                for (const ProductId id : state.catalog.listed())
                    market->candidates.push_back(describe(state, id, seen.caller.party, seen.now));
                TRY_ASSIGN(market->trials,
                           read_trials(state, seen.request_as<v1::PlanWorkloadRequest>(),
                                       seen.caller.party));
                add_tried(state, seen, *market);
                return {};
            },
            [market](std::unique_ptr<ApiCall> asked) {
                const auto& request = asked->request_as<v1::PlanWorkloadRequest>();
                if (const auto line = check_result_line(request.spec()); !line)
                    return asked->responder.fail(line.error());
                auto planned = plan::plan_workload(request.spec(), market->candidates,
                                                   market->currency, market->now, market->trials);
                if (!planned) return asked->responder.fail(planned.error());
                asked->responder.reply(*planned);
            });
    });
}

/// The tables are read once.
const Result<estimate::Estimator>& estimator() {
    static const Result<estimate::Estimator> kEstimator = estimate::Estimator::shipped();
    return kEstimator;
}

Result<v1::Recommendation> plan_intent(const ExchangeMarket& exchange, const v1::Intent& message,
                                       Instant now) {
    TRY_ASSIGN(const v1::Intent intent, intent::read_message(message));
    if (!estimator()) return std::unexpected(estimator().error());
    TRY_ASSIGN(const auto market, exchange.market(estimator()->chips, intent));
    return recommend::recommend(market, *estimator(), intent, now);
}

void serve_intent_plans(Api& api) {
    api.serve("RecommendationService/PlanIntent", [&api](std::unique_ptr<ApiCall> call) {
        auto market = std::make_shared<std::optional<ExchangeMarket>>();
        api.with_authorised(
            std::move(call), Ownership::checked,
            [market](const Core& core, ApiCall& seen) -> Result<void> {
                market->emplace(core.exchange().state(), seen.caller.party, seen.now);
                return {};
            },
            [market](std::unique_ptr<ApiCall> asked) {
                const auto& request = asked->request_as<v1::PlanIntentRequest>();
                auto planned = plan_intent(**market, request.intent(), asked->now);
                if (!planned) return asked->responder.fail(planned.error());
                asked->responder.reply(*planned);
            });
    });
}

}  // namespace

void serve_plans(Api& api) {
    serve_workload_plans(api);
    serve_intent_plans(api);
}

}  // namespace penstock::shell
