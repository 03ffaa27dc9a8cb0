#pragma once

#include <charconv>
#include <cstdint>
#include <string>

#include "base/error.h"
#include "core/exchange/error.h"
#include "penstock/v1/types.pb.h"

namespace penstock::exchange {

inline constexpr std::uint32_t kPageDefault = 50;
inline constexpr std::uint32_t kPageMax = 500;

/// Which part of a list is asked for.
struct Page {
    std::uint64_t after = 0;
    std::uint32_t size = kPageDefault;
};

/// @retval PAGE_INVALID
inline Result<Page> read_page(const v1::PageRequest& request) {
    Page page;
    if (request.size() > kPageMax) return reject(kPageInvalid, "page.size");
    if (request.size() > 0) page.size = request.size();
    const std::string& cursor = request.cursor();
    if (cursor.empty()) return page;
    const char* last = cursor.data() + cursor.size();
    const auto [end, error] = std::from_chars(cursor.data(), last, page.after);
    if (error != std::errc{} || end != last) return reject(kPageInvalid, "page.cursor");
    return page;
}

}  // namespace penstock::exchange
