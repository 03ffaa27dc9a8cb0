#include "transport/json/utf8.h"

#include <cstddef>

namespace penstock::transport {
namespace {

/// The length of the sequence that a first byte starts, with the range of its second byte.
struct Lead {
    std::size_t size = 0;  ///< 0 for a byte that starts none.
    unsigned second_min = 0x80;
    unsigned second_max = 0xBF;
};

Lead lead_of(unsigned byte) {
    if (byte < 0xC2) return {};
    if (byte < 0xE0) return {.size = 2};
    if (byte == 0xE0) return {.size = 3, .second_min = 0xA0};
    if (byte == 0xED) return {.size = 3, .second_max = 0x9F};
    if (byte < 0xF0) return {.size = 3};
    if (byte == 0xF0) return {.size = 4, .second_min = 0x90};
    if (byte < 0xF4) return {.size = 4};
    if (byte == 0xF4) return {.size = 4, .second_max = 0x8F};
    return {};
}

}  // namespace

bool is_utf8(std::string_view bytes) {
    const auto at = [&](std::size_t i) -> unsigned { return static_cast<unsigned char>(bytes[i]); };
    for (std::size_t i = 0; i < bytes.size();) {
        if (at(i) < 0x80) {
            ++i;
            continue;
        }
        const Lead lead = lead_of(at(i));
        if (lead.size == 0 || bytes.size() - i < lead.size) return false;
        if (at(i + 1) < lead.second_min || at(i + 1) > lead.second_max) return false;
        for (std::size_t k = 2; k < lead.size; ++k)
            if ((at(i + k) & 0xC0) != 0x80) return false;
        i += lead.size;
    }
    return true;
}

}  // namespace penstock::transport
