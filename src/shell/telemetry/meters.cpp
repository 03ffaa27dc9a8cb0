#include "shell/telemetry/meters.h"

#include "shell/journal/error.h"
#include "shell/sequencer/error.h"

namespace penstock::shell {
namespace {

using prometheus::Counter;
using prometheus::Histogram;
using prometheus::Registry;
using Buckets = Histogram::BucketBoundaries;

/// Of requests, in seconds: from a look into memory to a call that somebody has given up.
const Buckets& request_buckets() {
    static const Buckets kBuckets{0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05,
                                  0.1,    0.25,  0.5,    1,     2.5,  5,     10};
    return kBuckets;
}
/// Of stages, in seconds.
const Buckets& stage_buckets() {
    static const Buckets kBuckets{0.00001, 0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01,
                                  0.025,   0.05,   0.1,     0.25,   0.5,   1,      5};
    return kBuckets;
}
const Buckets& size_buckets() {
    static const Buckets kBuckets{1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096, 8192};
    return kBuckets;
}
const Buckets& snapshot_buckets() {
    static const Buckets kBuckets{0.01, 0.05, 0.1, 0.5, 1, 2.5, 5, 10, 30, 60};
    return kBuckets;
}

prometheus::Family<Counter>& counters(Registry& registry, const char* name, const char* help) {
    return prometheus::BuildCounter().Name(name).Help(help).Register(registry);
}
Counter& counter(Registry& registry, const char* name, const char* help) {
    return counters(registry, name, help).Add({});
}
Histogram& histogram(Registry& registry, const char* name, const char* help,
                     const Buckets& buckets) {
    return prometheus::BuildHistogram().Name(name).Help(help).Register(registry).Add({}, buckets);
}

/// The thing of a key, made when it is not there yet.
template <class Map, class Make>
auto& find_or_make(std::shared_mutex& mutex, Map& map, const typename Map::key_type& key,
                   Make make) {
    {
        const std::shared_lock lock(mutex);
        if (const auto found = map.find(key); found != map.end()) return *found->second;
    }
    const std::scoped_lock lock(mutex);
    auto& thing = map[key];
    if (thing == nullptr) thing = &make();
    return *thing;
}

}  // namespace

RequestMeters::RequestMeters(Registry& registry)
    : requests_(counters(registry, "penstock_http_requests_total",
                         "HTTP requests answered, by method of the API and status.")),
      durations_(prometheus::BuildHistogram()
                     .Name("penstock_http_request_duration_seconds")
                     .Help("From the end of a request to that of its answer. Without "
                           "streams, and without requests that are held until there is news.")
                     .Register(registry)) {}

void RequestMeters::count(std::string_view method, unsigned status) {
    find_or_make(mutex_, counters_, Key{method.data(), status}, [&]() -> Counter& {
        return requests_.Add({{"method", std::string(method)}, {"code", std::to_string(status)}});
    }).Increment();
}

void RequestMeters::time(std::string_view method, double seconds) {
    find_or_make(mutex_, histograms_, Key{method.data(), 0}, [&]() -> Histogram& {
        return durations_.Add({{"method", std::string(method)}}, request_buckets());
    }).Observe(seconds);
}

ReasonMeters::ReasonMeters(Registry& registry, const char* name, const char* help,
                           const char* label)
    : family_(counters(registry, name, help)), label_(label) {}

void ReasonMeters::count(std::string_view reason, double by) {
    family_.Add({{label_, std::string(reason)}}).Increment(by);
}

Meters::Meters()
    : commands(counters(registry, "penstock_commands_total",
                        "Commands applied, by what the core made of them.")),
      done(commands.Add({{"outcome", "done"}})),
      rejected(commands.Add({{"outcome", "rejected"}})),
      repeated(commands.Add({{"outcome", "repeated"}})),
      questions(counter(registry, "penstock_questions_total",
                        "Questions answered by the sequencer, its own among them.")),
      batches(counter(registry, "penstock_journal_batches_total", "Batches that are durable.")),
      journal_bytes(
          counter(registry, "penstock_journal_bytes_total", "Bytes of batches that are durable.")),
      replies(counter(registry, "penstock_replies_total",
                      "Answers given after what they saw was durable.")),
      batch_commands(
          histogram(registry, "penstock_batch_commands", "Commands in a batch.", size_buckets())),
      queue_seconds(histogram(
          registry, "penstock_queue_wait_seconds",
          "Time that calls waited for the sequencer: the longest of each round.", stage_buckets())),
      apply_seconds(histogram(registry, "penstock_round_apply_seconds",
                              "Time to apply the commands and questions of a round.",
                              stage_buckets())),
      append_seconds(histogram(registry, "penstock_journal_append_seconds",
                               "Time until a batch was durable, or failed.", stage_buckets())),
      reply_seconds(histogram(registry, "penstock_reply_seconds",
                              "Time to give all answers of a batch.", stage_buckets())),
      snapshot_seconds(histogram(registry, "penstock_snapshot_seconds",
                                 "Time to write a snapshot, beside the exchange.",
                                 snapshot_buckets())),
      snapshot_pause_seconds(histogram(registry, "penstock_snapshot_pause_seconds",
                                       "Time for which the exchange stood still for a snapshot.",
                                       stage_buckets())) {
    // Series that exist from the start can be watched from the start.
    for (const Rejection* failure : {&kJournalFault, &kFenced, &kDiskLow})
        append_failures.count(failure->reason, 0);
    for (const Rejection* refusal : {&kQueueFull, &kObserversLag})
        refusals.count(refusal->reason, 0);
    snapshots.count("saved", 0);
    snapshots.count("failed", 0);
}

}  // namespace penstock::shell
