#include "agent/options.h"

#include <array>
#include <charconv>
#include <set>

#include "agent/error.h"
#include "base/try.h"

namespace penstock::agent {
namespace {

constexpr std::uint32_t kCpusMax = 4096;

constexpr std::string_view kCpusForm = "Give cores as in 0-3,6: each once, below 4096";
constexpr std::string_view kMemoryForm =
    "Give a size above zero with its unit, as in 512MiB or 4GiB (KiB, MiB, GiB, TiB)";
constexpr std::string_view kPriceForm =
    "Give an amount above zero as in 0.25, with up to six decimals, at most 1000000";

std::unexpected<Error> bad(std::string_view field, std::string_view text, std::string_view form) {
    return reject(kBadOption, field, std::string(form) + "; given: '" + std::string(text) + "'.");
}

/// The whole text as a number; digits only.
template <class Number>
bool read_number(std::string_view text, Number& number) {
    const char* end = text.data() + text.size();
    if (text.empty() || text.front() < '0' || text.front() > '9') return false;
    const auto read = std::from_chars(text.data(), end, number);
    return read.ec == std::errc() && read.ptr == end;
}

}  // namespace

Result<std::vector<std::uint32_t>> parse_cpu_list(std::string_view text) {
    std::set<std::uint32_t> cpus;
    std::string_view rest = text;
    while (true) {
        const auto comma = rest.find(',');
        const auto part = rest.substr(0, comma);
        const auto dash = part.find('-');
        std::uint32_t first = 0;
        std::uint32_t last = 0;
        if (!read_number(part.substr(0, dash), first)) return bad("cpus", text, kCpusForm);
        last = first;
        if (dash != std::string_view::npos && !read_number(part.substr(dash + 1), last))
            return bad("cpus", text, kCpusForm);
        if (last < first || last >= kCpusMax) return bad("cpus", text, kCpusForm);
        for (auto cpu = first; cpu <= last; ++cpu)
            if (!cpus.insert(cpu).second) return bad("cpus", text, kCpusForm);
        if (comma == std::string_view::npos) return std::vector(cpus.begin(), cpus.end());
        rest.remove_prefix(comma + 1);
    }
}

Result<std::uint64_t> parse_memory_size(std::string_view text) {
    constexpr std::array<std::pair<std::string_view, int>, 8> kUnits{{{"KiB", 10},
                                                                      {"MiB", 20},
                                                                      {"GiB", 30},
                                                                      {"TiB", 40},
                                                                      {"K", 10},
                                                                      {"M", 20},
                                                                      {"G", 30},
                                                                      {"T", 40}}};
    constexpr std::uint64_t kMax = 1ULL << 50;
    for (const auto& [unit, shift] : kUnits) {
        if (!text.ends_with(unit)) continue;
        std::uint64_t count = 0;
        if (!read_number(text.substr(0, text.size() - unit.size()), count) || count == 0 ||
            count > (kMax >> shift))
            return bad("memory", text, kMemoryForm);
        return count << shift;
    }
    return bad("memory", text, kMemoryForm);
}

Result<std::int64_t> parse_price_micros(std::string_view text) {
    const auto dot = text.find('.');
    std::int64_t units = 0;
    std::int64_t micros = 0;
    if (!read_number(text.substr(0, dot), units) || units > 1'000'000)
        return bad("price", text, kPriceForm);
    if (dot != std::string_view::npos) {
        std::string decimals(text.substr(dot + 1));
        if (decimals.empty() || decimals.size() > 6) return bad("price", text, kPriceForm);
        decimals.resize(6, '0');
        if (!read_number(std::string_view(decimals), micros)) return bad("price", text, kPriceForm);
    }
    const std::int64_t price = units * 1'000'000 + micros;
    if (price == 0 || price > 1'000'000'000'000) return bad("price", text, kPriceForm);
    return price;
}

}  // namespace penstock::agent
