#pragma once

#include "base/error.h"

namespace penstock::limits {

inline constexpr Rejection kAddressLimit{
    14801, Code::resource_exhausted, "LIMIT_ADDRESS",
    "Your network address sends more requests than this server takes from one; wait as long as "
    "Retry-After says."};
inline constexpr Rejection kSignInLimit{
    14802, Code::resource_exhausted, "LIMIT_SIGN_IN",
    "Your network address signs in, or up, more often than this server takes from one; wait as "
    "long as Retry-After says."};
inline constexpr Rejection kKeyLimit{
    14803, Code::resource_exhausted, "LIMIT_KEY",
    "This key, session or agent calls more often than one may; wait as long as Retry-After says."};
inline constexpr Rejection kPartyLimit{
    14804, Code::resource_exhausted, "LIMIT_PARTY",
    "Your party calls more often than one may; wait as long as Retry-After says."};
inline constexpr Rejection kRouteLimit{
    14805, Code::resource_exhausted, "LIMIT_ROUTE",
    "Your party calls this method more often than one may; wait as long as Retry-After says, or "
    "ask less often."};
inline constexpr Rejection kPollLimit{
    14806, Code::resource_exhausted, "LIMIT_POLL",
    "This agent asks for work more often than one may; wait as long as Retry-After says, and let "
    "the server hold the poll."};
inline constexpr Rejection kTermsInvalid{
    14807, Code::invalid_argument, "LIMIT_TERMS_INVALID",
    "A limit is NAME=RATE/s, NAME=RATE/min, either with :BURST behind it, or NAME=off; NAME is "
    "address, sign-in, key, party, route or poll; RATE is 1 to 1000000 a second, BURST 1 to "
    "1000000."};

}  // namespace penstock::limits
