#include "core/exchange/state.h"
#include "penstock/v1/catalog.pb.h"
#include "penstock/v1/contract.pb.h"
#include "penstock/v1/ledger.pb.h"
#include "penstock/v1/task.pb.h"
#include "sim/world.h"

namespace penstock::sim {
namespace {

constexpr std::size_t kOrdersKept = 30;

void top_up(World& world, const SimParty& buyer) {
    v1::RequestTopUpRequest request;
    request.mutable_amount()->set_micros(50'000'000);
    request.mutable_amount()->set_currency("CNY");
    const auto asked =
        world.command<v1::RequestTopUpResponse>(buyer.key, "LedgerService/RequestTopUp", request);
    if (!asked) return;
    world.top_ups.push_back(asked->top_up());
    if (world.top_ups.size() > 10) world.top_ups.erase(world.top_ups.begin());
}

/// What the catalogue shows, less what is sold out; a hasty buyer does not look at that.
std::vector<v1::Product> products_on_sale(World& world, const SimParty& buyer) {
    std::vector<v1::Product> offers;
    const auto page = world.query<v1::ListProductsResponse>(
        buyer.key, "CatalogService/ListProducts", v1::ListProductsRequest{});
    if (!page) return offers;
    for (const v1::Product& product : page->products()) {
        if (product.cores_free_now() > 0 || world.random.one_in(10)) offers.push_back(product);
    }
    return offers;
}

void order(World& world, const SimParty& buyer) {
    const std::vector<v1::Product> offers = products_on_sale(world, buyer);
    if (offers.empty()) return;
    if (world.random.one_in(4)) return order_by_trial(world, buyer, offers);
    v1::PlaceOrderRequest request;
    for (auto lines = world.random.between(1, 3); lines > 0; --lines) {
        v1::OrderLine* line = request.add_lines();
        const v1::Product& product = world.random.pick(offers);
        const bool is_by_plan = product.price_per_core_hour().micros() == 0;
        if (is_by_plan ? !world.random.one_in(8) : world.random.one_in(8))
            return order_by_plan(world, buyer, product);
        line->set_product(product.id());
        line->set_price_version(product.price_version() + (world.random.one_in(20) ? 1 : 0));
        line->set_cores(static_cast<std::uint32_t>(world.random.between(1, 2)));
        const Instant start =
            world.now + seconds(world.random.one_in(4) ? world.random.between(0, 300) : 0);
        line->mutable_term()->set_start_ns(start.ns);
        line->mutable_term()->set_end_ns((start + seconds(world.random.between(60, 2'000))).ns);
    }
    request.mutable_max_total()->set_micros(world.random.one_in(6) ? 1'000'000 : 60'000'000);
    request.mutable_max_total()->set_currency("CNY");
    const auto placed =
        world.command<v1::PlaceOrderResponse>(buyer.key, "ContractService/PlaceOrder", request);
    if (!placed) return;
    world.orders.push_back({placed->order(), buyer.key, ""});
    if (world.orders.size() > kOrdersKept) world.orders.drop_front();
}

void submit(World& world, SimOrder& order) {
    v1::SubmitWorkloadRequest request;
    request.set_order(order.id);
    v1::WorkloadSpec& spec = *request.mutable_spec();
    spec.set_name("work");
    spec.set_cpus(static_cast<std::uint32_t>(world.random.between(1, 3)));
    spec.set_memory_bytes(1 << 20);
    spec.set_array_size(static_cast<std::uint32_t>(world.random.between(1, 6)));
    spec.set_run("true");
    spec.set_max_attempts(static_cast<std::uint32_t>(world.random.between(0, 3)));
    spec.set_max_task_seconds(world.random.one_in(4) ? 30 : 600);
    const auto submitted = world.command<v1::SubmitWorkloadResponse>(
        order.buyer, "TaskService/SubmitWorkload", request);
    if (submitted) order.workload = submitted->workload();
}

void cancel(World& world, const SimOrder& order) {
    if (world.random.one_in(2) || order.workload.empty()) {
        v1::CancelOrderRequest request;
        request.set_order(order.id);
        world.send(order.buyer, "ContractService/CancelOrder", request);
        return;
    }
    v1::CancelWorkloadRequest request;
    request.set_workload(order.workload);
    world.send(order.buyer, "TaskService/CancelWorkload", request);
}

}  // namespace

void act_as_buyer(World& world) {
    const SimParty buyer = world.random.pick(world.parties);
    if (buyer.supplies && !world.random.one_in(4)) return;
    const std::int64_t what = world.random.between(0, 19);
    const bool has_bills = world.exchange().state().bills.bills().size() > 0;
    if (world.random.one_in(has_bills ? 4 : 100)) return act_on_bill(world);
    const bool has_windows = !world.exchange().state().escrow_windows.empty();
    if (world.random.one_in(has_windows ? 4 : 200)) return act_on_escrow(world);
    if (what == 0 && world.random.one_in(3)) return withdraw(world, buyer);
    if (what < 3) return top_up(world, buyer);
    if (what < 9 || world.orders.empty()) return order(world, buyer);
    SimOrder& chosen =
        world.random.one_in(2) ? world.orders.back() : world.random.pick(world.orders);
    if (what < 19) return submit(world, chosen);
    cancel(world, chosen);
}

}  // namespace penstock::sim
