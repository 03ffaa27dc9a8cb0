#pragma once

#include <cstdint>
#include <functional>
#include <string>

namespace penstock::bench {

struct LoadOptions {
    std::uint16_t port = 0;  ///< On the loopback.
    std::size_t connections = 256;
    double seconds = 1;
};

struct LoadResult {
    double requests_per_second = 0;
    std::size_t reply_bytes = 0;  ///< The body of the last reply.
};

/// Asks over many kept connections at once, one request at a time on each, on the calling thread.
/// Ends the program when an answer is not of status 200.
/// @param write_request  Replaces the text by the next request, head and body.
LoadResult load(const LoadOptions& options,
                const std::function<void(std::string& request)>& write_request);

}  // namespace penstock::bench
