#pragma once

#include <span>
#include <string_view>

namespace penstock::format {

struct ShippedProfile {
    std::string_view name;
    std::string_view yaml;
};

/// The profiles of data/bank-profiles, compiled in; by name.
std::span<const ShippedProfile> shipped_profiles();

}  // namespace penstock::format
