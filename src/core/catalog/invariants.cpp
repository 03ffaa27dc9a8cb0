#include "core/catalog/invariants.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

namespace penstock::catalog {

namespace {

using Broken = std::vector<std::string>;

void check_pool(PoolId id, const Pool& pool, const Catalog& catalog, Broken& broken) {
    const Site* site = catalog.find_site(pool.site);
    if (site == nullptr) {
        broken.push_back(id.text() + " is at no site");
    } else if (site->party != pool.party) {
        broken.push_back(id.text() + " is at a site of another party");
    }
    if (!pool.agent && (pool.challenge || pool.profile)) {
        broken.push_back(id.text() + " has no agent, yet is measured");
    }
    if (!std::ranges::is_sorted(pool.listed)) broken.push_back(id.text() + " is out of order");
    std::uint64_t promised = 0;
    for (const ProductId product : pool.listed) {
        const Product* found = catalog.find_product(product);
        if (found == nullptr || !found->listed || found->pool != id) {
            broken.push_back(id.text() + " sells " + product.text() + ", which is not its own");
        } else {
            promised += found->cores;
        }
    }
    if (promised > (pool.profile ? pool.profile->cores : 0)) {
        broken.push_back(id.text() + " promises more than was measured");
    }
}

void check_product(ProductId id, const Product& product, const Catalog& catalog, Broken& broken) {
    const Pool* pool = catalog.find_pool(product.pool);
    if (pool == nullptr || pool->party != product.party) {
        broken.push_back(id.text() + " is of a pool that its party does not have");
        return;
    }
    if (product.listed != (std::ranges::find(pool->listed, id) != pool->listed.end())) {
        broken.push_back(id.text() + " and its pool disagree whether it is on sale");
    }
    const bool priced = Catalog::can_sell_at(product.price_per_core_hour) ||
                        (product.plan_version > 0 && product.price_per_core_hour == Money{});
    if (!priced || product.price_version == 0 || product.cores == 0) {
        broken.push_back(id.text() + " has no proper price or size");
    }
}

}  // namespace

std::vector<std::string> broken_invariants(const Catalog& catalog) {
    Broken broken;
    std::map<std::pair<PartyId, std::string>, SiteId> sites_by_name;
    catalog.sites_.for_each([&](SiteId id, const Site& site) {
        sites_by_name.emplace(std::pair(site.party, site.name), id);
    });
    std::map<std::pair<SiteId, std::string>, PoolId> pools_by_name;
    std::set<AgentId> agents;
    catalog.pools_.for_each([&](PoolId id, const Pool& pool) {
        check_pool(id, pool, catalog, broken);
        pools_by_name.emplace(std::pair(pool.site, pool.name), id);
        if (pool.agent && !agents.insert(pool.agent).second) {
            broken.push_back(pool.agent.text() + " serves two pools");
        }
    });
    std::set<ProductId> listed;
    catalog.products_.for_each([&](ProductId id, const Product& product) {
        check_product(id, product, catalog, broken);
        if (product.listed) listed.insert(id);
    });
    if (sites_by_name != catalog.sites_by_name_ || sites_by_name.size() != catalog.sites_.size()) {
        broken.emplace_back("sites are misfiled");
    }
    if (pools_by_name != catalog.pools_by_name_ || pools_by_name.size() != catalog.pools_.size()) {
        broken.emplace_back("pools are misfiled");
    }
    if (listed != catalog.listed_) broken.emplace_back("products on sale are misfiled");
    return broken;
}

}  // namespace penstock::catalog
