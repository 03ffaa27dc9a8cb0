#include "advise/estimate/chip.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <tuple>
#include <utility>

#include "advise/estimate/chip_name.h"
#include "advise/estimate/error.h"
#include "advise/estimate/fact_table.h"
#include "advise/intent/names.h"
#include "base/text.h"
#include "base/try.h"

namespace penstock::estimate {

namespace {

constexpr auto kPrecisions = std::to_array<std::pair<std::string_view, Precision>>(
    {{"bf16", Precision::bf16}, {"fp16", Precision::fp16}, {"fp8", Precision::fp8}});
constexpr auto kConfidences = std::to_array<std::pair<std::string_view, Confidence>>(
    {{"high", Confidence::high},
     {"medium", Confidence::medium},
     {"low", Confidence::low},
     {"unconfirmed", Confidence::unconfirmed}});

std::unexpected<Error> unknown_figure(const Chip& chip, std::string_view what) {
    return reject(kFigureUnknown, "device",
                  chip.vendor + " " + chip.model + " has no " + std::string(what) + " there.");
}

/// Of a family the generic one stands first, then the one with the fastest memory.
std::pair<bool, double> standing(const Chip& chip) {
    const bool is_generic = chip.model.find("(generic)") != std::string::npos;
    return {!is_generic, -chip.bandwidth_gb_per_s.value_or(0)};
}

/// The chip, not a family, that intents know by a name; null for none.
const intent::NamedChip* named_chip(std::string_view name) {
    const auto id = intent::chip_id(name, "device");
    const intent::NamedChip* const named = id ? intent::find_chip(*id) : nullptr;
    return named == nullptr || named->family ? nullptr : named;
}

Result<Chip> read_chip(const FactTable& table, std::size_t row) {
    Chip chip{.vendor = std::string(table.text(row, "vendor")),
              .model = std::string(table.text(row, "model")),
              .architecture = std::string(table.text(row, "arch")),
              .source = std::string(table.text(row, "source"))};
    TRY_ASSIGN(chip.fp16_tflops, table.number(row, "fp16"));
    TRY_ASSIGN(chip.bf16_tflops, table.number(row, "bf16"));
    TRY_ASSIGN(chip.fp8_tflops, table.number(row, "fp8"));
    TRY_ASSIGN(chip.memory_gib, table.number(row, "mem_gib"));
    TRY_ASSIGN(chip.bandwidth_gb_per_s, table.number(row, "mem_bw_gbps"));
    TRY_ASSIGN(chip.power_w, table.number(row, "tdp_w"));
    const std::string_view confidence = table.text(row, "confidence");
    for (const auto& [text, value] : kConfidences) {
        if (text == confidence) chip.confidence = value;
    }
    return chip;
}

}  // namespace

std::string_view name(Precision precision) {
    return kPrecisions[static_cast<std::size_t>(precision)].first;
}

std::string_view name(Confidence confidence) {
    return kConfidences[static_cast<std::size_t>(confidence)].first;
}

Result<Precision> parse_precision(std::string_view text) {
    for (const auto& [word, value] : kPrecisions) {
        if (word == text) return value;
    }
    return reject(kPrecisionUnknown, "precision");
}

Result<Peak> peak(const Chip& chip, Precision precision) {
    constexpr double kTera = 1e12;
    const auto usable = [](std::optional<double> tflops) { return tflops && *tflops > 0; };
    if (precision == Precision::fp8) {
        if (usable(chip.fp8_tflops)) return Peak{*chip.fp8_tflops * kTera, Precision::fp8};
        return unknown_figure(chip, "dense peak at fp8");
    }
    const bool bf16 = precision == Precision::bf16;
    if (usable(chip.bf16_tflops) && (bf16 || !usable(chip.fp16_tflops)))
        return Peak{*chip.bf16_tflops * kTera, Precision::bf16};
    if (usable(chip.fp16_tflops)) return Peak{*chip.fp16_tflops * kTera, Precision::fp16};
    return unknown_figure(chip, "dense peak at 16 bits");
}

Result<double> memory_bytes(const Chip& chip) {
    constexpr double kGib = 1024.0 * 1024 * 1024;
    if (!chip.memory_gib || *chip.memory_gib <= 0) return unknown_figure(chip, "size of memory");
    return *chip.memory_gib * kGib;
}

Result<double> bytes_per_s(const Chip& chip) {
    if (!chip.bandwidth_gb_per_s || *chip.bandwidth_gb_per_s <= 0)
        return unknown_figure(chip, "bandwidth of memory");
    return *chip.bandwidth_gb_per_s * 1e9;
}

Result<ChipTable> ChipTable::read(std::string_view csv, std::string_view file) {
    TRY_ASSIGN(const auto table,
               FactTable::read(csv, file,
                               {"vendor", "model", "arch", "fp16", "bf16", "fp8", "mem_gib",
                                "mem_bw_gbps", "tdp_w", "confidence", "source"}));
    ChipTable out;
    for (std::size_t row = 0; row < table.rows(); ++row) {
        TRY_ASSIGN(auto chip, read_chip(table, row));
        out.chips_.push_back(std::move(chip));
    }
    return out;
}

std::vector<Chip> ChipTable::chips_of(std::string_view id) const {
    const intent::NamedChip* const named = intent::find_chip(id);
    if (named == nullptr) return {};
    std::vector<Chip> out;
    std::ranges::copy_if(chips_, std::back_inserter(out), [named](const Chip& chip) {
        return intent::stands_for(*named, chip.vendor, chip.model);
    });
    return out;
}

Result<Chip> ChipTable::find(std::string_view name) const {
    constexpr std::size_t kNameBytesMax = 64;
    const bool readable = is_label(name, {1, kNameBytesMax});
    const auto asked = readable ? words_of(name) : std::vector<std::string>();
    const intent::NamedChip* const named = readable ? named_chip(name) : nullptr;
    const Chip* best = nullptr;
    std::tuple<bool, std::size_t, bool, double> best_rank;
    for (const Chip& chip : chips_) {
        if (named != nullptr && !intent::stands_for(*named, chip.vendor, chip.model)) continue;
        const auto words = words_of(chip.model);
        auto wanted = asked;
        const auto vendor = words_of(chip.vendor);
        if (wanted.size() > 1 && vendor.size() == 1 && wanted.front() == vendor.front())
            wanted.erase(wanted.begin());
        if (wanted.empty()) continue;
        auto at = find_words(wanted, words);
        // Words that intents know need not be those of the table: 寒武纪590.
        if (!at && named != nullptr) at = words.size();
        if (!at) continue;
        const auto [special, bandwidth] = standing(chip);
        const std::tuple rank(wanted != words, *at, special, bandwidth);
        if (best == nullptr || rank < best_rank) {
            best = &chip;
            best_rank = rank;
        }
    }
    if (best != nullptr) return *best;
    std::vector<std::string> names;
    for (const Chip& chip : chips_) names.push_back(chip.model);
    return reject(kChipUnknown, "device",
                  readable ? "Given: '" + std::string(name) +
                                 "'; nearest: " + nearest_names(name, names, 3) + "."
                           : std::string());
}

}  // namespace penstock::estimate
