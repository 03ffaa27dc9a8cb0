#include "transport/connect/envelope.h"

namespace penstock::transport {

void write_envelope(std::uint8_t flags, std::string_view data, std::string& out) {
    out.push_back(static_cast<char>(flags));
    for (int shift = 24; shift >= 0; shift -= 8)
        out.push_back(static_cast<char>(data.size() >> shift & 0xFF));
    out.append(data);
}

std::optional<Envelope> read_envelope(std::string_view bytes) {
    if (bytes.size() < Envelope::kHeadSize) return std::nullopt;
    std::size_t size = 0;
    for (std::size_t i = 1; i < Envelope::kHeadSize; ++i)
        size = size << 8 | static_cast<unsigned char>(bytes[i]);
    if (bytes.size() - Envelope::kHeadSize < size) return std::nullopt;
    return Envelope{static_cast<std::uint8_t>(bytes[0]), bytes.substr(Envelope::kHeadSize, size)};
}

}  // namespace penstock::transport
