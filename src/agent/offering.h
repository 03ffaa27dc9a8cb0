#pragma once

#include <atomic>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <stop_token>

#include "agent/exchange.h"
#include "agent/identity.h"
#include "agent/measure/measure.h"
#include "agent/options.h"

namespace penstock::agent {

/// Brings the pool to the market: measures it, hands in the signed profile, and lists the product
/// at the supplier's price. Does it once, remembers it in the data folder, and measures again
/// whenever the exchange asks and no task runs.
class Offering {
  public:
    using Measure = std::function<Result<v1::ProfileStatement>(std::stop_token)>;

    /// @param measure  Measures the pool; blocks for seconds, and fails soon when asked to stop.
    /// @param is_idle  Whether no task runs, so that a measurement would be true.
    Offering(Exchange& exchange, const Identity& identity, const AgentOptions& options,
             Measure measure, std::function<bool()> is_idle);

    /// Works until `stop`; on a thread of its own.
    /// @return What is wrong with the offer, when the exchange will never take it as it is.
    Answer<void> run(std::stop_token stop);

    /// The exchange wants a new profile. From any thread; repeating it changes nothing.
    void ask_for_measurement();

  private:
    Answer<void> hand_in_profile(std::stop_token stop);
    Answer<void> list_product();
    Answer<void> reprice_product(const std::string& product, const std::string& version);
    enum class Refusals { pass, of_arguments_stay };

    /// Repeats a step until it is done or `stop`, slowly once the exchange has refused it: its
    /// reason (a party that is not admitted yet) may pass. That an argument is invalid need not.
    static Answer<void> do_step(std::stop_token stop, const char* what, Refusals refusals,
                                const std::function<Answer<void>()>& step);
    std::string product_path() const { return options_.data_folder + "/product.json"; }

    Exchange& exchange_;
    const Identity& identity_;
    const AgentOptions& options_;
    Measure measure_;
    std::function<bool()> is_idle_;
    std::mutex mutex_;
    std::condition_variable_any asked_;
    bool is_asked_ = false;
};

}  // namespace penstock::agent
