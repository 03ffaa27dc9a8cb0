#include "advise/delay/estimate.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <tuple>
#include <utility>

#include "advise/delay/error.h"
#include "advise/delay/shipped.h"
#include "base/assert.h"
#include "format/csv_table.h"

namespace penstock::delay {

namespace {

std::int64_t figure(std::string_view text) {
    std::int64_t value = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
    PENSTOCK_ASSERT(read.ec == std::errc{} && read.ptr == text.data() + text.size());
    return value;
}

std::vector<Model> read_models() {
    const auto table = format::CsvTable::read(shipped_model_csv(), {}, "delay_model.csv");
    PENSTOCK_ASSERT(table && table->columns().size() == 6);
    std::vector<Model> models;
    for (std::size_t row = 0; row < table->rows(); ++row) {
        const auto cell = [&](std::size_t column) { return table->field(row, column).text; };
        models.push_back({std::string(cell(0)), figure(cell(1)), figure(cell(2)), figure(cell(3)),
                          std::string(cell(4)), std::string(cell(5))});
    }
    PENSTOCK_ASSERT(!models.empty());
    return models;
}

std::string source_of(const Measurement& row) {
    return row.source + ", " + row.measured_on;
}

/// What was measured of a path.
struct Found {
    const Measurement* there = nullptr;
    const Measurement* back = nullptr;
    const Measurement* round_trip = nullptr;
};

Delay one_way_of(const Found& found, const Delay& modelled) {
    if (found.there != nullptr)
        return {found.there->delay_us, Basis::measured, source_of(*found.there)};
    if (found.round_trip != nullptr) {
        return {(found.round_trip->delay_us + 1) / 2, Basis::modelled,
                "half of the round trip measured by " + source_of(*found.round_trip)};
    }
    return modelled;
}

Delay round_trip_of(const Found& found, const Delay& modelled) {
    if (found.round_trip != nullptr)
        return {found.round_trip->delay_us, Basis::measured, source_of(*found.round_trip)};
    if (found.there != nullptr && found.back != nullptr) {
        return {found.there->delay_us + found.back->delay_us, Basis::measured,
                "one way each: " + source_of(*found.there) + "; " + source_of(*found.back)};
    }
    if (found.there != nullptr || found.back != nullptr) {
        const Measurement& way = found.there != nullptr ? *found.there : *found.back;
        return {2 * way.delay_us, Basis::modelled, "twice one way measured by " + source_of(way)};
    }
    return modelled;
}

}  // namespace

const std::vector<Model>& shipped_models() {
    static const std::vector<Model> kModels = read_models();
    return kModels;
}

Result<const Model*> find_model(std::string_view name) {
    std::string all;
    for (const Model& model : shipped_models()) {
        if (model.name == name) return &model;
        all += (all.empty() ? "" : ", ") + model.name;
    }
    return reject(kModelUnknown, "model", "Known are " + all + ".");
}

std::string_view name(Basis basis) {
    return basis == Basis::measured ? "measured" : "modelled";
}

Delays estimate(const Places& places, const Measurements& measurements, const Model& model,
                const Path& path) {
    const std::int64_t metres = great_circle_m(places.all()[path.from], places.all()[path.to]);
    const std::int64_t us = model.one_way_us(metres, path.network);
    const std::string source = "model \"" + model.name + "\": " + model.source;
    const Found found{
        measurements.find(path.from, path.to, Way::one_way, path.network),
        measurements.find(path.to, path.from, Way::one_way, path.network),
        measurements.find(path.from, path.to, Way::round_trip, path.network),
    };
    return {metres, one_way_of(found, {us, Basis::modelled, source}),
            round_trip_of(found, {2 * us, Basis::modelled, source})};
}

std::vector<Reach> reaches(const Places& places, const Measurements& measurements,
                           const Model& model, std::size_t centre, Network network) {
    std::vector<Reach> result;
    for (std::size_t place = 0; place < places.all().size(); ++place) {
        if (place == centre) continue;
        Reach reach{place, estimate(places, measurements, model, {centre, place, network}), 0};
        const auto* circle = std::ranges::find_if(
            kCirclesUs, [&](std::int64_t us) { return reach.delays.one_way.us <= us; });
        if (circle != std::end(kCirclesUs)) reach.circle_us = *circle;
        result.push_back(std::move(reach));
    }
    std::ranges::sort(result, {}, [](const Reach& reach) {
        return std::tuple(reach.delays.one_way.us, reach.place);
    });
    return result;
}

}  // namespace penstock::delay
