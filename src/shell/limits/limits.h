#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <optional>
#include <string_view>

#include "base/error.h"
#include "base/id.h"
#include "base/time.h"
#include "crypto/short_hash.h"
#include "shell/limits/terms.h"

namespace penstock::limits {

/// That something must wait, and which limit says so.
struct Refusal {
    Limit limit = Limit::address;
    Duration wait;

    /// Says when to come again in whole seconds, rounded up, at least one.
    Error error() const;
};

/// A call whose sender is known.
struct Call {
    std::string_view peer;       ///< "192.0.2.7:50310"
    std::uint64_t kind = 0;      ///< What kind of credential it came with: a key, a session …
    std::uint64_t number = 0;    ///< Which one.
    std::uint64_t party = 0;     ///< 0: nobody's.
    std::uint64_t method = 0;    ///< Which method of the schema.
    std::int64_t cost = 1;       ///< In tokens; at least 1.
    bool is_poll = false;        ///< An agent asks for work.
    bool is_for_anyone = false;  ///< A command that needs no credentials.
};

/// Counts of all that was asked, for metrics. Read them at any time.
struct Counters {
    std::atomic<std::uint64_t> admitted{0};  ///< Calls, whose sender is known.
    std::array<std::atomic<std::uint64_t>, kLimitCount> refused{};
};

/// Decides who calls too often. Memory is fixed when it is made. Thread-safe.
///
/// Times come from the caller: those of a clock that is never set. What is refused costs nothing.
class Limits {
  public:
    static constexpr std::size_t kBucketsMax = 65'536;  ///< Of each limit; 16 bytes each.
    /// What wrong credentials cost an address, in tokens: guessing is dear.
    static constexpr std::int64_t kWrongCredentialsCost = 20;

    explicit Limits(const AllTerms& terms, std::size_t buckets_max = kBucketsMax);

    /// Any request, before its body is read.
    std::optional<Refusal> admit_request(std::string_view peer, Duration now);
    /// A request was admitted, and its credentials are wrong.
    void note_wrong_credentials(std::string_view peer, Duration now);
    /// A call of an admitted request.
    std::optional<Refusal> admit_call(const Call& call, Duration now);

    const Counters& counters() const { return counters_; }

  private:
    struct Charge {
        Limit limit;
        std::uint64_t key;
        std::int64_t cost;
    };
    template <class... Numbers>
    std::uint64_t hash(Numbers... numbers) const;
    std::uint64_t hash_address(std::string_view peer) const;
    BucketTable& table(Limit limit) { return tables_[index_of(limit)]; }
    std::optional<Refusal> take_all(std::initializer_list<Charge> charges, Duration now);

    const crypto::ShortHash hash_;
    std::array<BucketTable, kLimitCount> tables_;
    Counters counters_;
};

}  // namespace penstock::limits
