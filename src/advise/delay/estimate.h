#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "advise/delay/measurement.h"
#include "advise/delay/place.h"
#include "base/error.h"

namespace penstock::delay {

/// One-way delay from distance: offset + distance × slope, and more between networks; a round trip
/// is twice the one way.
struct Model {
    std::string name;
    std::int64_t offset_us = 0;
    std::int64_t ns_per_km = 0;
    std::int64_t cross_network_us = 0;
    std::string note;
    std::string source;

    /// Rounded to the nearest microsecond, halves up.
    std::int64_t one_way_us(std::int64_t metres, Network network) const {
        return offset_us + (metres * ns_per_km + 500'000) / 1'000'000 +
               (network == Network::cross ? cross_network_us : 0);
    }
};

/// The models of data/tables/delay_model.csv; the first is the default.
const std::vector<Model>& shipped_models();
/// @retval kModelUnknown  Lists those that there are.
Result<const Model*> find_model(std::string_view name);

enum class Basis : std::uint8_t { measured, modelled };

/// "measured", "modelled".
std::string_view name(Basis basis);

struct Delay {
    std::int64_t us = 0;
    Basis basis = Basis::modelled;
    std::string source;  ///< Of the measurement with its day, or of the model.
};

struct Delays {
    std::int64_t metres = 0;
    Delay one_way;
    Delay round_trip;
};

struct Path {
    std::size_t from = 0;  ///< Indices of places.
    std::size_t to = 0;
    Network network = Network::same;
};

/// What is known of a path. Each of the two delays is, in this order: measured; a round trip from
/// one way measured each way, added; one way as half of a measured round trip, and a round trip as
/// twice one measured way, which count as modelled; the model.
Delays estimate(const Places& places, const Measurements& measurements, const Model& model,
                const Path& path);

inline constexpr std::int64_t kCirclesUs[] = {5'000, 10'000, 20'000};

/// A place as seen from another.
struct Reach {
    std::size_t place = 0;
    Delays delays;
    /// One way: the smallest of kCirclesUs that it lies within; 0 beyond all.
    std::int64_t circle_us = 0;
};

/// All places but the centre itself by their one-way delay from it, nearest first.
std::vector<Reach> reaches(const Places& places, const Measurements& measurements,
                           const Model& model, std::size_t centre, Network network);

}  // namespace penstock::delay
