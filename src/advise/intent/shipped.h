#pragma once

#include <string_view>

/// The files of data/ that intents need, compiled in.
namespace penstock::intent {

extern const std::string_view kPlacesCsv;
extern const std::string_view kChipsCsv;
extern const std::string_view kModelsCsv;
extern const std::string_view kWordsCsv;
extern const std::string_view kCitiesCsv;
extern const std::string_view kChipFactsCsv;

}  // namespace penstock::intent
