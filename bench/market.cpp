#include "bench/market.h"

#include <algorithm>
#include <array>
#include <cstdio>

#include "base/id.h"
#include "penstock/v1/catalog.pb.h"
#include "penstock/v1/contract.pb.h"
#include "penstock/v1/meter.pb.h"
#include "penstock/v1/task.pb.h"

namespace penstock::bench {
namespace {

constexpr std::size_t kRecordsPerBatch = 16;
constexpr std::uint64_t kMeterOneIn = 16;
constexpr std::uint64_t kTopUpOneIn = 40;
constexpr std::uint64_t kCancelOneIn = 40;

}  // namespace

std::uint64_t Market::draw(std::uint64_t below) {
    // SplitMix64 (Steele, Lea, Flood 2014).
    std::uint64_t mixed = random_ += 0x9e3779b97f4a7c15;
    mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9;
    mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111eb;
    return (mixed ^ (mixed >> 31)) % below;
}

bool Market::give(const exchange::Actor& actor, std::string_view method,
                  const google::protobuf::Message& request) {
    ScriptedCommand scripted{actor, method, request.SerializeAsString(), {}, now_};
    if (actor.kind != exchange::Actor::Kind::system) {
        // As long as the UUIDs that clients make.
        std::array<char, 37> key;
        ++keys_;
        std::snprintf(key.data(), key.size(), "%08zx-0000-4000-8000-%012zx", keys_, keys_);
        scripted.key = key.data();
    }
    const auto apply = [&](const exchange::Actor& who, std::string_view what,
                           std::string_view bytes, std::string_view key) {
        return exchange_.apply({.sequence = exchange_.last_sequence() + 1,
                                .time = now_,
                                .actor = who,
                                .method = what,
                                .request = bytes,
                                .idempotency_key = key},
                               *this);
    };
    while (exchange_.has_due_timers(now_))
        apply({exchange::Actor::Kind::system, 0}, "InternalService/Tick", {}, {});
    exchange::Reply reply = apply(actor, method, scripted.request, scripted.key);
    if (reply.outcome != exchange::Reply::Outcome::done) {
        reply_ = reply.error ? reply.error->message() : "It was taken for a repetition.";
        return false;
    }
    reply_ = std::move(reply.bytes);
    if (!keeps_script_) return true;
    script_.traffic.push_back(std::move(scripted));
    if (script_.traffic.size() % kCommandsPerStep == 0) now_ = now_ + options_.step;
    return true;
}

void Market::on_event(std::string_view bytes) {
    v1::Event event;
    event.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()));
    if (!event.has_attempt_changed()) return;
    const v1::AttemptChanged& changed = event.attempt_changed();
    const std::uint64_t id = AttemptId::parse(changed.attempt())->value;
    switch (changed.state()) {
        case v1::ATTEMPT_ASSIGNED: {
            const auto supplier = AgentId::parse(changed.agent())->value - 1;
            attempts_[id] = {current_life_, supplier, now_, false};
            suppliers_[supplier].attempts.push_back(id);
            lives_[current_life_].attempts.push_back(id);
            return;
        }
        case v1::ATTEMPT_RUNNING:
            return;
        default: {
            const Attempt& attempt = attempts_.at(id);
            std::erase(suppliers_[attempt.supplier].attempts, id);
            std::erase(lives_[attempt.life].attempts, id);
            attempts_.erase(id);
        }
    }
}

