#pragma once

#include <fstream>
#include <iterator>
#include <string>

#include "base/time.h"

namespace penstock::intent {

/// Monday 2026-03-02, 09:00 at UTC+8: when the labelled sentences are written.
inline constexpr Instant kLabelNow{1'772'413'200'000'000'000};

inline std::string read_text(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace penstock::intent
