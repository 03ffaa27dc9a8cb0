#include <algorithm>
#include <iterator>
#include <optional>

#include "core/exchange/state.h"
#include "penstock/v1/catalog.pb.h"
#include "penstock/v1/contract.pb.h"
#include "penstock/v1/task.pb.h"
#include "sim/world.h"

/// Buyers that try a job before they buy, and hold suppliers to what was seen.
namespace penstock::sim {
namespace {

constexpr std::size_t kTrialsKept = 20;

v1::WorkloadSpec job(World& world) {
    v1::WorkloadSpec spec;
    spec.set_name("film");
    spec.set_cpus(1);
    spec.set_memory_bytes(1 << 20);
    spec.set_array_size(static_cast<std::uint32_t>(world.random.between(3, 5)));
    spec.set_max_attempts(3);
    spec.set_run("render");
    spec.mutable_result_unit()->set_name("frame");
    spec.mutable_result_unit()->set_line("done");
    spec.mutable_result_unit()->set_quoted_per(100);
    if (world.random.one_in(2)) spec.mutable_result_unit()->set_per_task(24);
    spec.set_max_task_seconds(600);
    return spec;
}

v1::PlaceOrderRequest order_of(World& world, const v1::Product& product) {
    v1::PlaceOrderRequest request;
    v1::OrderLine& line = *request.add_lines();
    line.set_product(product.id());
    line.set_price_version(product.price_version());
    line.set_cores(static_cast<std::uint32_t>(world.random.between(1, 2)));
    line.mutable_term()->set_start_ns(world.now.ns);
    line.mutable_term()->set_end_ns((world.now + seconds(world.random.between(900, 3'000))).ns);
    request.mutable_max_total()->set_micros(60'000'000);
    request.mutable_max_total()->set_currency("CNY");
    return request;
}

std::optional<std::string> submit(World& world, const exchange::Actor& buyer,
                                  const std::string& order, const v1::WorkloadSpec& spec) {
    v1::SubmitWorkloadRequest request;
    request.set_order(order);
    *request.mutable_spec() = spec;
    const auto submitted =
        world.command<v1::SubmitWorkloadResponse>(buyer, "TaskService/SubmitWorkload", request);
    if (!submitted) return std::nullopt;
    return submitted->workload();
}

void try_out(World& world, const SimParty& buyer, const v1::Product& product) {
    v1::PlaceOrderRequest request = order_of(world, product);
    if (world.random.one_in(4)) *request.add_lines() = request.lines(0);
    const auto placed =
        world.command<v1::PlaceOrderResponse>(buyer.key, "ContractService/PlaceOrder", request);
    if (!placed) return;
    v1::WorkloadSpec spec = job(world);
    if (!world.random.one_in(12)) spec.set_trial_seconds(30);
    const auto workload = submit(world, buyer.key, placed->order(), spec);
    if (!workload) return;
    world.trials.push_back({*workload, buyer.key, product.id()});
    if (world.trials.size() > kTrialsKept) world.trials.erase(world.trials.begin());
}

/// What the dearest task of the trial says at a price; zero where it has not shown anything.
Money dearest(const World& world, const SimTrial& trial, Money price) {
    const exchange::State& state = world.exchange().state();
    Money most;
    const task::Workload* workload = state.tasks.find_workload(*WorkloadId::parse(trial.workload));
    const contract::Order* order =
        workload == nullptr ? nullptr : state.contracts.find_order(workload->order);
    if (order == nullptr) return most;
    for (const ContractId id : order->contracts) {
        for (const contract::ResultSample& sample : state.contracts.at(id).samples)
            most = std::max(most, contract::result_cost(price, sample, workload->quoted_per));
    }
    return most;
}

bool binds(const World& world, const SimTrial& trial) {
    const task::Workload* workload =
        world.exchange().state().tasks.find_workload(*WorkloadId::parse(trial.workload));
    return workload != nullptr && workload->is_ended && workload->succeeded == workload->task_count;
}

void buy_as_tried(World& world, const exchange::Actor& buyer, const SimTrial& trial,
                  const v1::Product& product) {
    v1::PlaceOrderRequest request = order_of(world, product);
    // A second line with or without the band, and at times none.
    if (world.random.one_in(3)) *request.add_lines() = request.lines(0);
    v1::ResultBand& band = *request.mutable_lines(0)->mutable_result_band();
    band.set_trial(world.random.one_in(12) ? "wl_99999" : trial.workload);
    const Money seen = dearest(world, trial, Money{product.price_per_core_hour().micros()});
    const std::int64_t high = std::clamp<std::int64_t>(seen.micros, 1, kMoneyMax.micros - 1);
    band.mutable_high()->set_micros(world.random.one_in(3) ? std::max<std::int64_t>(high / 2, 1)
                                                           : high);
    band.mutable_low()->set_micros(world.random.one_in(12) ? high + 1 : 1);
    for (v1::Money* money : {band.mutable_low(), band.mutable_high()}) money->set_currency("CNY");
    if (request.lines_size() > 1 && world.random.one_in(2))
        *request.mutable_lines(1)->mutable_result_band() = band;
    const auto placed =
        world.command<v1::PlaceOrderResponse>(buyer, "ContractService/PlaceOrder", request);
    if (!placed) return;
    v1::WorkloadSpec spec = job(world);
    if (world.random.one_in(4)) {
        spec.set_run("render slowly");
        submit(world, buyer, placed->order(), spec);
        spec.set_run("render");
    }
    submit(world, buyer, placed->order(), spec);
}

}  // namespace

void order_by_trial(World& world, const SimParty& buyer, const std::vector<v1::Product>& offers) {
    const v1::Product product = world.random.pick(offers);
    if (world.trials.empty() || world.random.one_in(2)) {
        if (product.price_per_core_hour().micros() > 0) try_out(world, buyer, product);
        return;
    }
    std::vector<SimTrial> binding;
    std::ranges::copy_if(world.trials, std::back_inserter(binding),
                         [&](const SimTrial& trial) { return binds(world, trial); });
    const SimTrial trial =
        world.random.pick(binding.empty() || world.random.one_in(8) ? world.trials : binding);
    const auto tried = std::ranges::find(offers, trial.product, &v1::Product::id);
    // Now and then on a product that was not tried, or by another's trial.
    const bool elsewhere = tried == offers.end() || world.random.one_in(12);
    const exchange::Actor& who = world.random.one_in(12) ? buyer.key : trial.buyer;
    buy_as_tried(world, who, trial, elsewhere ? product : *tried);
}

}  // namespace penstock::sim