bool Market::place(Life& life, std::size_t lines) {
    life = {};
    life.buyer = draw(buyers_.size());
    v1::PlaceOrderRequest request;
    const Instant start = now_;
    for (std::size_t i = 0; i < lines; ++i) {
        const std::size_t supplier = draw(suppliers_.size());
        v1::OrderLine* line = request.add_lines();
        line->set_product(suppliers_[supplier].product);
        line->set_price_version(1);
        line->set_cores(static_cast<std::uint32_t>(2 + draw(3)));
        line->mutable_term()->set_start_ns(start.ns);
        line->mutable_term()->set_end_ns(
            (start + seconds(600 + static_cast<std::int64_t>(draw(7'200)))).ns);
        life.offers.push_back({{}, supplier});
    }
    request.mutable_max_total()->set_micros(1'000'000'000);
    request.mutable_max_total()->set_currency("CNY");
    if (!give(buyers_[life.buyer], "ContractService/PlaceOrder", request)) return false;
    v1::PlaceOrderResponse response;
    response.ParseFromString(reply_);
    life.order = response.order();
    for (std::size_t i = 0; i < lines; ++i)
        life.offers[i].contract = response.contracts(static_cast<int>(i));
    return true;
}

bool Market::accept(Life& life) {
    const Offer offer = life.offers.back();
    life.offers.pop_back();
    v1::AcceptContractRequest request;
    request.set_contract(offer.contract);
    return give(suppliers_[offer.supplier].agent, "ContractService/AcceptContract", request);
}

bool Market::submit(Life& life, std::uint32_t tasks) {
    v1::SubmitWorkloadRequest request;
    request.set_order(life.order);
    v1::WorkloadSpec& spec = *request.mutable_spec();
    spec.set_name("render");
    spec.set_cpus(1);
    spec.set_memory_bytes(std::uint64_t{1} << 30);
    spec.set_array_size(tasks);
    spec.set_run("povray +Iscene.pov +W640 +H360 +K$TASK_INDEX +Oframe.png\n");
    spec.add_outputs("frame*.png");
    v1::FileMount* file = spec.add_files();
    file->set_path("scene.pov");
    file->set_digest(std::string(64, 'a'));
    life.has_workload = give(buyers_[life.buyer], "TaskService/SubmitWorkload", request);
    return life.has_workload;
}

bool Market::cancel(const Life& life) {
    v1::CancelOrderRequest request;
    request.set_order(life.order);
    give(buyers_[life.buyer], "ContractService/CancelOrder", request);
    return false;
}

void Market::add_record(std::uint64_t id, bool is_final, v1::UsageStatement& usage) const {
    const Attempt& attempt = attempts_.at(id);
    v1::UsageRecord* record = usage.add_records();
    record->set_attempt(AttemptId{id}.text());
    record->set_attempt_number(1);
    record->set_cores(1);
    record->set_wall_ns((now_ - attempt.since).ns);
    record->set_cpu_ns(record->wall_ns() / 10 * 9);
    record->set_memory_peak_bytes(std::uint64_t{1} << 29);
    record->set_final(is_final);
}

bool Market::start(Attempt& attempt, std::uint64_t id) {
    v1::ReportAttemptRequest request;
    request.set_attempt(AttemptId{id}.text());
    request.set_state(v1::ATTEMPT_RUNNING);
    attempt.is_started = true;
    return give(suppliers_[attempt.supplier].agent, "TaskService/ReportAttempt", request);
}

bool Market::finish(std::uint64_t id) {
    Supplier& supplier = suppliers_[attempts_.at(id).supplier];
    v1::UsageStatement usage;
    usage.set_agent(supplier.agent_id);
    usage.set_number(supplier.next_usage);
    usage.set_start_ns(now_.ns);
    usage.set_end_ns(now_.ns);
    add_record(id, true, usage);
    v1::ReportAttemptRequest request;
    request.set_attempt(AttemptId{id}.text());
    request.set_state(v1::ATTEMPT_SUCCEEDED);
    v1::Artifact* output = request.add_outputs();
    output->set_path("frame.png");
    output->set_digest(std::string(64, 'b'));
    output->set_size_bytes(100'000);
    request.mutable_usage()->set_type("usage");
    request.mutable_usage()->set_body(usage.SerializeAsString());
    request.mutable_usage()->set_key_epoch(1);
    request.mutable_usage()->set_signature(std::string(64, 's'));
    if (!give(supplier.agent, "TaskService/ReportAttempt", request)) return false;
    ++supplier.next_usage;
    return true;
}

void Market::meter(Supplier& supplier) {
    v1::UsageStatement usage;
    usage.set_agent(supplier.agent_id);
    usage.set_number(supplier.next_usage);
    usage.set_start_ns(now_.ns);
    usage.set_end_ns(now_.ns);
    for (const std::uint64_t id : supplier.attempts) {
        if (static_cast<std::size_t>(usage.records_size()) == kRecordsPerBatch) break;
        add_record(id, false, usage);
    }
    v1::SubmitUsageRequest request;
    request.set_agent(supplier.agent_id);
    request.mutable_usage()->set_type("usage");
    request.mutable_usage()->set_body(usage.SerializeAsString());
    request.mutable_usage()->set_key_epoch(1);
    request.mutable_usage()->set_signature(std::string(64, 's'));
    if (give(supplier.agent, "MeterService/SubmitUsage", request)) ++supplier.next_usage;
}

void Market::advance(std::size_t index) {
    Life& life = lives_[index];
    current_life_ = index;
    bool goes_on = true;
    if (life.order.empty()) {
        goes_on = place(life, draw(5) == 0 ? 2 : 1);
    } else if (!life.offers.empty()) {
        goes_on = draw(kCancelOneIn) == 0 ? cancel(life) : accept(life);
    } else if (!life.has_workload) {
        goes_on = submit(life, 2);
    } else if (life.attempts.empty()) {
        goes_on = false;  // Settled.
    } else {
        const auto waiting = std::ranges::find_if(
            life.attempts, [&](std::uint64_t id) { return !attempts_.at(id).is_started; });
        goes_on = waiting == life.attempts.end() ? finish(life.attempts.front())
                                                 : start(attempts_.at(*waiting), *waiting);
    }
    if (goes_on) return;
    // What still runs belongs to nobody's turn any more; its supplier may still meter it.
    life.order.clear();
    life.attempts.clear();
}

void Market::trade(std::size_t commands) {
    script_.traffic.reserve(commands + 2);
    lives_.resize(options_.lives);
    while (script_.traffic.size() < commands) {
        if (draw(kMeterOneIn) == 0) meter(suppliers_[draw(suppliers_.size())]);
        if (draw(kTopUpOneIn) == 0) top_up(buyers_[draw(buyers_.size())], 1'000'000);
        advance(draw(lives_.size()));
    }
}

void Market::open_contracts(std::size_t count) {
    keeps_script_ = false;
    lives_.resize(1);
    for (std::size_t i = 0; i < count; ++i) {
        if (!place(lives_[0], 1) || !accept(lives_[0]))
            give_up("a contract could not be opened: " + reply_);
    }
}

void Market::open_contracts_with_work(std::size_t count) {
    keeps_script_ = false;
    lives_.resize(1);
    for (std::size_t i = 0; i < count; ++i) {
        if (!place(lives_[0], 1) || !accept(lives_[0]) || !submit(lives_[0], 1))
            give_up("a contract could not be given work: " + reply_);
    }
}

void Market::sell_by_plan() {
    keeps_script_ = false;
    for (Supplier& supplier : suppliers_) {
        v1::SetPricePlanRequest request;
        request.set_product(supplier.product);
        v1::PricePlan& plan = *request.mutable_plan();
        plan.set_version(1);
        plan.set_currency("CNY");
        plan.set_billing_period(v1::BILLING_PERIOD_MONTH);
        const auto add = [&](const char* name, v1::PriceUnit unit, std::int64_t micros) {
            v1::PriceComponent& component = *plan.add_components();
            component.set_name(name);
            component.set_unit(unit);
            component.add_tiers()->set_price_micros(micros);
            component.set_missing_usage(v1::MISSING_USAGE_ZERO);
        };
        add("cores", v1::PRICE_UNIT_CORE_HOUR, 123'457);
        add("stored", v1::PRICE_UNIT_GB_MONTH, 120'000);
        add("port", v1::PRICE_UNIT_PORT_MONTH, 700'000'000);
        if (!give(supplier.key, "CatalogService/SetPricePlan", request))
            give_up("a price plan could not be set: " + reply_);
        v1::SetPricePlanResponse response;
        response.ParseFromString(reply_);
        supplier.price_version = response.price_version();
    }
}

void Market::open_contracts_by_plan(std::size_t count, const std::vector<Instant>& ends) {
    keeps_script_ = false;
    for (std::size_t i = 0; i < count; ++i) {
        const Supplier& supplier = suppliers_[i % suppliers_.size()];
        v1::PlaceOrderRequest request;
        v1::OrderLine& line = *request.add_lines();
        line.set_product(supplier.product);
        line.set_price_version(supplier.price_version);
        line.mutable_term()->set_start_ns(now_.ns);
        line.mutable_term()->set_end_ns(ends[i % ends.size()].ns);
        const auto add = [&](const char* name, std::int64_t quantity) {
            v1::PlanQuantity& bought = *line.add_quantities();
            bought.set_component(name);
            bought.set_quantity(quantity);
        };
        add("cores", 1);
        add("stored", static_cast<std::int64_t>(1 + draw(900)) * 1'000'000'000);
        add("port", 1);
        request.mutable_max_total()->set_micros(100'000'000'000);
        request.mutable_max_total()->set_currency("CNY");
        v1::PlaceOrderResponse placed;
        if (!give(buyers_[draw(buyers_.size())], "ContractService/PlaceOrder", request) ||
            !placed.ParseFromString(reply_))
            give_up("a contract by plan could not be ordered: " + reply_);
        v1::AcceptContractRequest accept;
        accept.set_contract(placed.contracts(0));
        if (!give(supplier.key, "ContractService/AcceptContract", accept))
            give_up("a contract by plan could not be accepted: " + reply_);
    }
}

bool Market::tick() {
    if (!exchange_.has_due_timers(now_)) return false;
    exchange_.apply({.sequence = exchange_.last_sequence() + 1,
                     .time = now_,
                     .actor = {exchange::Actor::Kind::system, 0},
                     .method = "InternalService/Tick",
                     .request = {},
                     .idempotency_key = {}},
                    *this);
    return true;
}

Script Market::take_script() {
    script_.rolling_hash = exchange_.rolling_hash();
    return std::move(script_);
}

}  // namespace penstock::bench
