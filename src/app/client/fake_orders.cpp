#include "app/client/fake_orders.h"

#include "app/client/fake_exchange.h"

namespace penstock::client {

namespace {

constexpr Rejection kTerm{65101, Code::invalid_argument, "TERM_INVALID", "It has begun."};
constexpr Rejection kPrice{65102, Code::aborted, "PRICE_CHANGED", "Decide again."};
constexpr Rejection kEnded{65103, Code::failed_precondition, "ORDER_ENDED", "Place another."};
constexpr Rejection kLost{65105, Code::unavailable, "AWAY", "The answer was lost."};
constexpr Rejection kBroken{65106, Code::internal, "INTERNAL", "It has failed."};
constexpr Rejection kNoOrder{65104, Code::not_found, "NOT_FOUND", "There is no such thing."};

}  // namespace

Result<v1::PlaceOrderResponse> FakeOrders::place(const std::string& key,
                                                 const v1::PlaceOrderRequest& request,
                                                 Instant now) {
    if (!orders_.contains(key)) {
        for (const v1::OrderLine& line : request.lines()) {
            if (price_version_ != 0 && line.price_version() != price_version_)
                return reject(kPrice, "lines[0]");
            if (line.has_term() && line.term().start_ns() < (now - seconds(60)).ns)
                return reject(kTerm, "lines[0].term");
        }
        orders_[key] = "ord_" + std::to_string(orders_.size() + 1);
    }
    v1::PlaceOrderResponse placed;
    placed.set_order(orders_[key]);
    placed.add_contracts("ctr_1");
    return placed;
}

Result<v1::CancelOrderResponse> FakeOrders::cancel(const std::string& order) {
    for (const auto& [key, placed] : orders_) {
        if (placed != order) continue;
        if (!ended_.insert(order).second) return reject(kEnded, "order");
        return v1::CancelOrderResponse();
    }
    return reject(kNoOrder, "order");
}

Result<v1::SubmitWorkloadResponse> FakeOrders::submit(const std::string& key,
                                                      const v1::SubmitWorkloadRequest& request) {
    if (!workloads_.contains(key)) {
        if (ended_.contains(request.order())) return reject(kEnded, "order");
        workloads_[key] = "wl_" + std::to_string(workloads_.size() + 1);
    }
    v1::SubmitWorkloadResponse submitted;
    submitted.set_workload(workloads_[key]);
    return submitted;
}

void FakeOrders::forget_keys() {
    std::map<std::string, std::string> orders;
    for (const auto& [key, order] : orders_) orders["forgotten " + key] = order;
    orders_ = std::move(orders);
    workloads_.clear();
}

void FakeOrders::end_all() {
    for (const auto& [key, order] : orders_) ended_.insert(order);
}

bool FakeOrders::is_retired(const std::string& workload) const {
    for (std::size_t number = 1; number < first_workload_; ++number)
        if (workload == "wl_" + std::to_string(number)) return true;
    return false;
}

std::size_t FakeOrders::open() const {
    std::size_t count = 0;
    for (const auto& [key, order] : orders_) count += ended_.contains(order) ? 0U : 1U;
    return count;
}

void FakeExchange::act_on(std::string_view method) {
    std::function<void()> act;
    {
        const std::lock_guard lock(mutex_);
        const auto found = acts_.find(std::string(method));
        if (found != acts_.end()) act = found->second;
    }
    if (act) act();
}

const Rejection* FakeExchange::take_refusal(std::string_view method) {
    const std::lock_guard lock(mutex_);
    const auto found = refused_.find(std::string(method));
    if (found == refused_.end()) return nullptr;
    const Rejection* reason = found->second;
    refused_.erase(found);
    return reason;
}

bool FakeExchange::trade(const transport::Method& method, const transport::RpcContext& context,
                         const google::protobuf::Message& request,
                         transport::RpcResponder& responder) {
    const std::lock_guard lock(mutex_);
    const std::string key(context.idempotency_key());
    const auto answer = [&](auto done) {
        if (!done) {
            responder.fail(done.error());
        } else {
            ++done_[std::string(method.full_name)][key];
            if (broken_ == method.full_name) {
                broken_.clear();
                responder.fail(Error(kBroken));
            } else if (losses_ > 0) {
                --losses_;
                responder.fail(Error(kLost));
            } else {
                responder.reply(*done);
            }
        }
        return true;
    };
    if (method.full_name == "ContractService/PlaceOrder") {
        return answer(book_.place(key, static_cast<const v1::PlaceOrderRequest&>(request), now_));
    }
    if (method.full_name == "ContractService/CancelOrder")
        return answer(book_.cancel(static_cast<const v1::CancelOrderRequest&>(request).order()));
    if (method.full_name == "TaskService/SubmitWorkload")
        return answer(book_.submit(key, static_cast<const v1::SubmitWorkloadRequest&>(request)));
    return false;
}

}  // namespace penstock::client
