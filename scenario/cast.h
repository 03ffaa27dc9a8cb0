#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "scenario/venue.h"

namespace penstock::scenario {

struct Supplier {
    std::string party;
    exchange::Actor key;
    std::string agent_id;
    exchange::Actor agent;
    std::string pool;
    std::uint64_t next_usage = 1;
    bool is_lost = false;  ///< Its agent cannot be reached now.
};

struct Buyer {
    std::string party;
    exchange::Actor key;
};

/// Who takes part: the operator with two officers, suppliers with a measured pool each, and buyers.
struct Cast {
    exchange::Actor operator_key;
    std::string officer_users[2];
    exchange::Actor officers[2];  ///< As they are signed in now.
    std::vector<Supplier> suppliers;
    std::vector<Buyer> buyers;
};

/// Sessions last a month at most, so officers sign in again.
void sign_in(Venue& venue, Cast& cast);
/// Profiles grow old, so pools are measured again.
void measure_all(Venue& venue, const Cast& cast);

inline constexpr std::uint32_t kCoresOfPool = 4'096;
inline constexpr const char* kBankAccount = "31001-88";

/// Opens the exchange: two officers must agree on money, a bank account is named.
Cast open_exchange(Venue& venue, std::size_t suppliers, std::size_t buyers);

}  // namespace penstock::scenario
