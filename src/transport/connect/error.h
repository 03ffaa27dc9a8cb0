#pragma once

#include "base/error.h"

namespace penstock::transport {

inline constexpr Rejection kRpcNoSuchMethod{13101, Code::unimplemented, "NO_SUCH_METHOD",
                                            "There is no such method; see /openapi.json."};
inline constexpr Rejection kRpcNoSuchRoute{13102, Code::not_found, "NO_SUCH_ROUTE",
                                           "There is nothing at this path; see /openapi.json."};
inline constexpr Rejection kRpcContentType{
    13104, Code::invalid_argument, "UNSUPPORTED_CONTENT_TYPE",
    "Send application/json or application/proto (in a stream application/connect+…)."};
inline constexpr Rejection kRpcProtocolVersion{13105, Code::invalid_argument, "PROTOCOL_VERSION",
                                               "Connect-Protocol-Version must be 1."};
inline constexpr Rejection kRpcBadTimeout{13106, Code::invalid_argument, "BAD_TIMEOUT",
                                          "Connect-Timeout-Ms must be 1 to 10 digits."};
inline constexpr Rejection kRpcCompressed{
    13107, Code::unimplemented, "COMPRESSED",
    "Compressed bodies are not taken; send them as they are."};
inline constexpr Rejection kRpcBadEnvelope{13108, Code::invalid_argument, "BAD_ENVELOPE",
                                           "A streaming call carries exactly one whole envelope."};
inline constexpr Rejection kRpcBadQuery{13109, Code::invalid_argument, "BAD_QUERY",
                                        "The query is not well-formed, or names no field."};
inline constexpr Rejection kRpcGivenTwice{
    13110, Code::invalid_argument, "GIVEN_TWICE",
    "The field is given in the path and in the query or body."};
inline constexpr Rejection kRpcDropped{13111, Code::internal, "DROPPED",
                                       "The server gave the call up without an answer."};
inline constexpr Rejection kRpcBadReply{13112, Code::internal, "BAD_REPLY",
                                        "The server's own answer cannot be encoded."};

}  // namespace penstock::transport
