#pragma once

#include <atomic>
#include <chrono>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "app/client/fake_orders.h"
#include "base/time.h"
#include "penstock/v1/account.pb.h"
#include "penstock/v1/catalog.pb.h"
#include "penstock/v1/contract.pb.h"
#include "penstock/v1/credit.pb.h"
#include "penstock/v1/dispute.pb.h"
#include "penstock/v1/evidence.pb.h"
#include "penstock/v1/ledger.pb.h"
#include "penstock/v1/system.pb.h"
#include "penstock/v1/task.pb.h"
#include "penstock/v1/terms.pb.h"
#include "transport/connect/router.h"
#include "transport/http/server.h"

namespace penstock::client {

/// A server of a few lines for the tests of the verbs: real HTTP, made-up answers. It sells one
/// plan, runs every task at once, and keeps files. Commands are done once for each idempotency key.
class FakeExchange final : public transport::HttpHandler, public transport::RpcHandler {
  public:
    FakeExchange();
    ~FakeExchange() override;

    std::string url() const;
    /// The next `count` commands are done, and their answers lost.
    void lose_answers(int count) { losses_ = count; }
    /// From now on nobody listens.
    void stop() { server_->stop(std::chrono::seconds(5)); }
    /// The next `count` orders are refused because the price has changed.
    void refuse_orders(int count) { refusals_ = count; }
    /// The next `count` orders are refused because their term has begun too long ago.
    void refuse_terms(int count) { late_ = count; }
    /// The next call of that method is refused for that reason, which outlives the exchange.
    void refuse(const std::string& method, const Rejection& reason) {
        const std::lock_guard lock(mutex_);
        refused_[method] = &reason;
    }
    /// The next call of that method is done, and the answer that the server is broken.
    void break_down(const std::string& method) {
        const std::lock_guard lock(mutex_);
        broken_ = method;
    }
    /// What is done when that method is called, before it is answered.
    void on_call(const std::string& method, std::function<void()> act) {
        const std::lock_guard lock(mutex_);
        acts_[method] = std::move(act);
    }
    /// Its clock goes on.
    void pass(Duration time) {
        const std::lock_guard lock(mutex_);
        now_ = now_ + time;
    }
    /// @param act  Is given the FakeOrders.
    template <class Act>
    auto on_book(Act act) {
        const std::lock_guard lock(mutex_);
        return act(book_);
    }
    /// The next `count` lists of receipts are not ready.
    void delay_receipts(int count) { delays_ = count; }
    /// Alters what GET of a file answers.
    void damage_files() { damaged_ = true; }
    /// Files lie at another server: GET is answered with 421.
    void keep_files_elsewhere() { elsewhere_ = true; }

    /// Its clock stands still but for pass(): 15 January 2027, 08:00 UTC.
    static constexpr Instant kNow{1'800'000'000'000'000'000};

    /// Every workload, asked for by GetWorkload, has ended with its last task failed.
    void fail_last_task() { fails_last_ = true; }

    std::size_t orders() const { return count("ContractService/PlaceOrder"); }
    /// The last order that was sent.
    v1::PlaceOrderRequest last_order() const;
    /// The last workload that was sent.
    v1::SubmitWorkloadRequest last_workload() const;
    /// The last answer to a payment that was sent.
    v1::AnswerPaymentRequest last_answer() const;
    std::size_t workloads() const { return count("TaskService/SubmitWorkload"); }
    std::size_t top_ups() const { return count("LedgerService/RequestTopUp"); }
    std::size_t uploads() const;
    void set_receipts(v1::ListReceiptsResponse receipts) { receipts_ = std::move(receipts); }
    void set_log_key(std::string key) { log_key_ = std::move(key); }

  private:
    transport::BodyPlan plan_body(const transport::HttpRequest&) override { return {}; }
    void handle(transport::HttpRequest request, transport::Responder responder) override;
    void call(const transport::Method& method, transport::RpcContext context,
              std::unique_ptr<google::protobuf::Message> request,
              transport::RpcResponder responder) override;
    void command(const transport::Method& method, const transport::RpcContext& context,
                 const google::protobuf::Message& request, transport::RpcResponder responder);
    /// Answers what needs no state of its own.
    /// @return Whether the method is one of these.
    bool answer(const transport::Method& method, const google::protobuf::Message& request,
                transport::RpcResponder& responder) const;
    /// The same, about contracts by plan.
    static bool answer_by_plan(const transport::Method& method,
                               const google::protobuf::Message& request, v1::Contract contract,
                               transport::RpcResponder& responder);
    /// The same, about bills that are paid to the supplier directly.
    static bool answer_about_payments(const transport::Method& method,
                                      transport::RpcResponder& responder);
    /// The same, about settlement bills.
    static bool answer_about_bills(const transport::Method& method,
                                   const google::protobuf::Message& request,
                                   transport::RpcResponder& responder);
    /// The same, about sub-accounts at the bank.
    static bool answer_about_sub_accounts(const transport::Method& method,
                                          const google::protobuf::Message& request,
                                          transport::RpcResponder& responder);
    void act_on(std::string_view method);
    /// The refusal of a method that is to come, if any; the next is done.
    const Rejection* take_refusal(std::string_view method);
    /// Answers commands about orders and their work.
    /// @return Whether the method is one of these.
    bool trade(const transport::Method& method, const transport::RpcContext& context,
               const google::protobuf::Message& request, transport::RpcResponder& responder);
    void watch(transport::RpcResponder responder);
    void file(const transport::HttpRequest& request, transport::Responder responder);
    std::size_t count(const std::string& method) const;
    v1::GetWorkloadResponse state(unsigned done) const;

    mutable std::mutex mutex_;
    std::map<std::string, std::map<std::string, unsigned>> done_;  // Method, key: how often.
    std::map<std::string, std::string> files_;
    v1::PlaceOrderRequest last_order_;
    v1::SubmitWorkloadRequest last_workload_;
    v1::AnswerPaymentRequest last_answer_;
    FakeOrders book_;
    std::map<std::string, const Rejection*> refused_;  // By method.
    std::string broken_;
    std::map<std::string, std::function<void()>> acts_;  // By method.
    Instant now_ = kNow;
    std::size_t uploads_ = 0;
    std::atomic<int> losses_{0};
    std::atomic<int> refusals_{0};
    std::atomic<int> late_{0};
    std::atomic<int> delays_{0};
    std::atomic<bool> damaged_{false};
    std::atomic<bool> elsewhere_{false};
    std::atomic<bool> fails_last_{false};
    v1::ListReceiptsResponse receipts_;
    std::string log_key_;
    transport::RpcRouter router_;
    std::unique_ptr<transport::HttpServer> server_;
};

}  // namespace penstock::client
