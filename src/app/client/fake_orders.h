#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>

#include "base/error.h"
#include "base/time.h"
#include "penstock/v1/contract.pb.h"
#include "penstock/v1/task.pb.h"

namespace penstock::client {

/// The orders of a fake exchange: its checks of time and price, and what has become of them.
class FakeOrders {
  public:
    /// Each key has an order of its own.
    Result<v1::PlaceOrderResponse> place(const std::string& key,
                                         const v1::PlaceOrderRequest& request, Instant now);
    Result<v1::CancelOrderResponse> cancel(const std::string& order);
    Result<v1::SubmitWorkloadResponse> submit(const std::string& key,
                                              const v1::SubmitWorkloadRequest& request);

    /// Orders by another are refused from now on.
    void set_price_version(std::uint32_t version) { price_version_ = version; }
    std::uint32_t price_version() const { return price_version_; }
    /// As an exchange does after a day: what was done under a key may be done again.
    void forget_keys();
    /// The suppliers end all orders.
    void end_all();
    /// Those that were submitted are kept no longer.
    void retire_workloads() { first_workload_ = workloads_.size() + 1; }
    bool is_retired(const std::string& workload) const;
    std::size_t open() const;

  private:
    std::map<std::string, std::string> orders_;     ///< By key.
    std::map<std::string, std::string> workloads_;  ///< By key.
    std::set<std::string> ended_;
    std::size_t first_workload_ = 1;
    std::uint32_t price_version_ = 0;
};

}  // namespace penstock::client
