#include "advise/estimate/architecture.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "advise/estimate/chip_name.h"
#include "advise/estimate/error.h"
#include "advise/estimate/fact_table.h"
#include "base/text.h"
#include "base/try.h"

namespace penstock::estimate {

namespace {

constexpr double kBillion = 1e9;

Result<Architecture> read_row(const FactTable& table, std::size_t row) {
    Architecture out{.name = std::string(table.text(row, "model")),
                     .source = std::string(table.text(row, "source"))};
    TRY_ASSIGN(out.parameters, table.needed(row, "params_b"));
    TRY_ASSIGN(const auto active, table.number(row, "active_params_b"));
    TRY_ASSIGN(out.layers, table.needed(row, "layers"));
    TRY_ASSIGN(out.width, table.needed(row, "width"));
    TRY_ASSIGN(out.kv_elements, table.needed(row, "kv_elements"));
    TRY_ASSIGN(out.context, table.needed(row, "context"));
    out.active_parameters = active.value_or(out.parameters) * kBillion;
    out.parameters *= kBillion;
    if (table.text(row, "read") == "recalled") out.source += " (recalled)";
    return out;
}

}  // namespace

Result<ArchitectureTable> ArchitectureTable::read(std::string_view csv, std::string_view file) {
    TRY_ASSIGN(const auto table,
               FactTable::read(csv, file,
                               {"model", "params_b", "active_params_b", "layers", "width",
                                "kv_elements", "context", "read", "source"}));
    ArchitectureTable out;
    for (std::size_t row = 0; row < table.rows(); ++row) {
        TRY_ASSIGN(auto architecture, read_row(table, row));
        out.rows_.push_back(std::move(architecture));
    }
    if (std::ranges::all_of(out.rows_, &Architecture::is_mixture))
        return reject(kTableBroken, {}, std::string(file) + " has no dense model.");
    return out;
}

Result<Architecture> ArchitectureTable::find(std::string_view name) const {
    constexpr std::size_t kNameBytesMax = 64;
    if (!is_label(name, {1, kNameBytesMax})) return reject(kModelUnknown, "model");
    const auto asked = words_of(name);
    std::vector<std::string> names;
    for (const Architecture& row : rows_) {
        if (words_of(row.name) == asked) return row;
        names.push_back(row.name);
    }
    return reject(
        kModelUnknown, "model",
        "Given: '" + std::string(name) + "'; nearest: " + nearest_names(name, names, 3) + ".");
}

const Architecture* ArchitectureTable::find_beginning_of(std::string_view name) const {
    const Architecture* best = nullptr;
    for (const Architecture& row : rows_) {
        if (name.starts_with(row.name) && (best == nullptr || row.name.size() > best->name.size()))
            best = &row;
    }
    return best;
}

Architecture ArchitectureTable::assumed(double parameters, double active_parameters) const {
    const Architecture* nearest = nullptr;
    const auto distance = [&](const Architecture& row) {
        return std::abs(std::log(row.parameters / active_parameters));
    };
    for (const Architecture& row : rows_) {
        if (row.is_mixture()) continue;
        if (nearest == nullptr || distance(row) < distance(*nearest)) nearest = &row;
    }
    const double grown = std::sqrt(active_parameters / nearest->parameters);
    return {.name = "a model of that size",
            .parameters = parameters,
            .active_parameters = active_parameters,
            .layers = nearest->layers,
            .width = nearest->width * grown,
            .kv_elements = nearest->kv_elements * grown,
            .context = kAssumedContext,
            .assumed = true,
            .source = "assumed: shape of " + nearest->name};
}

}  // namespace penstock::estimate
