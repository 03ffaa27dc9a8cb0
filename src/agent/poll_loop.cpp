#include "agent/poll_loop.h"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>

#include "agent/clock.h"
#include "base/money.h"
#include "penstock/v1/contract.pb.h"

namespace penstock::agent {
namespace {

constexpr std::int64_t kWaitMsMax = 30'000;  ///< As the schema allows.

/// Empty when the contract can be served.
std::string reason_to_decline(const v1::ContractOffer& offer, const AgentOptions& options) {
    if (offer.cores() < 1 || offer.cores() > options.cores) return "more cores than the pool has";
    if (offer.has_result_band() && options.declines_result_bands)
        return "this supplier promises no result band (--decline-result-bands)";
    return {};
}

/// What accepting it promises of its results, for the log.
std::string promise_of(const v1::ContractOffer& offer) {
    if (!offer.has_result_band()) return {};
    const auto& band = offer.result_band();
    const std::string count = band.quoted_per() > 1 ? fmt::format("{} × ", band.quoted_per()) : "";
    return fmt::format(", results at {} to {} {} per {}{} as trial {} showed",
                       to_decimal(Money{band.low().micros()}),
                       to_decimal(Money{band.high().micros()}), band.high().currency(), count,
                       band.unit().empty() ? "result" : band.unit(), band.trial());
}

}  // namespace

PollLoop::PollLoop(Exchange& exchange, const Identity& identity, const AgentOptions& options,
                   Listeners listeners)
    : exchange_(exchange), identity_(identity), options_(options), listeners_(listeners) {}

void PollLoop::run(std::stop_token stop) {
    // Leases are short: an agent that waits long between tries loses its work.
    Backoff backoff(std::chrono::seconds(3));
    while (!stop.stop_requested()) {
        const std::int64_t sent = boottime_ns();
        const auto work = poll();
        if (work) {
            if (!is_reachable_) spdlog::info("the exchange is back");
            is_reachable_ = true;
            backoff.reset();
            take(*work, sent);
            continue;
        }
        if (stop.stop_requested()) return;
        if (is_reachable_) spdlog::warn("no work from the exchange: {}", work.error().message);
        is_reachable_ = false;
        if (!wait_for(stop, backoff.next(work.error()))) return;
    }
}

Answer<v1::PullWorkResponse> PollLoop::poll() {
    v1::PullWorkRequest request;
    request.set_agent(identity_.agent);
    request.set_known_version(known_version_);
    request.set_wait_ms(static_cast<std::uint32_t>(wait_ms_));
    for (auto& attempt : listeners_.workforce.running()) request.add_running(std::move(attempt));
    return exchange_.call<v1::PullWorkResponse>(
        "TaskService/PullWork", request,
        {.idempotency_key = {}, .timeout = std::chrono::milliseconds(wait_ms_ + 10'000)});
}

void PollLoop::take(const v1::PullWorkResponse& work, std::int64_t sent_boottime_ns) {
    known_version_ = work.version();
    // A third of the lease, so that two polls in a row may fail.
    wait_ms_ = std::min({options_.poll_wait_ms, work.lease_ns() / 3'000'000, kWaitMsMax});
    listeners_.usage.synchronise(work.next_usage_number());
    listeners_.workforce.apply(work, sent_boottime_ns + work.lease_ns());
    for (const auto& offer : work.contracts()) answer_contract(offer);
    if (work.measure()) listeners_.offering.ask_for_measurement();
}

void PollLoop::answer_contract(const v1::ContractOffer& offer) {
    const std::string refusal = reason_to_decline(offer, options_);
    Answer<void> done;
    if (refusal.empty()) {
        v1::AcceptContractRequest request;
        request.set_contract(offer.contract());
        v1::AcceptContractResponse response;
        done = exchange_.call_message("ContractService/AcceptContract", request, response,
                                      {.idempotency_key = offer.contract() + "-accept"});
    } else {
        v1::DeclineContractRequest request;
        request.set_contract(offer.contract());
        request.set_note(refusal);
        v1::DeclineContractResponse response;
        done = exchange_.call_message("ContractService/DeclineContract", request, response,
                                      {.idempotency_key = offer.contract() + "-decline"});
    }
    if (done) {
        spdlog::info("{}: {} for {} cores{}", offer.contract(),
                     refusal.empty() ? "accepted" : "declined: " + refusal + ',', offer.cores(),
                     promise_of(offer));
        return;
    }
    spdlog::warn("{}: {}", offer.contract(), done.error().message);
    // It is asked for again at once, whether or not the work set has changed.
    if (is_passing(done.error())) known_version_ = 0;
}

}  // namespace penstock::agent
