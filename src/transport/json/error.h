#pragma once

#include <cstddef>

#include "base/error.h"

namespace penstock::transport {

inline constexpr Rejection kJsonMalformed{13001, Code::invalid_argument, "JSON_MALFORMED",
                                          "The body is not well-formed JSON in UTF-8."};
inline constexpr Rejection kJsonTooLarge{13002, Code::resource_exhausted, "JSON_TOO_LARGE",
                                         "The body is larger than this interface takes."};
inline constexpr Rejection kJsonTooDeep{13003, Code::invalid_argument, "JSON_TOO_DEEP",
                                        "The body nests deeper than any message of the schema."};
inline constexpr Rejection kJsonDuplicateKey{13004, Code::invalid_argument, "JSON_DUPLICATE_KEY",
                                             "A key occurs twice in one object; give it once."};
inline constexpr Rejection kJsonUnknownKey{13005, Code::invalid_argument, "JSON_UNKNOWN_KEY",
                                           "The message has no such field; see /openapi.json."};
inline constexpr Rejection kJsonWrongType{13006, Code::invalid_argument, "JSON_WRONG_TYPE",
                                          "The value has the wrong type for its field."};
inline constexpr Rejection kJsonOutOfRange{13007, Code::invalid_argument, "JSON_OUT_OF_RANGE",
                                           "The number does not fit the field's type."};
inline constexpr Rejection kJsonUnknownEnum{13008, Code::invalid_argument, "JSON_UNKNOWN_ENUM",
                                            "The field's enumeration has no such value."};
inline constexpr Rejection kJsonBadBase64{13009, Code::invalid_argument, "JSON_BAD_BASE64",
                                          "The field holds bytes; write them in base64."};
inline constexpr Rejection kJsonOneofTaken{13010, Code::invalid_argument, "JSON_ONEOF_TAKEN",
                                           "Another field of the same choice is given too."};
inline constexpr Rejection kJsonUnsupportedField{
    13011, Code::unimplemented, "JSON_UNSUPPORTED_FIELD",
    "Floating-point numbers, maps and groups are no part of this interface."};
inline constexpr Rejection kBinaryMalformed{13020, Code::invalid_argument, "BINARY_MALFORMED",
                                            "The body is not a serialised message of this type."};
inline constexpr Rejection kBinaryUnknownField{
    13021, Code::invalid_argument, "BINARY_UNKNOWN_FIELD",
    "The body holds a field that this version does not know; the server may be older."};
inline constexpr Rejection kBinaryUnknownEnum{
    13022, Code::invalid_argument, "BINARY_UNKNOWN_ENUM",
    "The body holds an enumeration value that this version does not know."};
inline constexpr Rejection kBinaryTooDeep{13023, Code::invalid_argument, "BINARY_TOO_DEEP",
                                          "The body nests deeper than 32 messages."};

inline constexpr Rejection kTooManyValues{13024, Code::invalid_argument, "TOO_MANY_VALUES",
                                          "The body holds more values than any request needs."};

/// How many fields and items of lists a request may hold in all: each costs the memory of a message
/// though it may take two bytes of the body.
inline constexpr std::size_t kValuesMax = 100'000;

}  // namespace penstock::transport
