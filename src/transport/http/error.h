#pragma once

#include "base/error.h"

namespace penstock::transport {

inline constexpr Rejection kHttpListenFailed{13050, Code::unavailable, "HTTP_LISTEN_FAILED",
                                             "The server cannot listen on the address."};
inline constexpr Rejection kHttpTlsSetup{13051, Code::failed_precondition, "HTTP_TLS_SETUP",
                                         "The certificate or key cannot be used."};
inline constexpr Rejection kHttpBadUrl{
    13052, Code::invalid_argument, "HTTP_BAD_URL",
    "The address must be like http://host:port or https://host:port."};
inline constexpr Rejection kHttpConnectFailed{13053, Code::unavailable, "HTTP_CONNECT_FAILED",
                                              "The server cannot be reached."};
inline constexpr Rejection kHttpTimeout{13054, Code::deadline_exceeded, "HTTP_TIMEOUT",
                                        "The server did not answer in time."};
inline constexpr Rejection kHttpBroken{13055, Code::unavailable, "HTTP_BROKEN",
                                       "The connection broke before the answer was complete."};
inline constexpr Rejection kHttpMalformed{13056, Code::internal, "HTTP_MALFORMED",
                                          "The server's answer is not HTTP/1.1."};
inline constexpr Rejection kHttpTooLarge{13057, Code::resource_exhausted, "HTTP_TOO_LARGE",
                                         "The server's answer is larger than the client takes."};
inline constexpr Rejection kHttpStopped{13058, Code::cancelled, "HTTP_STOPPED",
                                        "The caller stopped reading the answer."};
inline constexpr Rejection kHttpBadHeader{13060, Code::invalid_argument, "HTTP_BAD_HEADER",
                                          "A header to send holds a control character."};
inline constexpr Rejection kHttpFile{13059, Code::internal, "HTTP_FILE",
                                     "The file to send or receive cannot be used."};

}  // namespace penstock::transport
