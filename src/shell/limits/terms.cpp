#include "shell/limits/terms.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <string>

#include "shell/limits/error.h"

namespace penstock::limits {

namespace {

constexpr std::int64_t kRateMax = 1'000'000;
constexpr std::int64_t kSecondsOfBurst = 4;

std::optional<std::int64_t> parse_count(std::string_view text, std::int64_t max) {
    std::int64_t count = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    if (count < 1 || count > max) return std::nullopt;
    return count;
}

std::optional<Terms> parse_terms(std::string_view text) {
    if (text == "off") return Terms{};
    const std::size_t colon = text.find(':');
    const std::string_view rate = text.substr(0, colon);
    const std::size_t slash = rate.find('/');
    if (slash == std::string_view::npos) return std::nullopt;
    const auto count = parse_count(rate.substr(0, slash), kRateMax);
    const std::string_view unit = rate.substr(slash + 1);
    if (!count || (unit != "s" && unit != "min")) return std::nullopt;
    Terms terms;
    terms.tokens_per_minute = unit == "s" ? *count * 60 : *count;
    terms.burst = std::min(unit == "s" ? *count * kSecondsOfBurst : *count, kBurstMax);
    if (colon == std::string_view::npos) return terms;
    const auto burst = parse_count(text.substr(colon + 1), kBurstMax);
    if (!burst) return std::nullopt;
    terms.burst = *burst;
    return terms;
}

}  // namespace

Result<void> change_terms(AllTerms& terms, std::string_view text) {
    const std::size_t equals = text.find('=');
    const auto named = std::ranges::find(kLimitNames, text.substr(0, equals));
    const auto parsed = equals == std::string_view::npos || named == kLimitNames.end()
                            ? std::nullopt
                            : parse_terms(text.substr(equals + 1));
    if (!parsed) return reject(kTermsInvalid, {}, "This was: " + std::string(text));
    terms[static_cast<std::size_t>(named - kLimitNames.begin())] = *parsed;
    return {};
}

}  // namespace penstock::limits
