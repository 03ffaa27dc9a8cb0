#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "base/error.h"
#include "shell/limits/bucket_table.h"

namespace penstock::limits {

/// What is limited, each with buckets of its own.
enum class Limit : std::uint8_t {
    address,  ///< All requests of an address, before anything else is known of them.
    sign_in,  ///< Commands open to anybody, of an address: sign-in, sign-up, enrolment.
    key,      ///< Calls with one API key, in one session, or by one agent.
    party,    ///< Calls of one party by all its keys and sessions.
    route,    ///< Calls of one party to one method.
    poll,     ///< An agent's polls for work, which count nowhere else but at its address.
};
inline constexpr std::size_t kLimitCount = 6;
inline constexpr std::array<std::string_view, kLimitCount> kLimitNames{
    "address", "sign-in", "key", "party", "route", "poll"};

constexpr std::size_t index_of(Limit limit) {
    return static_cast<std::size_t>(limit);
}
constexpr std::string_view name(Limit limit) {
    return kLimitNames[index_of(limit)];
}

using AllTerms = std::array<Terms, kLimitCount>;

/// What holds unless the operator says otherwise: far above what people and well-behaved programs
/// do, far below what one machine can be made to choke on.
inline constexpr AllTerms kDefaultTerms{{
    {.tokens_per_minute = 2'000 * 60, .burst = 8'000},  // address
    {.tokens_per_minute = 120, .burst = 120},           // sign_in
    {.tokens_per_minute = 500 * 60, .burst = 2'000},    // key
    {.tokens_per_minute = 1'000 * 60, .burst = 4'000},  // party
    {.tokens_per_minute = 500 * 60, .burst = 2'000},    // route
    {.tokens_per_minute = 20 * 60, .burst = 200},       // poll
}};

/// Changes one limit as a text says: "party=200/s:1000", "sign-in=30/min", "route=off". Without a
/// burst, it is what comes in four seconds, or a minute.
/// @retval kTermsInvalid  `terms` is unchanged.
Result<void> change_terms(AllTerms& terms, std::string_view text);

}  // namespace penstock::limits
