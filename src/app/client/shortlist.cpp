#include "app/client/shortlist.h"

#include <fmt/core.h>

#include <algorithm>
#include <set>

#include "app/client/error.h"
#include "app/client/pages.h"
#include "penstock/v1/contract.pb.h"

namespace penstock::client {

namespace {

bool takes_a_task(const v1::Product& product, const v1::WorkloadSpec& spec) {
    return product.price_per_core_hour().micros() > 0 && product.cores_free_now() >= spec.cpus() &&
           product.memory_per_core_bytes() * spec.cpus() >= spec.memory_bytes();
}

/// Products on which a task fits, the cheapest for their measured speed first.
RemoteResult<std::vector<v1::Product>> products_for(Session& session,
                                                    const v1::WorkloadSpec& spec) {
    std::vector<v1::Product> products;
    TRY((for_each_page<v1::ListProductsResponse>(
        session, "CatalogService/ListProducts", v1::ListProductsRequest(),
        [&](const v1::ListProductsResponse& page) {
            for (const v1::Product& product : page.products())
                if (takes_a_task(product, spec)) products.push_back(product);
        })));
    std::ranges::stable_sort(products, {}, [](const v1::Product& product) {
        const auto speed = std::max<std::int64_t>(product.gemm_fp64_mflops_per_core(), 1);
        return static_cast<double>(product.price_per_core_hour().micros()) /
               static_cast<double>(speed);
    });
    return products;
}

/// The products of the plans by measured speed; none where there is no plan.
RemoteResult<std::vector<std::string>> products_of_plans(Session& session,
                                                         const v1::WorkloadSpec& spec) {
    v1::PlanWorkloadRequest request;
    *request.mutable_spec() = spec;
    TRY_ASSIGN(const auto plans,
               session.call<v1::PlanWorkloadResponse>("ContractService/PlanWorkload", request));
    std::vector<std::string> products;
    for (const v1::Plan& plan : plans.plans())
        for (const v1::PlanShare& share : plan.shares()) products.push_back(share.product());
    return products;
}

}  // namespace

RemoteResult<std::vector<v1::Product>> shortlist(Session& session, const v1::WorkloadSpec& spec,
                                                 const std::vector<std::string>& named) {
    TRY_ASSIGN(const auto fitting, products_for(session, spec));
    std::vector<std::string> wanted = named;
    if (named.empty()) {
        TRY_ASSIGN(wanted, products_of_plans(session, spec));
        for (const v1::Product& product : fitting) wanted.push_back(product.id());
    }
    std::vector<v1::Product> chosen;
    std::set<std::string> seen;
    for (const std::string& id : wanted) {
        if (named.empty() && chosen.size() == kShortlistMax) break;
        const auto found = std::ranges::find(fitting, id, &v1::Product::id);
        if (found == fitting.end() && !named.empty())
            return refuse(kUsage, "products",
                          fmt::format("{} is not sold by the core-hour, or no task fits on it now; "
                                      "`penstock products` lists what is on sale.",
                                      id));
        if (found != fitting.end() && seen.insert(id).second) chosen.push_back(*found);
    }
    return chosen;
}

}  // namespace penstock::client
