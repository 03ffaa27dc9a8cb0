#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace penstock::transport {

/// One message of a Connect stream: a byte of flags, four of length (most significant first), data.
struct Envelope {
    std::uint8_t flags = 0;
    std::string_view data;

    static constexpr std::uint8_t kCompressed = 1;
    static constexpr std::uint8_t kEnd = 2;  ///< The data is the stream's outcome, in JSON.
    static constexpr std::size_t kHeadSize = 5;
};

/// Appends one envelope.
/// @param data  At most 4 GiB.
void write_envelope(std::uint8_t flags, std::string_view data, std::string& out);

/// The envelope that starts `bytes`, viewing them; nothing while it is not complete.
std::optional<Envelope> read_envelope(std::string_view bytes);

}  // namespace penstock::transport
