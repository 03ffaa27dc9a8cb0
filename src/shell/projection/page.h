#pragma once

#include <charconv>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/try.h"
#include "penstock/v1/types.pb.h"
#include "shell/projection/error.h"
#include "shell/projection/message_table.h"

namespace penstock::projection {

inline constexpr std::uint32_t kPageSizeDefault = 50;
inline constexpr std::uint32_t kPageSizeMax = 500;

/// A stretch of a table: rows beyond `after`, and one row more than fits, which tells whether
/// another page follows.
struct Page {
    std::uint64_t after = 0;
    bool first = true;
    std::uint32_t size = kPageSizeDefault;
};

/// A cursor is "n" and the number of the last item shown.
inline Result<Page> parse_page(const v1::PageRequest& request) {
    Page page;
    if (request.size() > kPageSizeMax) return reject(kBadPageSize, "page.size");
    if (request.size() > 0) page.size = request.size();
    const std::string_view cursor = request.cursor();
    if (cursor.empty()) return page;
    const char* end_of_text = cursor.data() + cursor.size();
    const auto [end, error] = std::from_chars(cursor.data() + 1, end_of_text, page.after);
    if (cursor.front() != 'n' || error != std::errc{} || end != end_of_text ||
        page.after > INT64_MAX)
        return reject(kBadCursor, "page.cursor");
    page.first = false;
    return page;
}

/// Fills one page of a list.
/// @param rows  Bound; gives up to page.size + 1 rows.
template <class Items>
Result<std::string> read_page(const MessageTable& table, sqlite::Statement& rows, const Page& page,
                              Items& items) {
    std::uint64_t last = 0;
    while (true) {
        TRY_ASSIGN(const bool more, rows.step());
        if (!more) return std::string();
        if (static_cast<std::uint32_t>(items.size()) == page.size)
            return "n" + std::to_string(last);
        last = rows.unsigned_integer(0);
        TRY(table.read(rows, *items.Add()));
    }
}

}  // namespace penstock::projection
