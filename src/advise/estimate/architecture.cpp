#include "advise/estimate/architecture.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <utility>

#include "advise/estimate/amount.h"
#include "advise/estimate/chip_name.h"
#include "advise/estimate/error.h"
#include "advise/estimate/fact_table.h"
#include "advise/intent/names.h"
#include "base/text.h"
#include "base/try.h"

namespace penstock::estimate {

namespace {

constexpr double kBillion = 1e9;

/// Whether a row may be meant by the size that was said, "70B", if any: its name ends so, or its
/// parameters are nearly those.
bool has_size(const Architecture& row, std::string_view size) {
    constexpr double kNearly = 0.01;
    if (size.empty()) return true;
    const auto words = words_of(row.name);
    const auto asked = words_of(size);
    if (asked.size() == 1 && words.back() == asked.front()) return true;
    const auto parameters = parse_amount(size, {1e6, 1e14}, "model");
    return parameters && std::abs(*parameters / row.parameters - 1) < kNearly;
}

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

std::vector<Architecture> ArchitectureTable::architectures_of(std::string_view id) const {
    const intent::NamedModel* const named = intent::find_model(id);
    if (named == nullptr) return {};
    std::vector<Architecture> out;
    std::ranges::copy_if(rows_, std::back_inserter(out), [named](const Architecture& row) {
        return intent::stands_for(*named, row.name);
    });
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
    const auto [model, size] = intent::split_model_name(name);
    if (model != nullptr) {
        const auto family = architectures_of(model->id);
        const auto fitting = [&size](const Architecture& row) { return has_size(row, size); };
        if (std::ranges::count_if(family, fitting) == 1)
            return *std::ranges::find_if(family, fitting);
        if (family.empty()) {
            return reject(kModelUnknown, "model",
                          "Given: '" + std::string(name) + "'; of " + model->id +
                              " the table has no layers and width.");
        }
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
