#include "advise/recommend/market.h"

#include <algorithm>
#include <cctype>
#include <cmath>

#include "advise/intent/names.h"

namespace penstock::recommend {

namespace {

/// Whether a model's name goes on after the prefix with what is no part of it: "H20" begins
/// "H20-96GB", not "H200".
bool begins(std::string_view model, std::string_view prefix) {
    if (prefix.empty() || !model.starts_with(prefix)) return false;
    if (model.size() == prefix.size()) return true;
    const auto last = static_cast<unsigned char>(prefix.back());
    const auto next = static_cast<unsigned char>(model[prefix.size()]);
    return std::isdigit(last) == 0 || std::isalnum(next) == 0;
}

}  // namespace

DayProfile::DayProfile(const std::array<std::uint32_t, 24>& hours)
    : least_(*std::ranges::min_element(hours) / 1'000.0) {
    for (std::size_t i = 0; i < hours.size(); ++i) sums_[i + 1] = sums_[i] + hours[i] / 1'000.0;
}

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
    const intent::NamedChip* own = nullptr;
    for (const intent::NamedChip& named : intent::chips()) {
        if (named.vendor != chip.vendor) continue;
        if (named.family) {
            if (named.model_prefix.empty() || chip.model.starts_with(named.model_prefix))
                ids.push_back(named.id);
        } else if (begins(chip.model, named.model_prefix) &&
                   (own == nullptr || own->model_prefix.size() < named.model_prefix.size())) {
            own = &named;
        }
    }
    if (own != nullptr) ids.push_back(own->id);
    return ids;
}

bool is_domestic(const estimate::Chip& chip) {
    for (const intent::NamedChip& named : intent::chips()) {
        if (named.vendor == chip.vendor) return named.domestic;
    }
    return false;
}

}  // namespace penstock::recommend
