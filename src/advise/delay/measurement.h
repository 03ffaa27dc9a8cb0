#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "advise/delay/place.h"
#include "base/error.h"

namespace penstock::delay {

enum class Way : std::uint8_t { one_way, round_trip };
/// Whether both ends are customers of one carrier's network.
enum class Network : std::uint8_t { same, cross };

struct Measurement {
    std::size_t from = 0;  ///< Index of a place.
    std::size_t to = 0;
    Way way = Way::round_trip;
    Network network = Network::same;
    std::int64_t delay_us = 0;
    std::string measured_on;  ///< "2026-11-01".
    std::string source;
};

/// Delays that somebody measured: docs/delay.md has the form of the file.
class Measurements {
  public:
    static constexpr std::int64_t kDelayUsMax = 10'000'000;

    /// Refuses names that `places` does not know, delays that light in vacuum would not make, and
    /// two rows of one day for the same.
    /// @retval kMeasurementsInvalid, kPlaceUnknown, kCsvSyntax, kCsvTooLarge
    static Result<Measurements> parse(std::string_view csv, const Places& places,
                                      std::string_view file);

    const std::vector<Measurement>& all() const { return all_; }
    /// The newest; a round trip also from its other end.
    const Measurement* find(std::size_t from, std::size_t to, Way way, Network network) const;

  private:
    std::vector<Measurement> all_;
};

}  // namespace penstock::delay
