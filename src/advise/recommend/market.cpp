#include "advise/recommend/market.h"

#include <algorithm>
#include <cmath>

#include "advise/delay/place.h"

namespace penstock::recommend {

DayProfile::DayProfile(const std::array<double, 24>& hours)
    : least_(*std::ranges::min_element(hours)) {
    for (std::size_t i = 0; i < hours.size(); ++i) sums_[i + 1] = sums_[i] + hours[i];
}

DayProfile::DayProfile(const std::array<std::uint32_t, 24>& hours)
    : DayProfile([&] {
          std::array<double, 24> parts{};
          for (std::size_t i = 0; i < hours.size(); ++i) parts[i] = hours[i] / 1'000.0;
          return parts;
      }()) {}

double DayProfile::sum(double hours) const {
    const auto whole = std::min<std::size_t>(static_cast<std::size_t>(hours), 23);
    const double part = hours - static_cast<double>(whole);
    return sums_[whole] * (1 - part) + sums_[whole + 1] * part;
}

double DayProfile::mean(Instant start, double hours) const {
    constexpr std::int64_t kDay = 86'400'000'000'000;
    const double from = static_cast<double>(start.ns % kDay) / 3.6e12;
    const double days = std::floor((from + hours) / 24);
    const double to = from + hours - days * 24;
    return (days * sums_.back() + sum(to) - sum(from)) / hours;
}

std::vector<std::string> ids_of(const estimate::Chip& chip) {
    std::vector<std::string> ids;
    for (const intent::NamedChip& named : intent::chips()) {
        if (intent::stands_for(named, chip.vendor, chip.model)) ids.push_back(named.id);
    }
    return ids;
}

std::optional<std::size_t> delay_id_of(const intent::CityPoint& point) {
    const auto& all = delay::Places::shipped().all();
    for (std::size_t i = 0; i < all.size(); ++i) {
        if (all[i].latitude == point.latitude && all[i].longitude == point.longitude) return i;
    }
    return std::nullopt;
}

bool is_domestic(const estimate::Chip& chip) {
    for (const intent::NamedChip& named : intent::chips()) {
        if (named.vendor == chip.vendor) return named.domestic;
    }
    return false;
}

}  // namespace penstock::recommend
