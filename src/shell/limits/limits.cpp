#include "shell/limits/limits.h"

#include <algorithm>
#include <string>

#include "shell/limits/address.h"
#include "shell/limits/error.h"

namespace penstock::limits {

namespace {

constexpr std::int64_t kSecondNs = 1'000'000'000;

constexpr std::array<const Rejection*, kLimitCount> kRejections{
    &kAddressLimit, &kSignInLimit, &kKeyLimit, &kPartyLimit, &kRouteLimit, &kPollLimit};

}  // namespace

Error Refusal::error() const {
    const std::int64_t seconds = std::max<std::int64_t>(1, (wait.ns + kSecondNs - 1) / kSecondNs);
    Error error(*kRejections[index_of(limit)], {},
                "Here that is " + std::to_string(seconds) + " s.");
    error.set_retry_after_seconds(static_cast<std::uint32_t>(seconds));
    return error;
}

Limits::Limits(const AllTerms& terms, std::size_t buckets_max)
    : tables_{BucketTable(terms[0], buckets_max), BucketTable(terms[1], buckets_max),
              BucketTable(terms[2], buckets_max), BucketTable(terms[3], buckets_max),
              BucketTable(terms[4], buckets_max), BucketTable(terms[5], buckets_max)} {}

template <class... Numbers>
std::uint64_t Limits::hash(Numbers... numbers) const {
    const std::array<std::uint64_t, sizeof...(numbers)> words{numbers...};
    return hash_({reinterpret_cast<const char*>(words.data()), sizeof words});
}

std::uint64_t Limits::hash_address(std::string_view peer) const {
    return hash_(counted_address(peer));
}

std::optional<Refusal> Limits::take_all(std::initializer_list<Charge> charges, Duration now) {
    // Two calls at one instant may both pass on the last token; the next one waits for it.
    for (const Charge& charge : charges) {
        const Duration wait = table(charge.limit).wait(charge.key, charge.cost, now);
        if (wait.ns <= 0) continue;
        ++counters_.refused[index_of(charge.limit)];
        return Refusal{charge.limit, wait};
    }
    for (const Charge& charge : charges) table(charge.limit).take(charge.key, charge.cost, now);
    return std::nullopt;
}

std::optional<Refusal> Limits::admit_request(std::string_view peer, Duration now) {
    return take_all({{Limit::address, hash_address(peer), 1}}, now);
}

void Limits::note_wrong_credentials(std::string_view peer, Duration now) {
    table(Limit::address).take(hash_address(peer), kWrongCredentialsCost, now);
}

std::optional<Refusal> Limits::admit_call(const Call& call, Duration now) {
    const std::uint64_t credential = hash(call.kind, call.number);
    std::optional<Refusal> refusal;
    if (call.is_poll) {
        refusal = take_all({{Limit::poll, credential, call.cost}}, now);
    } else if (call.is_for_anyone) {
        refusal = take_all({{Limit::sign_in, hash_address(call.peer), call.cost}}, now);
    } else if (call.party == 0) {
        // One token was taken when the request came.
        refusal = take_all({{Limit::address, hash_address(call.peer), call.cost - 1}}, now);
    } else {
        refusal = take_all({{Limit::key, credential, call.cost},
                            {Limit::party, hash(call.party), call.cost},
                            {Limit::route, hash(call.party, call.method), call.cost}},
                           now);
    }
    if (!refusal) ++counters_.admitted;
    return refusal;
}

}  // namespace penstock::limits
