#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "penstock/v1/intent.pb.h"
#include "penstock/v1/task.pb.h"

namespace penstock::intent {

enum class SourceFormat : std::uint8_t { sky_pilot, dstack, sdl };

enum class ForeignPrice : std::uint8_t {
    refuse,  ///< A price in what is no currency of ISO 4217 is an error.
    drop,    ///< It is left out, with a warning.
};

struct ImportOptions {
    std::optional<SourceFormat> format;  ///< Else by what stands in the file.
    ForeignPrice foreign_price = ForeignPrice::refuse;
};

struct Imported {
    v1::Intent intent;
    v1::WorkloadSpec task;  ///< Name, programs and environment; no more.
    /// "<file>:<line>:<column>: <field>: …": each field that says something which is not kept.
    std::vector<std::string> warnings;
};

/// Reads a SkyPilot task, a dstack configuration or an Akash SDL as an intent (docs/intent.md).
///
/// Nothing is dropped in silence: what an intent cannot hold is warned of, and where the meaning
/// would change, refused. No amount is converted.
/// @param file  What to call it in messages.
/// @retval kIntentSyntax, kIntentValue, kIntentUnknownName, kIntentConflict, kImportUnknownFormat,
///         kImportLossy  The detail begins with the place.
Result<Imported> import_intent(std::string_view text, std::string_view file,
                               const ImportOptions& options);

}  // namespace penstock::intent
