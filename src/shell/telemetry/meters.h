#pragma once

#include <prometheus/counter.h>
#include <prometheus/family.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>

#include <map>
#include <mutex>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <unordered_map>

namespace penstock::shell {

/// Counts HTTP requests. One lock for readers and two look-ups by address: every request pays it.
class RequestMeters {
  public:
    explicit RequestMeters(prometheus::Registry& registry);

    /// @param method  One of a bounded set, of static lifetime.
    void count(std::string_view method, unsigned status);
    void time(std::string_view method, double seconds);

  private:
    struct Key {
        const char* method;
        unsigned status;  ///< 0 for the histogram.
        bool operator==(const Key&) const = default;
    };
    struct KeyHash {
        std::size_t operator()(const Key& key) const {
            return std::hash<const void*>()(key.method) ^
                   key.status * std::size_t{0x9e3779b97f4a7c15};
        }
    };

    std::shared_mutex mutex_;  ///< Guards the two maps; what they point at is thread-safe.
    std::unordered_map<Key, prometheus::Counter*, KeyHash> counters_;
    std::unordered_map<Key, prometheus::Histogram*, KeyHash> histograms_;
    prometheus::Family<prometheus::Counter>& requests_;
    prometheus::Family<prometheus::Histogram>& durations_;
};

/// A counter for each of a few reasons, which are of our own making.
class ReasonMeters {
  public:
    ReasonMeters(prometheus::Registry& registry, const char* name, const char* help,
                 const char* label = "reason");
    void count(std::string_view reason, double by);

  private:
    prometheus::Family<prometheus::Counter>& family_;
    const char* const label_;
};

/// The counters and histograms of a server.
class Meters {
  public:
    Meters();

    prometheus::Registry registry;
    RequestMeters requests{registry};
    ReasonMeters refusals{registry, "penstock_refusals_total",
                          "Calls that were refused before they were applied, by reason."};
    ReasonMeters append_failures{registry, "penstock_journal_failures_total",
                                 "Batches that the journal did not take, by reason."};
    ReasonMeters snapshots{registry, "penstock_snapshots_total",
                           "Snapshots that ended, by whether they were saved.", "result"};
    prometheus::Family<prometheus::Counter>& commands;
    prometheus::Counter& done;
    prometheus::Counter& rejected;
    prometheus::Counter& repeated;
    prometheus::Counter& questions;
    prometheus::Counter& batches;
    prometheus::Counter& journal_bytes;
    prometheus::Counter& replies;
    prometheus::Histogram& batch_commands;
    prometheus::Histogram& queue_seconds;
    prometheus::Histogram& apply_seconds;
    prometheus::Histogram& append_seconds;
    prometheus::Histogram& reply_seconds;
    prometheus::Histogram& snapshot_seconds;
    prometheus::Histogram& snapshot_pause_seconds;
};

}  // namespace penstock::shell
