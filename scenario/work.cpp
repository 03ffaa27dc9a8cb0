#include "scenario/work.h"

#include "base/money.h"
#include "penstock/v1/internal.pb.h"
#include "penstock/v1/statement.pb.h"
#include "penstock/v1/task.pb.h"
#include "scenario/span.h"

namespace penstock::scenario {

Work::Work(Venue& venue, Cast& cast, Dice& dice) : venue_(venue), cast_(cast), dice_(dice) {
    venue_.listen(v1::Event::kAttemptChanged,
                  [this](const v1::Event& event) { on_attempt(event.attempt_changed()); });
}

Supplier* Work::supplier_of(const std::string& agent) {
    for (Supplier& supplier : cast_.suppliers) {
        if (supplier.agent_id == agent) return &supplier;
    }
    return nullptr;
}

bool Work::order(const Offer& offer, const Buyer& buyer) {
    v1::PlaceOrderRequest request;
    v1::OrderLine& line = *request.add_lines();
    line.set_product(offer.product);
    line.set_price_version(offer.price_version);
    line.set_cores(static_cast<std::uint32_t>(dice_.between(1, 6)));
    line.mutable_term()->set_start_ns(venue_.now().ns);
    line.mutable_term()->set_end_ns((venue_.now() + kMinute * dice_.between(60, 2'000)).ns);
    request.mutable_max_total()->set_micros(10'000 * kMicrosPerUnit);
    request.mutable_max_total()->set_currency("CNY");
    const auto placed =
        venue_.command<v1::PlaceOrderResponse>(buyer.key, "ContractService/PlaceOrder", request);
    if (!placed) {
        ++tally_["orders refused: " + venue_.reason().substr(0, venue_.reason().find(' '))];
        return false;
    }
    ++tally_["contracts by the core"];
    const std::string contract = placed->contracts(0);
    const std::string order = placed->order();
    const exchange::Actor key = buyer.key;
    venue_.plan(venue_.now() + seconds(20),
                [this, contract, supplier = offer.supplier] { accept(contract, supplier); });
    venue_.plan(venue_.now() + seconds(40), [this, order, key] {
        v1::SubmitWorkloadRequest submit;
        submit.set_order(order);
        v1::WorkloadSpec& spec = *submit.mutable_spec();
        spec.set_name("render");
        spec.set_cpus(1);
        spec.set_memory_bytes(std::uint64_t{1} << 30);
        spec.set_array_size(static_cast<std::uint32_t>(dice_.between(1, 6)));
        spec.set_run("true");
        if (venue_.command<v1::SubmitWorkloadResponse>(key, "TaskService/SubmitWorkload", submit))
            ++tally_["workloads"];
    });
    return true;
}

void Work::accept(const std::string& contract, std::size_t supplier) {
    if (cast_.suppliers[supplier].is_lost) return;
    v1::AcceptContractRequest request;
    request.set_contract(contract);
    venue_.command<v1::AcceptContractResponse>(cast_.suppliers[supplier].agent,
                                               "ContractService/AcceptContract", request);
}

void Work::on_attempt(const v1::AttemptChanged& changed) {
    const std::string& id = changed.attempt();
    switch (changed.state()) {
        case v1::ATTEMPT_ASSIGNED:
            attempts_[id] = {changed.agent(), changed.attempt_number(), venue_.now()};
            venue_.plan(venue_.now() + kMinute * dice_.between(1, 90), [this, id] { finish(id); });
            return;
        case v1::ATTEMPT_RUNNING:
            return;
        default:
            attempts_.erase(id);
            ++tally_["attempts: " + v1::AttemptState_Name(changed.state()).substr(8)];
    }
}

void Work::finish(const std::string& id) {
    const auto found = attempts_.find(id);
    if (found == attempts_.end()) return;
    Supplier* supplier = supplier_of(found->second.agent);
    if (supplier == nullptr || supplier->is_lost) return;
    v1::UsageStatement usage;
    usage.set_agent(supplier->agent_id);
    usage.set_number(supplier->next_usage);
    v1::UsageRecord& record = *usage.add_records();
    record.set_attempt(id);
    record.set_attempt_number(found->second.number);
    record.set_cores(1);
    record.set_wall_ns((venue_.now() - found->second.since).ns);
    record.set_final(true);
    v1::ReportAttemptRequest request;
    request.set_attempt(id);
    const bool failed = dice_.percent(8);
    request.set_state(failed ? v1::ATTEMPT_FAILED : v1::ATTEMPT_SUCCEEDED);
    request.set_exit_code(failed ? 1 : 0);
    request.mutable_usage()->set_type("usage");
    request.mutable_usage()->set_body(usage.SerializeAsString());
    if (venue_.command<v1::ReportAttemptResponse>(supplier->agent, "TaskService/ReportAttempt",
                                                  request)) {
        ++supplier->next_usage;
    } else {
        ++tally_["attempts' reports refused"];
    }
}

void Work::fail(std::size_t number) {
    Supplier& supplier = cast_.suppliers[number];
    if (supplier.is_lost) return;
    supplier.is_lost = true;
    v1::MarkAgentLostRequest lost;
    lost.set_agent(supplier.agent_id);
    venue_.must<v1::MarkAgentLostResponse>(kSystem, "InternalService/MarkAgentLost", lost);
    ++tally_["outages"];
    venue_.plan(venue_.now() + kMinute * dice_.between(5, 300), [this, number] {
        Supplier& back = cast_.suppliers[number];
        v1::MarkAgentBackRequest request;
        request.set_agent(back.agent_id);
        venue_.must<v1::MarkAgentBackResponse>(kSystem, "InternalService/MarkAgentBack", request);
        back.is_lost = false;
    });
}

}  // namespace penstock::scenario
